#include "common/ports/census.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

namespace ports {
namespace {

/// The finisher of splitmix64: every bit of the result depends on every bit of `bits`.
constexpr std::uint64_t mix(std::uint64_t bits)
{
    constexpr unsigned first_shift = 30;
    constexpr unsigned second_shift = 27;
    constexpr unsigned third_shift = 31;
    bits = (bits ^ (bits >> first_shift)) * 0xbf58476d1ce4e5b9U;
    bits = (bits ^ (bits >> second_shift)) * 0x94d049bb133111ebU;
    return bits ^ (bits >> third_shift);
}

/// Odd numbers without a pattern, by which the parts of a key are told apart before they are added
/// and mixed (multilinear hashing): the fractional parts of the square roots of 2, 3, 5 and 7.
constexpr std::array<std::uint64_t, 4> factors = {0x6a09e667f3bcc909U, 0xbb67ae8584caa73bU,
                                                  0x3c6ef372fe94f82bU, 0xa54ff53a5f1d36f1U};

constexpr std::uint64_t join(std::uint32_t high, std::uint32_t low)
{
    constexpr unsigned word_bits = 32;
    return std::uint64_t{high} << word_bits | low;
}

/// What one connection adds to its tuple.
TupleCounts count(const sockets::Socket& socket, bool held, bool reusable, std::int32_t drift)
{
    TupleCounts counts;
    switch (socket.state) {
    case sockets::SocketState::established:
        counts.established = 1;
        break;
    case sockets::SocketState::time_wait:
        counts.time_wait = 1;
        break;
    default:
        counts.other = 1;
    }
    if (held)
        counts.own_held = 1;
    else if (reusable)
        counts.reusable = 1;
    if (!held)
        counts.drift = drift;
    return counts;
}

/// The worst first; then the busiest, and then by address, so that equal hosts print equal tables.
bool is_worse(const TupleUsage& one, const TupleUsage& other)
{
    if (one.left != other.left)
        return one.left < other.left;
    if (one.counts.connections() != other.counts.connections())
        return one.counts.connections() > other.counts.connections();
    return one.tuple < other.tuple;
}

/// The most used first; then as above.
bool is_worse_projected(const TupleUsage& one, const TupleUsage& other)
{
    if (one.projected != other.projected)
        return one.projected > other.projected;
    return is_worse(one, other);
}

bool is_more_endangered(const TupleUsage& one, const TupleUsage& other)
{
    if (one.highest != other.highest)
        return one.highest > other.highest;
    return is_worse(one, other);
}

bool has_more_time_wait(const TupleUsage& one, const TupleUsage& other)
{
    if (one.counts.time_wait != other.counts.time_wait)
        return one.counts.time_wait > other.counts.time_wait;
    return is_worse(one, other);
}

} // namespace

Census::Census(const kernel::PortSettings& settings, TimeWaitPolicy policy, Watch watch,
               const net::PortSet& held)
    : usable_(settings.usable()), range_size_(usable_.size()), time_wait_rule_(settings, policy),
      closing_rule_(settings, policy), watch_(std::move(watch)), held_(held & usable_)
{
}

void Census::add(const sockets::Socket& socket)
{
    const std::uint16_t port = socket.local_port;
    if (!usable_.contains(port))
        return;
    occupied_.insert(port);
    if (socket.state == sockets::SocketState::listening)
        listening_.insert(port);
    if (socket.state == sockets::SocketState::listening ||
        socket.state == sockets::SocketState::bound) {
        held_.insert(port);
        return;
    }
    if (listening_.contains(port))
        return;

    const Tuple tuple = tuple_of(socket);
    if (!watch_.covers(tuple))
        return;
    const std::optional<Closing> closing = closing_rule_.closing(socket);
    if (closing)
        close_rate_ += closing->rate();
    const TupleCounts counts =
        count(socket, held_.contains(port), time_wait_rule_.is_reusable(socket),
              closing ? drift(*closing) : 0);
    total_ += counts;
    if (tuple.destination.is_ipv4())
        ipv4_.add({tuple.source.low_word(), tuple.destination.low_word(), tuple.device,
                   tuple.destination_port},
                  counts);
    else
        ipv6_.add(
            {tuple.source.words(), tuple.destination.words(), tuple.device, tuple.destination_port},
            counts);
}

TupleUsage Census::assess(const Tuple& tuple, const TupleCounts& counts) const
{
    TupleUsage usage;
    usage.tuple = tuple;
    usage.counts = counts;
    const std::size_t own = counts.connections() - counts.own_held - counts.reusable;
    usage.used = std::min(range_size_, held_.size() + own);
    usage.left = range_size_ - usage.used;
    usage.held_others = held_.size() - std::min<std::size_t>(held_.size(), counts.own_held);

    const double change = static_cast<double>(counts.drift) / recent_window.count();
    const double projected = static_cast<double>(held_.size() + own) + change;
    usage.projected = static_cast<std::size_t>(std::lround(std::max(projected, 0.0)));
    // The old closings may all stay until the new ones have come: no closing has gone yet.
    const std::size_t closings = counts.time_wait - counts.reusable + counts.other;
    usage.highest = counts.time_wait + counts.other == 0 ? usage.used : usage.projected + closings;
    return usage;
}

std::vector<TupleUsage> Census::worst(std::size_t most) const
{
    return first(most, is_worse);
}

std::vector<TupleUsage> Census::worst_projected(std::size_t most) const
{
    return first(most, is_worse_projected);
}

std::vector<TupleUsage> Census::endangered(std::size_t most) const
{
    std::vector<TupleUsage> tuples = first(most, is_more_endangered);
    std::erase_if(tuples, [&](const TupleUsage& usage) { return usage.highest < range_size_; });
    return tuples;
}

std::vector<TupleUsage> Census::most_time_wait(std::size_t most) const
{
    std::vector<TupleUsage> tuples = first(most, has_more_time_wait);
    std::erase_if(tuples, [](const TupleUsage& usage) { return usage.counts.time_wait == 0; });
    return tuples;
}

template <class Order>
std::vector<TupleUsage> Census::first(std::size_t most, Order is_before) const
{
    // A heap of the first so far, with the last of them at its top, ready to be displaced.
    std::vector<TupleUsage> heap;
    const auto consider = [&](const Tuple& tuple, const TupleCounts& counts) {
        const TupleUsage usage = assess(tuple, counts);
        if (heap.size() == most) {
            if (most == 0 || !is_before(usage, heap.front()))
                return;
            std::pop_heap(heap.begin(), heap.end(), is_before);
            heap.pop_back();
        }
        heap.push_back(usage);
        std::push_heap(heap.begin(), heap.end(), is_before);
    };
    ipv4_.for_each([&](const auto& entry) {
        consider({net::Address::ipv4(entry.key.source), net::Address::ipv4(entry.key.destination),
                  entry.key.destination_port, entry.key.device},
                 entry.counts);
    });
    ipv6_.for_each([&](const auto& entry) {
        consider({net::Address::ipv6(entry.key.source), net::Address::ipv6(entry.key.destination),
                  entry.key.destination_port, entry.key.device},
                 entry.counts);
    });
    std::sort_heap(heap.begin(), heap.end(), is_before);
    return heap;
}

std::uint64_t Census::Ipv4Key::hash() const
{
    return mix(join(source, destination) + factors[0] * join(device, destination_port));
}

std::uint64_t Census::Ipv6Key::hash() const
{
    return mix(join(device, destination_port) + factors[0] * join(source[0], source[1]) +
               factors[1] * join(source[2], source[3]) +
               factors[2] * join(destination[0], destination[1]) +
               factors[3] * join(destination[2], destination[3]));
}

} // namespace ports
