// Who makes TIME_WAITs.
#include <boost/test/unit_test.hpp>

#include "plugins/timewait_situation.h"
#include "tests/unit/sample.h"

namespace {

using namespace std::chrono_literals;
using checks::Makers;
using sockets::Socket;
using sockets::SocketState;

std::vector<Socket> time_waits(const char* destination, std::size_t number, std::uint16_t first)
{
    std::vector<Socket> sockets;
    for (std::size_t i = 0; i < number; ++i)
        sockets.push_back(sample::time_wait(static_cast<std::uint16_t>(first + i), 10s, destination,
                                            destination));
    return sockets;
}

BOOST_AUTO_TEST_SUITE(makers)

BOOST_AUTO_TEST_CASE(there_is_none_if_nothing_was_closed)
{
    const Makers makers = checks::find_makers(sample::snapshot(sample::connections(9)), 5);
    BOOST_TEST(makers.total.time_wait == 0U);
    BOOST_TEST(makers.rows.empty());
    BOOST_TEST(makers.listed == 5U);
    BOOST_TEST(makers.fin_wait2 == 0U);
}

BOOST_AUTO_TEST_CASE(those_with_the_most_come_first)
{
    const auto snapshot = sample::snapshot(
        sample::join(time_waits("10.0.0.5", 3, 40000), time_waits("10.0.0.6", 9, 40010),
                     time_waits("10.0.0.7", 6, 40020), sample::connections(20, "10.0.0.8", 40040)));
    const Makers makers = checks::find_makers(snapshot, 2);
    BOOST_REQUIRE(makers.rows.size() == 2U);
    BOOST_TEST(makers.rows[0].usage.tuple.destination.text() == "10.0.0.6");
    BOOST_TEST(makers.rows[0].usage.time_wait == 9U);
    BOOST_TEST(makers.rows[0].history.minute_rate() == 9 / 60.0);
    BOOST_TEST(makers.rows[1].usage.tuple.destination.text() == "10.0.0.7");
    BOOST_TEST(makers.total.time_wait == 18U);
}

BOOST_AUTO_TEST_CASE(if_no_row_is_listed_there_is_still_a_worst)
{
    const Makers makers =
        checks::find_makers(sample::snapshot(time_waits("10.0.0.5", 3, 40000)), 0);
    BOOST_TEST(makers.listed == 0U);
    BOOST_REQUIRE(makers.rows.size() == 1U);
    BOOST_TEST(makers.rows[0].usage.time_wait == 3U);
}

BOOST_AUTO_TEST_CASE(a_row_counts_each_connection_once)
{
    const auto sockets = time_waits("10.0.0.5", 3, 40000);
    const Makers makers = checks::find_makers(sample::snapshot(sample::join(sockets, sockets)), 5);
    BOOST_TEST(makers.rows.at(0).usage.time_wait == 3U);
}

BOOST_AUTO_TEST_CASE(what_a_service_in_the_range_closed_takes_no_ephemeral_port)
{
    const auto snapshot = sample::snapshot(sample::join(
        std::vector<Socket>{sample::listener(40000)}, time_waits("10.0.0.5", 1, 40000)));
    BOOST_TEST(checks::find_makers(snapshot, 5).total.time_wait == 0U);
}

BOOST_AUTO_TEST_CASE(fin_wait2s_that_no_program_holds_are_counted_apart)
{
    const Makers makers = checks::find_makers(
        sample::snapshot({sample::time_wait(40000, 10s), sample::fin_wait2(40001, 50s),
                          sample::in_state(sample::connection(40002), SocketState::fin_wait2)}),
        5);
    BOOST_TEST(makers.fin_wait2 == 1U);
    BOOST_TEST(makers.total.time_wait == 1U);
    BOOST_TEST(makers.rows.at(0).usage.time_wait == 1U);
}

BOOST_AUTO_TEST_CASE(reusable_are_time_waits_alone_in_the_total_and_in_the_rows)
{
    const Makers makers = checks::find_makers(
        sample::snapshot({sample::local_time_wait(40000, 10s), sample::local_time_wait(40001, 10s),
                          sample::local_time_wait(40002, 10ms),
                          sample::fin_wait2(40003, 50s, "127.0.0.1", "127.0.0.1")}),
        5);
    BOOST_TEST(makers.total.reusable == 2U);
    BOOST_TEST(makers.total.reusable_least == 2U);
    BOOST_TEST(makers.rows.at(0).usage.reusable_time_wait == 2U);
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace
