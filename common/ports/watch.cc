#include "common/ports/watch.h"

#include <algorithm>

#include "common/net/endpoint.h"

namespace ports {

Destination Destination::parse(std::string_view text)
{
    const auto [addresses, port] = net::split_port(text);
    return {net::Subnet::parse(addresses), port};
}

bool Watch::selects(const Tuple& tuple) const
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
