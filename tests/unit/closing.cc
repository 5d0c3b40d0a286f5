// Closed connections that the kernel keeps: how long ago they were closed, as far as it is known.
#include "common/ports/closing.h"

#include <boost/test/unit_test.hpp>

#include "common/ports/close_rate.h"
#include "tests/unit/sample.h"

namespace {

using namespace std::chrono_literals;
using ports::Closing;
using sockets::Connection;
using sockets::Socket;
using sockets::SocketState;

std::optional<Closing> closing_of(const Socket& socket, std::chrono::seconds fin_wait2_length = 60s)
{
    kernel::PortSettings settings = sample::settings();
    settings.fin_wait2_length = fin_wait2_length;
    std::optional<Closing> closing;
    sample::snapshot({socket}).connections.for_each(
        [&](const Connection& connection) { closing = ports::find_closing(connection, settings); });
    return closing;
}

BOOST_AUTO_TEST_SUITE(closing)

BOOST_AUTO_TEST_CASE(a_connection_that_lives_is_none)
{
    for (const SocketState state :
         {SocketState::established, SocketState::syn_sent, SocketState::fin_wait1,
          SocketState::close_wait, SocketState::last_ack, SocketState::closing})
        BOOST_TEST(!closing_of(sample::in_state(sample::connection(40000), state)).has_value());
}

BOOST_AUTO_TEST_CASE(a_fin_wait2_that_a_program_holds_is_none)
{
    BOOST_TEST(!closing_of(sample::in_state(sample::connection(40000), SocketState::fin_wait2))
                    .has_value());
}

BOOST_AUTO_TEST_CASE(a_time_wait_is_as_old_as_what_is_gone_of_its_minute)
{
    const auto closing = closing_of(sample::time_wait(40000, 7s), 5s);
    BOOST_REQUIRE(closing.has_value());
    BOOST_TEST(closing->is_time_wait);
    BOOST_TEST((closing->age == 7s));
    BOOST_TEST((closing->left == 53s));
}

BOOST_AUTO_TEST_CASE(a_time_wait_whose_timer_is_late_is_a_minute_old)
{
    BOOST_TEST((closing_of(sample::time_wait(40000, 60s))->age == 60s));
    BOOST_TEST((closing_of(sample::time_wait(40000, 64s))->age == 60s));
}

BOOST_AUTO_TEST_CASE(a_fin_wait2_is_as_old_as_what_is_gone_of_tcp_fin_timeout)
{
    const auto closing = closing_of(sample::fin_wait2(40000, 18s), 20s);
    BOOST_REQUIRE(closing.has_value());
    BOOST_TEST(!closing->is_time_wait);
    BOOST_TEST((closing->age == 2s));
    BOOST_TEST((closing->left == 18s));
    BOOST_TEST((closing_of(sample::fin_wait2(40000, 20s), 20s)->age == 0s));
}

BOOST_AUTO_TEST_CASE(a_tcp_fin_timeout_above_a_minute_is_kept_as_a_live_socket_before)
{
    // tcp_rcv_state_process() makes the small socket for the last minute alone.
    BOOST_TEST((closing_of(sample::fin_wait2(40000, 50s), 120s)->age == 10s));
}

BOOST_AUTO_TEST_CASE(a_fin_wait2_with_more_left_than_tcp_fin_timeout_is_of_unknown_age)
{
    const auto closing = closing_of(sample::fin_wait2(40000, 5001ms), 5s);
    BOOST_REQUIRE(closing.has_value());
    BOOST_TEST(!closing->has_age());
    BOOST_TEST((closing->left == 5001ms));
}

BOOST_AUTO_TEST_CASE(a_close_is_recent_for_five_seconds_and_never_if_its_age_is_unknown)
{
    using Seconds = ports::ClosesBySecond<std::size_t>;
    const auto seconds = [](bool is_time_wait, std::chrono::milliseconds age) {
        ports::RecentCloses<std::size_t> closes;
        closes.add({is_time_wait, age, 0ms});
        const Seconds none{};
        BOOST_TEST(((is_time_wait ? closes.fin_wait2 : closes.time_wait) == none));
        return is_time_wait ? closes.time_wait : closes.fin_wait2;
    };
    for (const bool is_time_wait : {true, false}) {
        BOOST_TEST((seconds(is_time_wait, 0ms) == Seconds{1}));
        BOOST_TEST((seconds(is_time_wait, 999ms) == Seconds{1}));
        BOOST_TEST((seconds(is_time_wait, 1000ms) == Seconds{0, 1}));
        BOOST_TEST((seconds(is_time_wait, 4999ms) == Seconds{0, 0, 0, 0, 1}));
        BOOST_TEST((seconds(is_time_wait, 5000ms) == Seconds{}));
        BOOST_TEST((seconds(is_time_wait, Closing::unknown_age) == Seconds{}));
    }
}

BOOST_AUTO_TEST_CASE(two_closes_a_second_stay_two_if_a_program_keeps_them_longer)
{
    // TCP_LINGER2 of 20 s on a host with a tcp_fin_timeout of 5 s.
    for (const auto linger : {20s, 6s, 5s}) {
        ports::RecentCloses<std::size_t> recent;
        for (auto left = linger - 250ms; left > 0ms; left -= 500ms)
            recent.add(*closing_of(sample::fin_wait2(40000, left), 5s));
        BOOST_TEST(ports::present_rates(recent, {60s, 5s}).all() == 2);
    }
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace
