#include "common/ports/bind_census.h"

#include <algorithm>

#include "common/ports/source_numbers.h"

namespace ports {
namespace {

const net::Address zero_ipv4 = net::Address::ipv4(0);
const net::Address zero_ipv6;

} // namespace

BindCensus::BindCensus(const sockets::Snapshot& snapshot, Protocol protocol,
                       const HiddenPorts& hidden)
    : usable_(protocol == Protocol::tcp ? snapshot.settings.found_by_tcp()
                                        : snapshot.settings.usable()),
      hidden_{hidden.found & usable_, hidden.at_most, hidden.among & usable_}
{
    using sockets::SocketState;
    if (protocol == Protocol::udp) {
        for (const sockets::LocalSocket& socket : snapshot.udp)
            add(socket);
        return;
    }
    for (const sockets::LocalSocket& socket : snapshot.tcp)
        add(socket);
    for (const auto& [address, port] : snapshot.accepted)
        add({address, port, SocketState::established, 0, {}});
    add(snapshot.connections);
}

BindCensus::Kind BindCensus::kind_of(sockets::SocketState state)
{
    switch (state) {
    case sockets::SocketState::listening:
        return listening;
    case sockets::SocketState::bound:
    case sockets::SocketState::closed: // a UDP socket that is not connected
        return bound;
    case sockets::SocketState::time_wait:
        return time_wait;
    default:
        return connected;
    }
}

BindCensus::PortList& BindCensus::ports_of(const net::Address& address)
{
    if (latest_ == nullptr || latest_->first != address)
        latest_ = &*others_.try_emplace(address).first;
    return latest_->second;
}

void BindCensus::add(const sockets::LocalSocket& socket)
{
    if (!usable_.contains(socket.port))
        return;
    const Kind kind = kind_of(socket.state);
    const bool ipv6_only = socket.ipv6_only.value_or(false);
    all_[kind].insert(socket.port);
    if (!ipv6_only)
        not_ipv6_only_[kind].insert(socket.port);
    if (socket.address.is_ipv4() || !socket.ipv6_only.value_or(true))
        surely_ipv4_.insert(socket.port);
    if (socket.address != zero_ipv6)
        ports_of(socket.address).insert(socket.port, kind);
    else if (!socket.ipv6_only)
        unknown_wildcard_[kind].insert(socket.port);
    else
        (ipv6_only ? ipv6_wildcard_ : dual_wildcard_)[kind].insert(socket.port);
}

void BindCensus::add(const sockets::Connections& connections)
{
    const SourceNumbers sources(connections);
    std::vector<PortList*> lists(sources.addresses().size());
    connections.for_each([&](const sockets::Connection& connection) {
        if (!usable_.contains(connection.local_port))
            return;
        const std::uint32_t source = sources.of(connection.tuple);
        if (lists[source] == nullptr) {
            lists[source] = &ports_of(sources.addresses()[source]);
            if (lists.size() <= few_sources)
                lists[source]->use_bits();
        }
        lists[source]->insert(connection.local_port, kind_of(connection.state()));
    });

    Ports of_ipv4{};
    Ports of_ipv6{};
    for (std::size_t source = 0; source < lists.size(); ++source) {
        if (lists[source] != nullptr)
            lists[source]->add_to(sources.addresses()[source].is_ipv4() ? of_ipv4 : of_ipv6);
    }
    // The lists have local sockets, too: those that listen or are bound are of other kinds, and the
    // accepted ends are in these sets already.
    for (const Kind kind : {connected, time_wait}) {
        surely_ipv4_ |= of_ipv4[kind];
        of_ipv6[kind] |= of_ipv4[kind];
        all_[kind] |= of_ipv6[kind];
        not_ipv6_only_[kind] |= of_ipv6[kind];
    }
}

BindCensus::Ports BindCensus::unite(Ports one, const Ports& other)
{
    for (std::size_t kind = 0; kind < kinds; ++kind)
        one[kind] |= other[kind];
    return one;
}

std::size_t BindCensus::count(const Ports& ports)
{
    net::PortSet counted;
    for (const net::PortSet& of_kind : ports)
        counted |= of_kind;
    return counted.size();
}

BindUsage BindCensus::assess(const net::Address& address, const Ports& ports) const
{
    BindUsage usage;
    usage.address = address;
    net::PortSet counted;
    const auto count_rest = [&](Kind kind) {
        const std::size_t before = counted.size();
        counted |= ports[kind];
        return counted.size() - before;
    };
    usage.listening = count_rest(listening);
    usage.bound = count_rest(bound);
    usage.connected = count_rest(connected);
    usage.time_wait = count_rest(time_wait);
    usage.used = counted.size();
    // Which address a hidden socket has is not known.
    counted |= hidden_.found;
    usage.used_most = counted.size() + std::min(hidden_.at_most, (hidden_.among - counted).size());
    return usage;
}

BindUsage BindCensus::wildcard() const
{
    Ports ports = all_;
    ports[bound] |= hidden_.found;
    return assess(zero_ipv6, ports);
}

BindUsage BindCensus::without_residents() const
{
    BindUsage usage;
    usage.used = usage.used_most = ((all_[connected] | all_[time_wait]) - all_[listening]).size();
    return usage;
}

BindUsage BindCensus::without_time_wait() const
{
    Ports ports = all_;
    ports[bound] |= hidden_.found;
    ports[time_wait] = {};
    return assess(zero_ipv6, ports);
}

/// A port that carries IPv6 connections alone may be left to it. If a program bound its socket to
/// an IPv6 address before it connected, __inet6_bind() has set IPV6_V6ONLY, which leaves the port
/// to IPv4; that is not in the dump.
BindUsage BindCensus::ipv4_wildcard() const
{
    BindUsage usage = assess(zero_ipv4, not_ipv6_only_);
    usage.used = surely_ipv4_.size();
    return usage;
}

BindUsage BindCensus::of(const net::Address& address) const
{
    if (address == zero_ipv6)
        return wildcard();
    if (address == zero_ipv4)
        return ipv4_wildcard();
    const auto ports_at = [&](const net::Address& one) {
        const auto found = others_.find(one);
        return found == others_.end() ? Ports() : found->second.ports();
    };
    const bool ipv4 = address.is_ipv4();
    Ports beside = unite(dual_wildcard_, ipv4 ? ports_at(zero_ipv4) : ipv6_wildcard_);
    const Ports certain = unite(std::move(beside), ports_at(address));
    BindUsage usage = assess(address, unite(certain, unknown_wildcard_));
    if (ipv4)
        usage.used = count(certain);
    return usage;
}

std::vector<BindUsage> BindCensus::by_address() const
{
    std::vector<BindUsage> usages = {wildcard(), ipv4_wildcard()};
    for (const auto& [address, ports] : others_) {
        if (address != zero_ipv4)
            usages.push_back(of(address));
    }
    std::stable_sort(
        usages.begin(), usages.end(), [](const BindUsage& one, const BindUsage& other) {
            return std::pair(one.used, one.used_most) > std::pair(other.used, other.used_most);
        });
    return usages;
}

} // namespace ports
