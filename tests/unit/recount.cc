// What is in a dump twice, and what is more than there can be.
#include "common/ports/census.h"

#include <boost/test/unit_test.hpp>

#include "tests/unit/counted.h"

namespace {

using namespace std::chrono_literals;
using ports::TupleUsage;
using sample::Counted;
using sample::Manner;
using sockets::Socket;
using sockets::SocketState;

TupleUsage recounted(Counted& counted, std::string_view destination = "10.0.0.5")
{
    const auto number = counted.number(destination);
    counted.census().recount(ports::pick_tuples(counted.snapshot(), {number}));
    return counted.usage(destination);
}

BOOST_AUTO_TEST_SUITE(recount)

BOOST_AUTO_TEST_CASE(a_connection_that_is_in_the_dump_twice_counts_once_as_it_was_last)
{
    Counted counted({sample::connection(40000), sample::connection(40001),
                     sample::time_wait(40000, 0ms), sample::connection(40001)});
    BOOST_TEST(counted.usage().connections() == 4U);
    const TupleUsage usage = recounted(counted);
    BOOST_TEST(usage.established == 1U);
    BOOST_TEST(usage.time_wait == 1U);
    BOOST_TEST(usage.used == 2U);
    BOOST_TEST(sample::adds_up(usage));
}

BOOST_AUTO_TEST_CASE(a_recount_changes_nothing_if_there_is_no_double)
{
    Manner manner;
    manner.settings = sample::settings(kernel::TimeWaitReuse::everywhere);
    manner.held = sample::port_set(40001, 40002);
    std::vector<Socket> sockets = sample::connections(3);
    for (std::uint16_t i = 3; i < 20; ++i)
        sockets.push_back(sample::time_wait(40000 + i, i * 300ms));
    sockets.push_back(sample::fin_wait2(40030, 55s));
    sockets.push_back(sample::connection(40040)); // its listener follows
    sockets.push_back(sample::listener(40040));
    Counted counted(sockets, manner);
    counted.census().learn_reuse(counted.number(), true);
    const TupleUsage before = counted.usage();
    const TupleUsage after = recounted(counted);
    BOOST_TEST(after.established == before.established);
    BOOST_TEST(after.time_wait == before.time_wait);
    BOOST_TEST(after.other == before.other);
    BOOST_TEST(after.reusable == before.reusable);
    BOOST_TEST(after.held_by_others == before.held_by_others);
    BOOST_TEST(after.used == before.used);
    BOOST_TEST(after.used_most == before.used_most);
    BOOST_TEST(after.projected == before.projected);
    BOOST_TEST(after.projected_most == before.projected_most);
    BOOST_TEST(after.highest == before.highest);
    BOOST_TEST((after.reuse == ports::Reuse::certain));
    BOOST_TEST(counted.census().first(1, ports::has_fewer_left).size() == 1U);
}

BOOST_AUTO_TEST_CASE(a_double_shows_beside_a_connection_on_a_port_that_does_not_count)
{
    Counted counted({sample::connection(40000), sample::connection(40000),
                     sample::connection(40040), sample::listener(40040)});
    BOOST_TEST(counted.usage().established == 2U);
    BOOST_TEST(recounted(counted).established == 1U);
}

BOOST_AUTO_TEST_CASE(a_recount_leaves_other_tuples_alone)
{
    Counted counted({sample::connection(40000), sample::connection(40000),
                     sample::connection(40000, "10.0.0.6"), sample::connection(40000, "10.0.0.6")});
    recounted(counted);
    BOOST_TEST(counted.usage("10.0.0.5").used == 1U);
    BOOST_TEST(counted.usage("10.0.0.6").used == 2U);
}

BOOST_AUTO_TEST_CASE(more_connections_than_ports_use_no_more_than_all_after_a_recount)
{
    std::vector<Socket> sockets = sample::connections(64);
    sockets.push_back(sample::connection(40000)); // seen twice, while the table changed under us
    Counted counted(sockets);
    BOOST_TEST(recounted(counted).used == 64U);
    BOOST_TEST(recounted(counted).used_most == 64U);
}

BOOST_AUTO_TEST_CASE(counts_stay_at_their_end_rather_than_start_again)
{
    ports::SmallCount count;
    for (int i = 0; i < 65'535; ++i)
        ++count;
    BOOST_TEST(count == 65'535);
    ++count;
    BOOST_TEST(count == 65'535);
}

BOOST_AUTO_TEST_CASE(a_dump_that_repeats_itself_without_end_gives_no_absurd_figure)
{
    Manner manner;
    manner.settings = sample::settings(kernel::TimeWaitReuse::loopback, {1, 65535});
    std::vector<Socket> sockets;
    for (int i = 0; i < 70'000; ++i) {
        const auto port = static_cast<std::uint16_t>(1 + i % 65'535);
        sockets.push_back(sample::local_time_wait(port, 30s));
        sockets.push_back(sample::local_time_wait(port, 500ms));
        sockets.push_back(sample::fin_wait2(port, 30s, "127.0.0.1", "127.0.0.1"));
        sockets.push_back(sample::fin_wait2(port, 59'500ms, "127.0.0.1", "127.0.0.1"));
    }
    for (const bool asked : {true, false}) {
        manner.asked = asked;
        const Counted counted(sockets, manner);
        const TupleUsage usage = counted.worst();
        constexpr std::size_t absurd = 100'000'000;
        for (const std::size_t figure : {usage.used, usage.used_most, usage.projected,
                                         usage.projected_most, usage.highest, usage.reusable})
            BOOST_TEST(figure < absurd);
        BOOST_TEST(usage.used <= usage.used_most);
        BOOST_TEST(usage.projected <= usage.projected_most);
        BOOST_TEST(sample::adds_up(usage));
    }
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace
