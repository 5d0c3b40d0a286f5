// Where a tuple is heading: what the closes of the last minute say about the next one.
//
// The kernel keeps a connection that this host closed first for a known time, and the dump tells
// what is left of it (idiag_expires). So each of them has an age, and one look at the table holds
// the history of the last minute; no state is kept between two runs. The model:
//
//   * A closing is a TIME_WAIT, or a FIN_WAIT2 that no program holds (tcp_time_wait() makes both
//     the same small socket). From its close it keeps its port from connect() for a time of its
//     own: a TIME_WAIT for 60 s (TCP_TIMEWAIT_LEN), or where connect() will take it over, for
//     tcp_tw_reuse_delay; a FIN_WAIT2 for tcp_fin_timeout (tcp_fin_time()). A connection that waits
//     in FIN_WAIT2 for seconds before its TIME_WAIT starts, counts in both.
//   * The present rate is the closings younger than 5 s, divided by 5 s. A shorter window would
//     see chance (100 closes vary by about 10, which is 20 a second over 5 s), a longer one would
//     lag behind a change. Closings that keep their port for less than that are counted over the
//     time that they do: older ones may have been taken over, and then are in no table.
//   * What lives stays as it is: who closes a connection opens the next.
//   * Projected is where that leads: what lives, plus the rate times the time that each closing
//     keeps its port. It is reached when all present closings have gone, a minute from now.
//   * On the way there, a known closing gives its port back at its known moment while new ones come
//     at the present rate. The first moment at which all ports are taken is when they are gone.
//     That can happen though projected is low: after a burst that has just ended.
//
// The kernel's timers may fire late: timers of 60 s stand in a level of the timer wheel whose slots
// are 2 s (HZ=250) to 5 s (HZ=100) wide, and expire at a slot's end (calc_wheel_index()). Such a
// socket reports that nothing is left of its time. We go by the time that the kernel meant, so that
// where usage settles may be up to a twelfth above what is projected here.
#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <vector>

#include "common/kernel/port_settings.h"
#include "common/net/port_set.h"
#include "common/ports/time_wait.h"
#include "common/ports/tuple.h"
#include "common/sockets/socket.h"

namespace ports {

/// The present rate of closes is that of this time.
constexpr std::chrono::seconds recent_window(5);

/// A closed connection whose tuple the kernel keeps.
struct Closing {
    std::chrono::milliseconds age{};        ///< since the close
    std::chrono::milliseconds keeps_port{}; ///< from the close until connect() may have its port

    [[nodiscard]] bool has_port() const { return age < keeps_port; }

    /// In which no closing of this kind has left the table yet.
    [[nodiscard]] std::chrono::milliseconds window() const;
    /// Whether it belongs to the present rate.
    [[nodiscard]] bool is_recent() const { return age < window(); }
    /// Its part in the present rate, in closes a second.
    [[nodiscard]] double rate() const;
};

/// What one closing changes between the ports used now and those projected, in ports times
/// recent_window seconds, so that a tuple's sum is exact in one whole number: an old one will be
/// gone, and for a recent one as many will be there as come while it keeps its port.
std::int32_t drift(const Closing& closing);

/// Tells closings from what lives.
class ClosingRule {
public:
    ClosingRule(const kernel::PortSettings& settings, TimeWaitPolicy policy);

    /// Nothing where the socket lives.
    [[nodiscard]] std::optional<Closing> closing(const sockets::Socket& socket) const
    {
        if (!socket.expires_in)
            return std::nullopt;
        return make_closing(socket);
    }

private:
    [[nodiscard]] std::optional<Closing> make_closing(const sockets::Socket& socket) const;

    TimeWaitRule time_wait_rule_;
    std::chrono::milliseconds fin_wait2_length_;
};

/// The last minute of one tuple, or of many together.
class History {
public:
    /// So many classes of age, each of the same length, make up the minute.
    static constexpr std::size_t age_classes = 20;

    void add_live() { ++live_; }
    void add(const Closing& closing);

    /// Closes a second at present.
    [[nodiscard]] double rate() const;
    /// The mean over the last minute, of those that are still in the table.
    [[nodiscard]] double minute_rate() const;
    /// The closings by age, the youngest first.
    [[nodiscard]] const std::array<std::uint32_t, age_classes>& ages() const { return ages_; }

    /// In what time all of `ports` are taken; nothing where that does not come about.
    [[nodiscard]] std::optional<std::chrono::duration<double>> gone_in(std::size_t ports) const;

private:
    /// Closes of one kind that go on.
    struct Stream {
        std::chrono::milliseconds keeps_port{};
        double rate = 0; ///< a second
    };

    std::size_t live_ = 0;
    std::size_t closings_ = 0;
    std::vector<Stream> streams_;
    std::vector<std::uint32_t> returns_; ///< when each closing gives its port back, in ms from now
    std::array<std::uint32_t, age_classes> ages_{};
};

/// The histories of a few tuples, from one more walk of the table: the census of the first walk has
/// room for the counts of a million tuples, but not for times.
class Histories {
public:
    /// `held` ports are no tuple's own.
    Histories(const kernel::PortSettings& settings, TimeWaitPolicy policy, const net::PortSet& held,
              const std::vector<Tuple>& tuples);

    void add(const sockets::Socket& socket);

    /// All sockets that matter have a remote port in it.
    [[nodiscard]] net::PortRange destination_ports() const;

    /// Of one of the tuples.
    [[nodiscard]] const History& of(const Tuple& tuple) const { return histories_.at(tuple); }

private:
    ClosingRule rule_;
    net::PortSet own_ports_;
    std::map<Tuple, History> histories_;
};

} // namespace ports
