#include "common/net/endpoint.h"

#include <algorithm>
#include <stdexcept>

#include <fmt/format.h>

#include "common/text/number.h"

namespace net {
namespace {

std::uint16_t parse_port(std::string_view text)
{
    const auto port = text::find_number<std::uint16_t>(text);
    if (!port || *port == 0)
        throw std::invalid_argument("a port is a whole number from 1 to 65535");
    return *port;
}

} // namespace

std::pair<std::string_view, std::optional<std::uint16_t>> split_port(std::string_view text)
{
    if (text.starts_with('[')) {
        const std::size_t bracket = text.find(']');
        if (bracket == std::string_view::npos)
            throw std::invalid_argument("a [ without its ]");
        const std::string_view host = text.substr(1, bracket - 1);
        const std::string_view rest = text.substr(bracket + 1);
        if (rest.empty())
            return {host, std::nullopt};
        if (!rest.starts_with(':'))
            throw std::invalid_argument("only :PORT may follow the ]");
        return {host, parse_port(rest.substr(1))};
    }
    if (std::count(text.begin(), text.end(), ':') == 1) {
        const std::size_t colon = text.find(':');
        return {text.substr(0, colon), parse_port(text.substr(colon + 1))};
    }
    return {text, std::nullopt};
}

Endpoint Endpoint::parse(std::string_view text)
{
    const auto [host, port] = split_port(text);
    if (!port)
        throw std::invalid_argument("no port; write ADDRESS:PORT, or [ADDRESS]:PORT for IPv6");
    return {Address::parse(host), *port};
}

std::string Endpoint::text() const
{
    return address.is_ipv4() ? fmt::format("{}:{}", address.text(), port)
                             : fmt::format("[{}]:{}", address.text(), port);
}

} // namespace net
