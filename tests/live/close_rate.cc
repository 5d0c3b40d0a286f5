// The rate of closes, if the kernel's records of them mislead: TIME_WAITs that are taken over,
// FIN_WAIT2s that outlive tcp_fin_timeout.
#include <chrono>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <thread>

#include <boost/test/unit_test.hpp>

#include "tests/live/features.h"
#include "tests/live/lab.h"
#include "tests/live/report.h"
#include "tests/live/time_wait.h"

namespace {

const std::string program = "plugins/check_ephemeral_timewait";
const lab::Endpoint server = lab::at("127.0.0.1", 5432);
using Clock = std::chrono::steady_clock;
using Seconds = std::chrono::duration<double>;

struct Host {
    lab::Namespace network{{40000, 45999}};
    lab::FileDescriptor listener = lab::listening(lab::at("0.0.0.0", server.port));
    std::vector<lab::FileDescriptor> kept_open;

    /// Calls `close_one` at a steady rate.
    template <class Close>
    void keep_closing(double rate, Seconds length, const Close& close_one)
    {
        const auto start = Clock::now();
        for (int i = 0; i / rate < length.count(); ++i) {
            std::this_thread::sleep_until(
                start + std::chrono::duration_cast<Clock::duration>(Seconds(i / rate)));
            close_one();
        }
    }

    /// A connection that this end has closed, and the other has not: FIN_WAIT2, for as long as
    /// TCP_LINGER2 says.
    void leave_fin_wait2(int seconds)
    {
        lab::FileDescriptor client = lab::connected(server);
        BOOST_REQUIRE(
            setsockopt(client.number(), IPPROTO_TCP, TCP_LINGER2, &seconds, sizeof seconds) == 0);
        kept_open.push_back(lab::accepted(listener));
        lab::leave_fin_wait2(client);
    }
};

BOOST_FIXTURE_TEST_SUITE(close_rate, Host)

BOOST_AUTO_TEST_CASE(about_45_closes_a_second_if_time_waits_are_taken_over_after_a_millisecond,
                     *lab::needs({lab::Feature::time_wait_delay}))
{
    lab::set_sysctl("tcp_tw_reuse", "2");
    lab::set_sysctl("tcp_tw_reuse_delay", "1");
    keep_closing(45, Seconds(3.5), [&] { lab::churn(1, server, listener); });
    const lab::Report report = lab::report_of({program});
    BOOST_TEST(report.metric("close_rate") >= 36);
    BOOST_TEST(report.metric("close_rate") <= 54);
}

BOOST_AUTO_TEST_CASE(no_closes_if_the_last_are_six_seconds_old_and_linger2_is_long)
{
    lab::set_sysctl("tcp_fin_timeout", "5");
    for (int i = 0; i < 20; ++i)
        leave_fin_wait2(60);
    const auto start = Clock::now();
    lab::await([&] { return Clock::now() - start > std::chrono::seconds(6); }, "six seconds");
    BOOST_TEST(lab::report_of({program}).metric("close_rate") == 0);
}

BOOST_AUTO_TEST_SUITE(slow, *boost::unit_test::label("slow") * boost::unit_test::disabled())

BOOST_AUTO_TEST_CASE(at_most_two_closes_a_second_if_linger2_is_longer_than_tcp_fin_timeout)
{
    lab::set_sysctl("tcp_fin_timeout", "10");
    keep_closing(2, Seconds(30), [&] { leave_fin_wait2(40); });
    BOOST_TEST(lab::report_of({program}).metric("close_rate") <= 2.5);
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE_END()

} // namespace
