#include "common/ports/watch.h"

#include <algorithm>
#include <charconv>
#include <stdexcept>
#include <system_error>

namespace ports {
namespace {

std::uint16_t parse_port(std::string_view text)
{
    std::uint16_t port = 0;
    const char* const end = text.data() + text.size();
    const auto [stop, error] = std::from_chars(text.data(), end, port);
    if (error != std::errc() || stop != end || port == 0)
        throw std::invalid_argument("a port is a whole number from 1 to 65535");
    return port;
}

} // namespace

Destination Destination::parse(std::string_view text)
{
    Destination destination;
    std::string_view addresses = text;
    if (text.starts_with('[')) {
        const std::size_t bracket = text.find(']');
        if (bracket == std::string_view::npos)
            throw std::invalid_argument("a [ without its ]");
        addresses = text.substr(1, bracket - 1);
        const std::string_view rest = text.substr(bracket + 1);
        if (!rest.empty() && !rest.starts_with(':'))
            throw std::invalid_argument("only :PORT may follow the ]");
        if (!rest.empty())
            destination.port = parse_port(rest.substr(1));
    } else if (std::count(text.begin(), text.end(), ':') == 1) {
        const std::size_t colon = text.find(':');
        addresses = text.substr(0, colon);
        destination.port = parse_port(text.substr(colon + 1));
    }
    destination.addresses = sockets::Subnet::parse(addresses);
    return destination;
}

bool Watch::covers(const Tuple& tuple) const
{
    const bool ipv4 = tuple.destination.is_ipv4();
    if ((family == Family::ipv4 && !ipv4) || (family == Family::ipv6 && ipv4))
        return false;
    const auto holds_source = [&](const sockets::Subnet& subnet) {
        return subnet.contains(tuple.source);
    };
    const auto matches = [&](const Destination& destination) { return destination.matches(tuple); };
    return (sources.empty() || std::any_of(sources.begin(), sources.end(), holds_source)) &&
           (destinations.empty() ||
            std::any_of(destinations.begin(), destinations.end(), matches)) &&
           std::none_of(exclusions.begin(), exclusions.end(), matches);
}

} // namespace ports
