#include "common/ports/bind_census.h"

#include <algorithm>

namespace ports {
namespace {

const net::Address ipv4_wildcard = net::Address::ipv4(0);
const net::Address ipv6_wildcard;

} // namespace

BindCensus::BindCensus(const kernel::PortSettings& settings)
    : usable_(settings.usable()), range_size_(usable_.size())
{
}

BindCensus::Kind BindCensus::kind_of(const sockets::Socket& socket)
{
    switch (socket.state) {
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

void BindCensus::PortList::insert(std::uint16_t port, Kind kind)
{
    const Item item = {port, kind};
    if (!items_.empty() && items_.back() == item)
        return;
    if (items_.size() == limit_) {
        std::sort(items_.begin(), items_.end());
        items_.erase(std::unique(items_.begin(), items_.end()), items_.end());
        limit_ = std::max(first_limit, 2 * items_.size());
    }
    items_.push_back(item);
}

BindCensus::Ports BindCensus::PortList::ports() const
{
    Ports ports{};
    for (const Item& item : items_)
        ports[item.kind].insert(item.port);
    return ports;
}

BindCensus::PortList& BindCensus::ports_of(const net::Address& address)
{
    if (latest_ == nullptr || latest_->first != address)
        latest_ = &*others_.try_emplace(address).first;
    return latest_->second;
}

void BindCensus::add(const sockets::Socket& socket)
{
    const std::uint16_t port = socket.local_port;
    if (!usable_.contains(port))
        return;
    const Kind kind = kind_of(socket);
    const bool ipv6_only = socket.ipv6_only.value_or(false);
    all_[kind].insert(port);
    if (!ipv6_only)
        not_ipv6_only_[kind].insert(port);
    if (socket.local_address.is_ipv4() || !socket.ipv6_only.value_or(true))
        surely_ipv4_.insert(port);
    if (socket.local_address == ipv6_wildcard)
        (ipv6_only ? ipv6_wildcard_ : dual_wildcard_)[kind].insert(port);
    else
        ports_of(socket.local_address).insert(port, kind);
}

BindCensus::Ports BindCensus::unite(Ports one, const Ports& other)
{
    for (std::size_t kind = 0; kind < kinds; ++kind)
        one[kind] |= other[kind];
    return one;
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
    usage.left = range_size_ - usage.used;
    return usage;
}

BindUsage BindCensus::wildcard() const
{
    return assess(ipv6_wildcard, all_);
}

BindUsage BindCensus::of(const net::Address& address) const
{
    for (const BindUsage& usage : by_address()) {
        if (usage.address == address)
            return usage;
    }
    // It conflicts with the wildcards alone.
    const auto ipv4 = others_.find(ipv4_wildcard);
    if (!address.is_ipv4())
        return assess(address, unite(dual_wildcard_, ipv6_wildcard_));
    return assess(address, ipv4 == others_.end() ? dual_wildcard_
                                                 : unite(dual_wildcard_, ipv4->second.ports()));
}

std::vector<BindUsage> BindCensus::by_address() const
{
    const auto ipv4 = others_.find(ipv4_wildcard);
    const Ports on_ipv4_wildcard = ipv4 == others_.end() ? Ports() : ipv4->second.ports();
    const Ports beside_ipv4 = unite(dual_wildcard_, on_ipv4_wildcard);
    const Ports beside_ipv6 = unite(dual_wildcard_, ipv6_wildcard_);

    BindUsage on_ipv4 = assess(ipv4_wildcard, not_ipv6_only_);
    on_ipv4.doubtful = on_ipv4.used - surely_ipv4_.size();
    std::vector<BindUsage> usages = {wildcard(), on_ipv4};
    for (const auto& [address, ports] : others_) {
        if (address != ipv4_wildcard)
            usages.push_back(assess(
                address, unite(ports.ports(), address.is_ipv4() ? beside_ipv4 : beside_ipv6)));
    }
    std::stable_sort(
        usages.begin(), usages.end(),
        [](const BindUsage& one, const BindUsage& other) { return one.left < other.left; });
    return usages;
}

} // namespace ports
