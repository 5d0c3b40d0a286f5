#include "common/ports/watch.h"

#include <algorithm>
#include <stdexcept>

#include <fmt/format.h>

#include "common/net/endpoint.h"
#include "common/text/number.h"

namespace ports {

namespace {

bool is_ipv4(const net::Subnet& subnet)
{
    return subnet.address().is_ipv4();
}

/// "::1:80" is an IPv6 address, and a port that lost its brackets looks the same.
void refuse_lost_brackets(std::string_view text)
{
    const std::size_t colon = text.rfind(':');
    if (text.starts_with('[') || colon == std::string_view::npos || text.find(':') == colon ||
        text.find('/') != std::string_view::npos)
        return;
    const std::string_view address = text.substr(0, colon);
    const auto port = text::find_number<std::uint16_t>(text.substr(colon + 1));
    try {
        net::Address::parse(address);
    } catch (const std::invalid_argument&) {
        return;
    }
    if (port)
        throw std::invalid_argument(fmt::format(
            "write [{}]:{} with a port, or [{}] for an address without one", address, *port, text));
}

} // namespace

Destination Destination::parse(std::string_view text)
{
    refuse_lost_brackets(text);
    const auto [addresses, port] = net::split_port(text);
    return {net::Subnet::parse(addresses), port, std::string(text)};
}

/// Whether one of the exclusions covers all addresses of a family.
bool Watch::leaves_out(bool ipv4) const
{
    const Destination all = Destination::parse(ipv4 ? "0.0.0.0/0" : "::/0");
    const auto covers_all = [&](const Destination& exclusion) { return exclusion.covers(all); };
    return std::any_of(exclusions.begin(), exclusions.end(), covers_all);
}

std::optional<std::string> Watch::contradiction() const
{
    const auto fits_family = [&](bool ipv4) {
        return family == Family::both || (family == Family::ipv4) == ipv4;
    };
    const auto fits_source = [&](bool ipv4) {
        return sources.empty() ||
               std::any_of(sources.begin(), sources.end(),
                           [&](const auto& source) { return is_ipv4(source) == ipv4; });
    };
    const auto is_possible = [&](bool ipv4) { return fits_family(ipv4) && fits_source(ipv4); };
    const char* const only = family == Family::ipv4 ? "--ipv4" : "--ipv6";
    if (!is_possible(true) && !is_possible(false))
        return fmt::format("{} '{}' is left out by {}", source_option,
                           sources.front().address().text(), only);
    for (const Destination& destination : destinations) {
        const bool ipv4 = is_ipv4(destination.addresses);
        if (!fits_family(ipv4))
            return fmt::format("--destination '{}' is left out by {}", destination.text, only);
        if (!fits_source(ipv4))
            return fmt::format("no {} is of the family of --destination '{}'", source_option,
                               destination.text);
        for (const Destination& exclusion : exclusions) {
            if (exclusion.covers(destination))
                return fmt::format("--destination '{}' is left out by --exclude '{}'",
                                   destination.text, exclusion.text);
        }
    }
    if ((!is_possible(true) || leaves_out(true)) && (!is_possible(false) || leaves_out(false)))
        return "--exclude leaves out everything";
    return std::nullopt;
}

bool Watch::selects(const net::Tuple& tuple) const
{
    const bool ipv4 = tuple.destination.is_ipv4();
    if ((family == Family::ipv4 && !ipv4) || (family == Family::ipv6 && ipv4))
        return false;
    const auto holds_source = [&](const net::Subnet& subnet) {
        return subnet.contains(tuple.source);
    };
    const auto matches = [&](const Destination& destination) { return destination.matches(tuple); };
    return (sources.empty() || std::any_of(sources.begin(), sources.end(), holds_source)) &&
           (destinations.empty() ||
            std::any_of(destinations.begin(), destinations.end(), matches)) &&
           std::none_of(exclusions.begin(), exclusions.end(), matches);
}

} // namespace ports
