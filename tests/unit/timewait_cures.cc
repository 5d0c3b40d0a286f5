// What check_ephemeral_timewait says would help.
#include "plugins/timewait_cures.h"

#include <boost/test/unit_test.hpp>

#include "tests/unit/report_text.h"
#include "tests/unit/sample.h"

namespace {

using namespace std::chrono_literals;
using checks::Makers;
using checks::TimeWaitCounts;

std::string details(const TimeWaitCounts& counts, const std::optional<Makers>& makers = {},
                    plugin::State state = plugin::State::warning)
{
    plugin::Report report;
    report.judge(state);
    checks::tell_time_wait_cures(counts, makers, report);
    std::string text;
    for (const std::string& line : report.details)
        text += line + '\n';
    return text;
}

Makers thirty_to_one_destination()
{
    std::vector<sockets::Socket> sockets;
    for (std::uint16_t i = 0; i < 30; ++i)
        sockets.push_back(sample::time_wait(40000 + i, 5s));
    return checks::find_makers(sample::snapshot(sockets), 5);
}

BOOST_AUTO_TEST_SUITE(timewait_cures)

BOOST_AUTO_TEST_CASE(a_higher_cap_and_the_worst_destination_are_told_with_the_room_that_they_make)
{
    BOOST_TEST(details({900, {}, 1000}, thirty_to_one_destination()) ==
               "What would help, best first:\n"
               "  net.ipv4.tcp_max_tw_buckets=2000: 1100 more may be in TIME_WAIT instead of 100\n"
               "  connections to 10.0.0.5:5432 kept open (keep-alive, a connection pool): 130 more "
               "may be in TIME_WAIT instead of 100\n"
               "TIME_WAIT stays with the end that closes first: keep connections open, or let the "
               "other end close.\n"
               "A TIME_WAIT has no owner any more: check_ephemeral_ports --who watches for one "
               "second to see who closes.\n");
}

BOOST_AUTO_TEST_CASE(the_cap_is_left_alone_if_it_is_far_absent_or_the_highest)
{
    BOOST_TEST(!holds(details({500, {}, 1000}), "tcp_max_tw_buckets"));
    BOOST_TEST(!holds(details({500, {}, 0}), "tcp_max_tw_buckets"));
    BOOST_TEST(!holds(details({500, {}, {}}), "tcp_max_tw_buckets"));
    BOOST_TEST(!holds(details({1500000000, {}, 1600000000}), "tcp_max_tw_buckets"));
}

BOOST_AUTO_TEST_CASE(nothing_is_told_if_it_is_ok)
{
    BOOST_TEST(details({900, {}, 1000}, thirty_to_one_destination(), plugin::State::ok).empty());
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace
