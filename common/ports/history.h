// The last minute of one tuple, and when its ports will be gone.
//
// The kernel keeps a connection that this host closed first for a known time, and the dump tells
// what is left of it (idiag_expires). So each of them has an age, and one look at the table holds
// the history of the last minute; no state is kept between two runs.
//
// From its close, a TIME_WAIT keeps its port from connect() for 60 s, or if connect() will take it
// over, for tcp_tw_reuse_delay; a FIN_WAIT2 for tcp_fin_timeout. A connection that waits in
// FIN_WAIT2 for seconds before its TIME_WAIT starts counts in both. A known closing gives its port
// back at its known moment, while new ones come at the present rate. The first moment at which no
// port is left is when they are gone. That can happen though the tuple is heading for little: after
// a burst that has just ended. The burst itself says nothing of what is to come: a rate that has
// only just begun, or that has stopped, is not taken to go on.
//
// The kernel's timers may fire late: timers of 60 s are in a level of the timer wheel whose slots
// are 2 s (HZ=250) to 5 s (HZ=100) wide, and expire at a slot's end (calc_wheel_index()). Such a
// socket reports that nothing is left of its time. We go by the time that the kernel meant, so that
// where usage settles may be up to a twelfth above what is projected.
#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "common/ports/close_rate.h"
#include "common/ports/closing.h"

namespace ports {

class History {
public:
    /// So many classes of age, each of the same length, make up the minute.
    static constexpr std::size_t age_classes = 20;

    explicit History(const KeepingTimes& keeping) : keeping_(keeping) {}

    void add(const Closing& closing);

    /// Closes per second at present.
    [[nodiscard]] double rate() const { return rates().all(); }
    /// The mean over the last minute, of those that are still in the table.
    [[nodiscard]] double minute_rate() const;
    /// The closings by age, the youngest first.
    [[nodiscard]] const std::array<std::uint32_t, age_classes>& ages() const { return ages_; }

    /// Whether the present rate has lasted for more than a second, and has not stopped.
    [[nodiscard]] bool is_lasting() const;

    /// In what time the `left` ports are gone; nothing if that does not come about.
    [[nodiscard]] std::optional<std::chrono::duration<double>> gone_in(std::size_t left) const;

private:
    [[nodiscard]] CloseRates rates() const { return present_rates(recent_, keeping_); }

    KeepingTimes keeping_;
    std::size_t closings_ = 0;
    std::chrono::milliseconds youngest_ = time_wait_length; ///< the age of the latest
    RecentCloses<std::size_t> recent_;
    std::vector<std::uint32_t> returns_; ///< when each closing gives its port back, in ms from now
    std::array<std::uint32_t, age_classes> ages_{};
};

} // namespace ports
