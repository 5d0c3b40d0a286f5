// The ports of one address in the census of bind().
#include "common/ports/bind_census.h"

#include <algorithm>

namespace ports {

void BindCensus::PortList::insert(std::uint16_t port, Kind kind)
{
    if (many_) {
        (*many_)[kind].insert(port);
        return;
    }
    ++inserted_;
    const Item item = {port, kind};
    if (!items_.empty() && items_.back() == item)
        return;
    if (items_.size() == limit_)
        make_room();
    items_.push_back(item);
}

void BindCensus::PortList::make_room()
{
    std::sort(items_.begin(), items_.end());
    items_.erase(std::unique(items_.begin(), items_.end()), items_.end());
    limit_ = std::max(first_limit, 2 * items_.size());
    if (inserted_ >= most_items)
        use_bits();
}

void BindCensus::PortList::use_bits()
{
    many_ = std::make_unique<Ports>(ports());
    items_ = {};
}

void BindCensus::PortList::add_to(Ports& ports) const
{
    for (const Item& item : items_)
        ports[item.kind].insert(item.port);
    for (std::size_t kind = 0; many_ && kind < kinds; ++kind)
        ports[kind] |= (*many_)[kind];
}

BindCensus::Ports BindCensus::PortList::ports() const
{
    Ports ports{};
    add_to(ports);
    return ports;
}

} // namespace ports
