// How long it takes to compute what share of new connections NAT refuses, for a tuple that uses
// nine tenths of the kernel's range.
//
// Usage: refused_share. Prints microseconds.
#include <chrono>
#include <cstdio>

#include "common/conntrack/original_ports.h"
#include "common/conntrack/port_search.h"

int main()
{
    constexpr int times = 100;
    constexpr net::PortRange range = conntrack::default_range(conntrack::OriginalPorts::others);
    net::PortSet used;
    used.insert({range.low, static_cast<std::uint16_t>(range.low + range.size() / 10 * 9)});
    double refused = 0;
    const auto begin = std::chrono::steady_clock::now();
    for (int i = 0; i < times; ++i)
        refused += conntrack::share_of_failed_searches(range, used, {}).most;
    const std::chrono::duration<double, std::micro> taken =
        std::chrono::steady_clock::now() - begin;
    std::printf("%.0f\n", taken.count() / times);
    return refused > 0 ? 0 : 1;
}
