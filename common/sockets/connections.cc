#include "common/sockets/connections.h"

namespace sockets {

void Connections::add_ipv6(const net::Tuple& tuple, Connection connection)
{
    ipv6_.add(Ipv6Key(tuple), connection, taker(ipv6_bit));
}

void Connections::add(const net::Tuple& tuple, const std::vector<Connection>& connections)
{
    const bool ipv4 = tuple.destination.is_ipv4();
    const TupleNumber number =
        ipv4 ? ipv4_.number_of(Ipv4Key(tuple)) : ipv6_.number_of(Ipv6Key(tuple));
    const auto take = taker(ipv4 ? 0 : ipv6_bit);
    for (const Connection& connection : connections)
        take(number, connection);
}

void Connections::settle()
{
    ipv4_.settle(taker(0));
    ipv6_.settle(taker(ipv6_bit));
}

std::optional<TupleNumber> Connections::find(const net::Tuple& tuple) const
{
    const bool ipv4 = tuple.destination.is_ipv4();
    const auto number = ipv4 ? ipv4_.find(Ipv4Key(tuple)) : ipv6_.find(Ipv6Key(tuple));
    if (!number)
        return std::nullopt;
    return *number << 1U | (ipv4 ? 0 : ipv6_bit);
}

net::Tuple Connections::tuple(TupleNumber number) const
{
    if (is_ipv4(number))
        return ipv4_.key(number >> 1U).tuple();
    const Ipv6Key& key = ipv6_.key(number >> 1U);
    return {net::Address::ipv6(key.source), net::Address::ipv6(key.destination),
            key.destination_port, key.device};
}

std::uint64_t Connections::Ipv6Key::hash() const
{
    return hash_of(source, destination, join(device, destination_port));
}

} // namespace sockets
