// How fast connections are closed now, from the ages of those that were closed in the last seconds.
//
// The window is the shortest whole number of seconds, 1 to 5, in which there were 100 closes, else
// 5. A longer one lags: 3 s after a steady 65 closes/s begin, 5 s would say 39. A shorter one sees
// chance: 100 closes vary by about 10.
//
// A TIME_WAIT that connect() took over is no longer in the table, nor is a FIN_WAIT2 whose
// tcp_fin_timeout is over. So only those too young for that are counted, but at least those of one
// second. If they are safe for less than a second, the ones that are gone are missing.
#pragma once

#include <algorithm>
#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>

#include "common/ports/closing.h"

namespace ports {

/// The longest window, in seconds.
constexpr std::size_t longest_window = 5;

/// Closes of the last seconds: those less than a second old first.
template <class Count>
using ClosesBySecond = std::array<Count, longest_window>;

/// Of the connections that this host closed first. A TIME_WAIT and a FIN_WAIT2 that no program
/// holds keep their ports for different times.
template <class Count>
struct RecentCloses {
    ClosesBySecond<Count> time_wait{};
    ClosesBySecond<Count> fin_wait2{};

    void add(const Closing& closing)
    {
        constexpr std::chrono::seconds length{longest_window};
        constexpr std::chrono::milliseconds second(1000);
        // Most are older, and need no division.
        if (closing.has_age() && closing.age < length)
            ++(closing.is_time_wait ? time_wait
                                    : fin_wait2)[static_cast<std::size_t>(closing.age / second)];
    }
};

/// From the close until connect() may have the port.
struct KeepingTimes {
    std::chrono::milliseconds time_wait = time_wait_length;
    std::chrono::milliseconds fin_wait2 = time_wait_length;
};

/// Closes a second.
struct CloseRates {
    double time_wait = 0;
    double fin_wait2 = 0;

    [[nodiscard]] double all() const { return time_wait + fin_wait2; }
};

/// The window in seconds for closes whose counts by second are given.
template <class Count>
std::size_t window(const RecentCloses<Count>& closes)
{
    constexpr std::size_t enough = 100;
    std::size_t seen = 0;
    for (std::size_t second = 0; second < longest_window; ++second) {
        seen += std::size_t{closes.time_wait[second]} + closes.fin_wait2[second];
        if (seen >= enough)
            return second + 1;
    }
    return longest_window;
}

template <class Count>
CloseRates present_rates(const RecentCloses<Count>& closes, const KeepingTimes& keeping)
{
    const std::size_t longest = window(closes);
    const auto mean = [&](const ClosesBySecond<Count>& counts, std::chrono::milliseconds keeps) {
        constexpr std::chrono::milliseconds second(1000);
        const auto safe = static_cast<std::size_t>(std::max<std::int64_t>(keeps / second, 1));
        const std::size_t seconds = std::min(safe, longest);
        std::size_t sum = 0;
        for (std::size_t i = 0; i < seconds; ++i)
            sum += counts[i];
        return static_cast<double>(sum) / static_cast<double>(seconds);
    };
    return {mean(closes.time_wait, keeping.time_wait), mean(closes.fin_wait2, keeping.fin_wait2)};
}

} // namespace ports
