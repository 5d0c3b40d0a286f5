// Predictions of a history against a simulation that moves connections one by one.
#include <cmath>
#include <deque>
#include <vector>

#include <boost/test/unit_test.hpp>

#include "common/ports/history.h"

namespace {

using namespace std::chrono_literals;
using ports::Closing;
using ports::History;
using ports::KeepingTimes;
using Milliseconds = std::chrono::milliseconds;

/// Closes at a steady rate, of one kind.
struct Stream {
    double rate = 0;
    double begin = 0; ///< in seconds from now, so it is negative
    double keeps = 60;
    bool is_time_wait = true;
};

/// The moments of the closes up to `end`.
std::vector<double> moments(const Stream& stream, double end)
{
    std::vector<double> moments;
    const auto number = static_cast<int>(std::floor((end - stream.begin) * stream.rate));
    for (int i = 0; i < number; ++i)
        moments.push_back(stream.begin + (i + 0.5) / stream.rate);
    return moments;
}

/// When the ports end; nothing if they do not.
std::optional<double> simulate(const std::vector<Stream>& streams, std::size_t ports)
{
    struct Event {
        double moment = 0;
        int step = 0;
    };
    std::vector<Event> events;
    for (const Stream& stream : streams) {
        for (const double moment : moments(stream, 120)) {
            events.push_back({moment, 1});
            events.push_back({moment + stream.keeps, -1});
        }
    }
    std::sort(events.begin(), events.end(),
              [](const Event& one, const Event& other) { return one.moment < other.moment; });
    int used = 0;
    for (const Event& event : events) {
        used += event.step;
        if (event.moment > 0 && used >= static_cast<int>(ports))
            return event.moment;
    }
    return std::nullopt;
}

struct Now {
    History history;
    std::size_t used = 0;
};

/// What the table shows now.
Now look(const std::vector<Stream>& streams)
{
    KeepingTimes keeping;
    for (const Stream& stream : streams)
        (stream.is_time_wait ? keeping.time_wait : keeping.fin_wait2) =
            Milliseconds(std::lround(stream.keeps * 1000));
    Now now{History(keeping)};
    for (const Stream& stream : streams) {
        for (const double moment : moments(stream, 0)) {
            if (moment + stream.keeps <= 0)
                continue;
            const Milliseconds age(std::lround(-moment * 1000));
            const Milliseconds length = stream.is_time_wait ? 60s : keeping.fin_wait2;
            now.history.add({stream.is_time_wait, age, length - age});
            ++now.used;
        }
    }
    return now;
}

/// `near_peak`: how many ports more or less than the streams' peak leave it to chance whether they
/// end.
void check(const std::vector<Stream>& streams, std::size_t ports, double seconds)
{
    const Now now = look(streams);
    if (now.used >= ports)
        return;
    const std::optional<double> truth = simulate(streams, ports);
    const auto prediction = now.history.gone_in(ports - now.used);
    BOOST_REQUIRE(prediction.has_value() == truth.has_value());
    if (truth)
        BOOST_TEST(std::abs(prediction->count() - *truth) < seconds);
}

BOOST_AUTO_TEST_SUITE(history_simulation)

BOOST_AUTO_TEST_CASE(a_steady_stream_ends_the_ports_when_it_was_said)
{
    for (const double rate : {3.0, 12.0, 15.0, 25.0, 40.0, 400.0}) {
        for (const double before : {6.0, 12.0, 20.0, 50.0, 70.0}) {
            for (const std::size_t ports : {std::size_t{100}, std::size_t{1000}}) {
                BOOST_TEST_CONTEXT("rate " << rate << ", " << before << " s before, " << ports
                                           << " ports")
                check({{rate, -before}}, ports, 1);
            }
        }
    }
}

BOOST_AUTO_TEST_CASE(a_stream_that_began_three_seconds_ago_ends_them_when_it_was_said)
{
    for (const double rate : {50.0, 65.0, 100.0, 300.0}) {
        for (const double before : {2.5, 3.0, 4.0}) {
            BOOST_TEST_CONTEXT("rate " << rate << ", " << before << " s before")
            check({{rate, -before}}, 1000, 0.1 * 1000 / rate);
        }
    }
}

BOOST_AUTO_TEST_CASE(closings_that_are_taken_over_end_them_only_if_they_come_faster)
{
    for (const double keeps : {1.0, 2.0, 10.0}) {
        for (const double rate : {20.0, 90.0, 200.0, 990.0}) {
            BOOST_TEST_CONTEXT("rate " << rate << ", kept for " << keeps << " s")
            check({{rate, -0.6 * keeps - 1, keeps}}, 150, 0.1);
        }
    }
}

BOOST_AUTO_TEST_CASE(closings_of_both_kinds_end_them_together)
{
    for (const double rate : {4.0, 10.0, 30.0}) {
        for (const double fin_wait2_keeps : {5.0, 20.0, 60.0}) {
            BOOST_TEST_CONTEXT("rate " << rate << ", FIN_WAIT2 for " << fin_wait2_keeps << " s")
            check({{rate, -20}, {2 * rate, -20, fin_wait2_keeps, false}}, 1000, 1);
        }
    }
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace
