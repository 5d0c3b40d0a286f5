#include "common/conntrack/port_search.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <vector>

namespace conntrack {
namespace {

constexpr std::size_t starts = 65536; ///< a place is an u16
constexpr std::size_t first_window = most_searched_whole;
constexpr std::size_t smallest_window = 8;
constexpr std::size_t evicting_probes = 32;

/// What stands at each place from which a search can begin; a place past the range's end is the
/// same port as one before (`min + off % range_size`).
struct Places {
    std::vector<std::uint8_t> used;
    std::vector<std::uint8_t> closed;

    Places(net::PortRange range, const net::PortSet& used_ports, const net::PortSet& closed_ports)
        : used(starts), closed(starts)
    {
        std::uint16_t port = range.low;
        for (std::size_t place = 0; place < starts; ++place) {
            used[place] = used_ports.contains(port) ? 1 : 0;
            closed[place] = closed_ports.contains(port) ? 1 : 0;
            port = port == range.high ? range.low : static_cast<std::uint16_t>(port + 1);
        }
    }
};

/// The mean over all starts of the chance that a window finds nothing; those of `chances` are for
/// so many closed ones among its last probes.
RefusedShare share_of_failed_windows(const Places& places, std::size_t window,
                                     const std::vector<double>& chances)
{
    const std::size_t evicting = std::min(window, evicting_probes);
    std::size_t used = 0;
    std::size_t closed = 0;
    for (std::size_t place = 0; place < window; ++place) {
        used += places.used[place];
        closed += place >= window - evicting ? places.closed[place] : 0;
    }
    RefusedShare share;
    for (std::size_t start = 0; start < starts; ++start) {
        if (used == window) {
            share.most += 1;
            share.least += chances[closed];
        }
        const std::size_t next = (start + window) % starts;
        used += places.used[next];
        used -= places.used[start];
        closed += places.closed[next];
        closed -= places.closed[(start + window - evicting) % starts];
    }
    return {share.least / starts, share.most / starts};
}

} // namespace

RefusedShare share_of_failed_searches(net::PortRange range, const net::PortSet& used,
                                      const net::PortSet& closed)
{
    // Each of so many closed ones is kept by chance.
    std::vector<double> chances(evicting_probes + 1, 1);
    for (std::size_t i = 1; i < chances.size(); ++i)
        chances[i] = chances[i - 1] / 2;

    const Places places(range, used, closed);
    const std::size_t size = range.size();
    if (size <= first_window)
        return share_of_failed_windows(places, size, chances);

    RefusedShare share = {1, 1};
    for (std::size_t window = first_window; window >= smallest_window; window /= 2) {
        const RefusedShare failed = share_of_failed_windows(places, window, chances);
        share.least *= failed.least;
        share.most *= failed.most;
    }
    return share;
}

double most_failed_searches(net::PortRange range, std::size_t used)
{
    const std::size_t size = range.size();
    if (size <= first_window)
        return used < size ? 0 : 1;
    constexpr int windows = 5;
    // Of the places past the range's end, as many as can be stand for used ports.
    const std::size_t places = starts / size * used + std::min(starts % size, used);
    return std::pow(static_cast<double>(std::min(places, starts)) / starts, windows);
}

} // namespace conntrack
