#include "common/ports/socket_owners.h"

#include <cstdint>
#include <unordered_map>
#include <utility>

#include "common/ports/source_numbers.h"

namespace ports {
namespace {

/// Whether a socket bound to `address` keeps its port from bind(`wanted`, 0), as by
/// inet_rcv_saddr_equal(). `ipv6_only`: whether a socket on `::` keeps out of IPv4.
bool conflicts(const net::Address& wanted, const net::Address& address, bool ipv6_only)
{
    if (wanted == address)
        return true;
    if (wanted.is_ipv4() == address.is_ipv4())
        return wanted.is_wildcard() || address.is_wildcard();
    return wanted.is_ipv4() ? address.is_wildcard() && !ipv6_only : wanted.is_wildcard();
}

using SourceAndOwner = std::pair<net::Address, sockets::OwnerNumber>;

/// The next connection from an address is often of the same owner as the one before.
std::map<SourceAndOwner, std::size_t> count_by_source(const sockets::Connections& connections)
{
    struct Latest {
        sockets::OwnerNumber owner = sockets::nobody;
        std::size_t* sockets = nullptr;
    };
    constexpr unsigned number_bits = 32;
    const SourceNumbers sources(connections);
    std::unordered_map<std::uint64_t, std::size_t> counted;
    std::vector<Latest> latest(sources.addresses().size());
    connections.for_each([&](const sockets::Connection& connection) {
        const std::uint32_t source = sources.of(connection.tuple);
        const sockets::OwnerNumber owner = connection.owner();
        Latest& of_source = latest[source];
        if (of_source.sockets == nullptr || of_source.owner != owner)
            of_source = {owner, &counted[std::uint64_t{source} << number_bits | owner]};
        ++*of_source.sockets;
    });
    std::map<SourceAndOwner, std::size_t> by_source;
    for (const auto& [both, sockets] : counted)
        by_source.emplace(SourceAndOwner(sources.addresses()[both >> number_bits],
                                         static_cast<sockets::OwnerNumber>(both)),
                          sockets);
    return by_source;
}

} // namespace

std::vector<SocketsByOwner> count_owners(const ConnectionsByTuple& connections,
                                         const std::vector<sockets::TupleNumber>& tuples)
{
    std::vector<SocketsByOwner> counted;
    for (const sockets::TupleNumber tuple : tuples) {
        SocketsByOwner& by_owner = counted.emplace_back();
        for (const sockets::Connection& connection : connections.at(tuple)) {
            if (connection.owner() != sockets::nobody)
                ++by_owner[connection.owner()];
        }
    }
    return counted;
}

std::vector<SocketsByOwner> count_bind_owners(const sockets::Snapshot& snapshot, Protocol protocol,
                                              const std::vector<net::Address>& addresses)
{
    std::vector<SocketsByOwner> counted(addresses.size());
    const auto count = [&](const net::Address& address, bool ipv6_only, sockets::OwnerNumber owner,
                           std::size_t sockets) {
        for (std::size_t i = 0; owner != sockets::nobody && i < addresses.size(); ++i) {
            if (conflicts(addresses[i], address, ipv6_only))
                counted[i][owner] += sockets;
        }
    };
    const auto& local = protocol == Protocol::tcp ? snapshot.tcp : snapshot.udp;
    for (const sockets::LocalSocket& socket : local)
        count(socket.address, socket.ipv6_only.value_or(false), socket.owner, 1);
    if (protocol == Protocol::udp)
        return counted;

    for (const auto& [of, sockets] : count_by_source(snapshot.connections))
        count(of.first, false, of.second, sockets);
    return counted;
}

} // namespace ports
