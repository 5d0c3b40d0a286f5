// Closed connections in the census: which of them leave their port to connect(), and how that is
// learnt.
#include "common/ports/census.h"

#include <boost/test/unit_test.hpp>

#include "tests/unit/counted.h"

namespace {

using namespace std::chrono_literals;
using kernel::TimeWaitReuse;
using ports::Reuse;
using ports::TimeWaitPolicy;
using ports::TupleUsage;
using sample::Counted;
using sample::Manner;
using sockets::Socket;
using sockets::SocketState;

/// With tcp_tw_reuse 1: towards another host it has to be proved.
Manner reuse_everywhere()
{
    Manner manner;
    manner.settings = sample::settings(TimeWaitReuse::everywhere);
    return manner;
}

/// 10 live connections, 5 in TIME_WAIT and 3 in FIN_WAIT2 that are old enough, and one of each that
/// is not.
std::vector<Socket> mix(const char* destination)
{
    std::vector<Socket> sockets;
    const auto next_port = [&] { return static_cast<std::uint16_t>(40000 + sockets.size()); };
    for (int i = 0; i < 10; ++i)
        sockets.push_back(sample::connection(next_port(), destination));
    for (int i = 0; i < 5; ++i)
        sockets.push_back(sample::time_wait(next_port(), 5s, destination));
    for (int i = 0; i < 3; ++i)
        sockets.push_back(sample::fin_wait2(next_port(), 55s, destination));
    sockets.push_back(sample::time_wait(next_port(), 999ms, destination));
    sockets.push_back(sample::fin_wait2(next_port(), 59'001ms, destination));
    return sockets;
}

void check(const TupleUsage& usage, std::size_t reusable, std::size_t used, std::size_t used_most)
{
    BOOST_TEST(usage.established == 10U);
    BOOST_TEST(usage.time_wait == 6U);
    BOOST_TEST(usage.other == 4U);
    BOOST_TEST(usage.reusable == reusable);
    BOOST_TEST(usage.used == used);
    BOOST_TEST(usage.used_most == used_most);
    BOOST_TEST(usage.is_exact() == (used == used_most));
    BOOST_TEST(sample::adds_up(usage));
}

BOOST_AUTO_TEST_SUITE(census_reuse)

BOOST_AUTO_TEST_CASE(reusable_time_waits_leave_their_port)
{
    const Counted counted({sample::local_time_wait(40000, 5s), sample::local_time_wait(40001, 1s),
                           sample::local_time_wait(40002, 999ms)});
    const TupleUsage usage = counted.worst();
    BOOST_TEST((usage.reuse == Reuse::certain));
    BOOST_TEST(usage.time_wait == 3U);
    BOOST_TEST(usage.reusable == 2U);
    BOOST_TEST(usage.used == 1U);
    BOOST_TEST(usage.used_most == 1U);
}

BOOST_AUTO_TEST_CASE(all_of_them_use_their_port_if_nothing_is_taken_over)
{
    const Counted counted(mix("10.0.0.5"));
    check(counted.usage(), 0, 20, 20);
}

BOOST_AUTO_TEST_CASE(what_is_not_proved_has_two_ends)
{
    const Counted counted(mix("10.0.0.5"), reuse_everywhere());
    BOOST_TEST((counted.usage().reuse == Reuse::unproven));
    check(counted.usage(), 8, 12, 20);
}

BOOST_AUTO_TEST_CASE(a_proof_settles_the_time_waits_and_leaves_the_fin_wait2s_in_doubt)
{
    Counted counted(mix("10.0.0.5"), reuse_everywhere());
    counted.census().learn_reuse(counted.number(), true);
    BOOST_TEST((counted.usage().reuse == Reuse::certain));
    check(counted.usage(), 8, 12, 15);
    counted.census().learn_fin_wait2_reuse(false);
    check(counted.usage(), 5, 15, 15);
    counted.census().learn_fin_wait2_reuse(true);
    check(counted.usage(), 8, 12, 12);
}

BOOST_AUTO_TEST_CASE(a_refusal_makes_all_of_them_count)
{
    Counted counted(mix("10.0.0.5"), reuse_everywhere());
    counted.census().learn_fin_wait2_reuse(true);
    check(counted.usage(), 8, 12, 20);
    counted.census().learn_reuse(counted.number(), false);
    BOOST_TEST((counted.usage().reuse == Reuse::never));
    check(counted.usage(), 0, 20, 20);
}

BOOST_AUTO_TEST_CASE(what_is_learnt_of_a_tuple_holds_for_that_tuple_alone)
{
    Counted counted(sample::join(mix("10.0.0.5"), mix("10.0.0.6")), reuse_everywhere());
    counted.census().learn_reuse(counted.number("10.0.0.6"), false);
    check(counted.usage("10.0.0.5"), 8, 12, 20);
    check(counted.usage("10.0.0.6"), 0, 20, 20);
}

BOOST_AUTO_TEST_CASE(on_loopback_only_a_fin_wait2_is_in_doubt)
{
    const Counted counted({sample::local_time_wait(40000, 5s),
                           sample::fin_wait2(40001, 55s, "127.0.0.1", "127.0.0.1")});
    BOOST_TEST(counted.worst().used == 0U);
    BOOST_TEST(counted.worst().used_most == 1U);
}

BOOST_AUTO_TEST_CASE(a_fin_wait2_of_unknown_age_is_never_reusable)
{
    Manner manner;
    manner.settings.fin_wait2_length = 5s;
    const Counted counted({sample::fin_wait2(40000, 20s, "127.0.0.1", "127.0.0.1")}, manner);
    BOOST_TEST(counted.worst().reusable == 0U);
    BOOST_TEST(counted.worst().used == 1U);
}

BOOST_AUTO_TEST_CASE(a_fin_wait2_that_a_program_holds_is_never_reusable)
{
    const Counted counted({sample::in_state(sample::connection(40000, "127.0.0.1", "127.0.0.1"),
                                            SocketState::fin_wait2)});
    BOOST_TEST(counted.worst().used == 1U);
    BOOST_TEST(counted.worst().used_most == 1U);
}

BOOST_AUTO_TEST_CASE(time_wait_on_a_held_port_is_never_reusable)
{
    const Counted counted({sample::bound(40000), sample::local_time_wait(40000, 5s),
                           sample::local_time_wait(40001, 5s)});
    const TupleUsage usage = counted.worst();
    BOOST_TEST(usage.reusable == 1U);
    BOOST_TEST(usage.used == 1U);
    BOOST_TEST(usage.held_by_others == 0U);
    BOOST_TEST(sample::adds_up(usage));
}

BOOST_AUTO_TEST_CASE(the_delay_is_the_kernels_setting)
{
    Manner manner;
    manner.settings.time_wait_reuse_delay = 1ms;
    const std::vector<Socket> sockets = {sample::local_time_wait(40000, 0ms),
                                         sample::local_time_wait(40001, 1ms),
                                         sample::local_time_wait(40002, 30s)};
    BOOST_TEST(Counted(sockets, manner).worst().used == 1U);
    manner.settings.time_wait_reuse_delay = 60s;
    BOOST_TEST(Counted(sockets, manner).worst().used == 3U);
}

BOOST_AUTO_TEST_CASE(policy_decides_whether_time_waits_use_their_port)
{
    const std::vector<Socket> sockets = {sample::connection(40000, "127.0.0.1", "127.0.0.1"),
                                         sample::local_time_wait(40001, 5s),
                                         sample::local_time_wait(40002, 0s)};
    const auto used = [&](TimeWaitPolicy policy) {
        Manner manner;
        manner.policy = policy;
        const TupleUsage usage = Counted(sockets, manner).worst();
        BOOST_TEST(usage.is_exact());
        return usage.used;
    };
    BOOST_TEST(used(TimeWaitPolicy::kernel_rule) == 2U);
    BOOST_TEST(used(TimeWaitPolicy::count) == 3U);
    BOOST_TEST(used(TimeWaitPolicy::ignore) == 1U);
}

BOOST_AUTO_TEST_CASE(a_census_knows_whether_anything_hangs_on_reuse)
{
    BOOST_TEST(!Counted({}).census().hangs_on_reuse());
    BOOST_TEST(!Counted(mix("10.0.0.5")).census().hangs_on_reuse());
    BOOST_TEST(Counted(mix("10.0.0.5"), reuse_everywhere()).census().hangs_on_reuse());
    BOOST_TEST(!Counted(sample::connections(9), reuse_everywhere()).census().hangs_on_reuse());
    BOOST_TEST(Counted({sample::local_time_wait(40000, 5s)}).census().hangs_on_reuse());
}

BOOST_AUTO_TEST_CASE(the_total_has_both_ends_of_what_is_reusable)
{
    Counted counted(sample::join(mix("10.0.0.5"), mix("10.0.0.6"), mix("127.0.0.1")),
                    reuse_everywhere());
    BOOST_TEST(counted.census().total().tuples == 3U);
    BOOST_TEST(counted.census().total().connections == 60U);
    BOOST_TEST(counted.census().total().time_wait == 18U);
    BOOST_TEST(counted.census().total().reusable == 15U);
    BOOST_TEST(counted.census().total().reusable_least == 5U);
    counted.census().learn_reuse(counted.number("10.0.0.5"), true);
    BOOST_TEST(counted.census().total().reusable_least == 10U);
    counted.census().learn_reuse(counted.number("10.0.0.6"), false);
    BOOST_TEST(counted.census().total().reusable == 10U);
    BOOST_TEST(counted.census().total().reusable_least == 10U);
}

BOOST_AUTO_TEST_CASE(the_oldest_that_may_be_taken_over_come_first_to_be_asked_about)
{
    Manner manner = reuse_everywhere();
    manner.held = sample::port_set(40004, 40004);
    const Counted counted({sample::time_wait(40000, 10s), sample::time_wait(40001, 30s),
                           sample::time_wait(40002, 20s), sample::time_wait(40003, 500ms),
                           sample::time_wait(40004, 40s), sample::fin_wait2(40005, 15s),
                           sample::connection(40006)},
                          manner);
    const auto of_tuple = ports::pick_tuples(counted.snapshot(), {counted.number()});
    const auto closings = [&](SocketState state) {
        std::vector<std::uint16_t> ports;
        for (const auto& connection :
             counted.census().old_closings(of_tuple.at(counted.number()), state))
            ports.push_back(connection.local_port);
        return ports;
    };
    const std::vector<std::uint16_t> expected = {40001, 40002, 40000};
    BOOST_TEST(closings(SocketState::time_wait) == expected, boost::test_tools::per_element());
    BOOST_TEST(closings(SocketState::fin_wait2) == std::vector<std::uint16_t>{40005},
               boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(those_that_may_be_gone_before_the_question_prove_nothing)
{
    // A port without a TIME_WAIT is given to anybody.
    const Counted counted({sample::time_wait(40000, 60s), sample::time_wait(40001, 57'001ms),
                           sample::time_wait(40002, 57s)},
                          reuse_everywhere());
    const auto of_tuple = ports::pick_tuples(counted.snapshot(), {counted.number()});
    const auto closings =
        counted.census().old_closings(of_tuple.at(counted.number()), SocketState::time_wait);
    BOOST_REQUIRE(closings.size() == 1U);
    BOOST_TEST(closings.front().local_port == 40002U);
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace
