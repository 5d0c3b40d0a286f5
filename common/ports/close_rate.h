// How fast connections are closed now, from the ages of those that were closed in the last seconds.
//
// The window is the shortest whole number of seconds, 1 to 5, in which there were 100 closes, else
// 5. A longer one lags: 3 s after a steady 65 closes/s begin, 5 s would say 39. A shorter one sees
// chance: 100 closes vary by about 10.
//
// A TIME_WAIT that connect() takes over is in the table no more. So if TIME_WAITs may be taken over
// from a certain age on, only younger ones are counted, but at least those of one second. If the
// delay is shorter than that, those that were taken over are missing.
#pragma once

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
        const std::size_t second = closing.age_in_seconds();
        if (second < longest_window)
            ++(closing.is_time_wait ? time_wait : fin_wait2)[second];
    }
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

/// `time_wait_keeps`: how long a TIME_WAIT is safe from being taken over.
template <class Count>
CloseRates present_rates(const RecentCloses<Count>& closes,
                         std::chrono::milliseconds time_wait_keeps)
{
    const auto mean = [](const ClosesBySecond<Count>& counts, std::size_t seconds) {
        std::size_t sum = 0;
        for (std::size_t second = 0; second < seconds; ++second)
            sum += counts[second];
        return static_cast<double>(sum) / static_cast<double>(seconds);
    };
    const std::size_t seconds = window(closes);
    const auto whole = std::chrono::duration_cast<std::chrono::seconds>(time_wait_keeps).count();
    const auto safe = static_cast<std::size_t>(whole < 1 ? 1 : whole);
    return {mean(closes.time_wait, safe < seconds ? safe : seconds),
            mean(closes.fin_wait2, seconds)};
}

} // namespace ports
