// The few tuples that a report is about.
#include "common/ports/census.h"

#include <string>

#include <boost/test/unit_test.hpp>

#include "tests/unit/counted.h"

namespace {

using namespace std::chrono_literals;
using ports::TupleUsage;
using sample::Counted;
using sample::Manner;
using sockets::Socket;

std::vector<std::string> destinations(const std::vector<TupleUsage>& usages)
{
    std::vector<std::string> texts;
    for (const TupleUsage& usage : usages)
        texts.push_back(usage.tuple.destination.text());
    return texts;
}

std::vector<Socket> many_tuples()
{
    std::vector<Socket> sockets;
    for (unsigned destination = 0; destination < 40; ++destination) {
        const auto address = "10.0.0." + std::to_string(destination * 7 % 40 + 1);
        for (unsigned i = 0; i <= destination * 3 % 40; ++i)
            sockets.push_back(sample::connection(static_cast<std::uint16_t>(40000 + i), address));
    }
    return sockets;
}

BOOST_AUTO_TEST_SUITE(census_selection)

BOOST_AUTO_TEST_CASE(worst_come_first_then_the_busiest_then_by_address)
{
    const Counted counted(
        {sample::connection(40000, "10.0.0.9"), sample::connection(40001, "10.0.0.9"),
         sample::connection(40000, "10.0.0.8"), sample::connection(40000, "10.0.0.7"),
         // One used and one reusable: as many used as the ones above, but busier.
         sample::connection(40000, "127.0.0.1"), sample::time_wait(40001, 5s, "127.0.0.1"),
         sample::connection(40000, "2001:db8::5", "2001:db8::1")});
    const std::vector<std::string> expected = {"10.0.0.9", "127.0.0.1", "10.0.0.7", "10.0.0.8",
                                               "2001:db8::5"};
    BOOST_TEST(destinations(counted.census().first(10, ports::has_fewer_left)) == expected,
               boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(worst_of_many_are_the_same_however_many_are_asked_for)
{
    const Counted counted(many_tuples());
    const auto all = destinations(counted.census().first(1000, ports::has_fewer_left));
    BOOST_TEST(all.size() == 40U);
    BOOST_TEST(counted.census().first(0, ports::has_fewer_left).empty());
    for (std::size_t most = 1; most <= all.size(); ++most) {
        const auto some = destinations(counted.census().first(most, ports::has_fewer_left));
        BOOST_TEST(some == std::vector<std::string>(
                               all.begin(), all.begin() + static_cast<std::ptrdiff_t>(most)),
                   boost::test_tools::per_element());
    }
}

BOOST_AUTO_TEST_CASE(several_selections_at_once_are_as_each_of_them_alone)
{
    std::vector<Socket> sockets = many_tuples();
    for (std::uint16_t i = 0; i < 30; ++i)
        sockets.push_back(sample::time_wait(40000 + i, 500ms, "10.0.0.9"));
    const Counted counted(sockets);
    const auto selected = counted.census().select({{5, ports::has_fewer_left},
                                                   {1, ports::heads_for_more},
                                                   {0, ports::has_more_time_wait},
                                                   {3, ports::may_run_out_earlier}});
    BOOST_REQUIRE(selected.size() == 4U);
    const auto alone = [&](std::size_t most, const ports::Order& order) {
        return destinations(counted.census().first(most, order));
    };
    BOOST_TEST(destinations(selected[0]) == alone(5, ports::has_fewer_left),
               boost::test_tools::per_element());
    BOOST_TEST(destinations(selected[1]) == alone(1, ports::heads_for_more),
               boost::test_tools::per_element());
    BOOST_TEST(selected[2].empty());
    BOOST_TEST(destinations(selected[3]) == alone(3, ports::may_run_out_earlier),
               boost::test_tools::per_element());
    BOOST_TEST(counted.census().select({}).empty());
}

BOOST_AUTO_TEST_CASE(each_tuple_has_its_own_figures_although_its_counts_are_those_of_another)
{
    Manner manner;
    manner.settings = sample::settings(kernel::TimeWaitReuse::everywhere);
    // Both have the same twin, and one of them has its port, too.
    Socket on_device = sample::connection(40000, "10.0.0.3");
    on_device.device = 3;
    Socket on_another = sample::connection(40001, "10.0.0.3");
    on_another.device = 4;
    const Counted counted(
        {sample::connection(40002, "10.0.0.2"), on_device, on_another,
         sample::connection(40001, "10.0.0.3"), sample::time_wait(40000, 5s, "10.0.0.4"),
         sample::time_wait(40000, 59'900ms, "10.0.0.5"), sample::fin_wait2(40000, 5s, "10.0.0.6"),
         sample::fin_wait2(40000, 59'900ms, "10.0.0.7")},
        manner);
    const auto selected = counted.census().first(9, ports::has_fewer_left);
    BOOST_TEST(selected.size() == 8U);
    const auto figures = [](const TupleUsage& usage) {
        return std::vector<std::size_t>{usage.reusable,  usage.held_by_others, usage.used,
                                        usage.used_most, usage.projected,      usage.projected_most,
                                        usage.highest};
    };
    for (const TupleUsage& usage : selected)
        BOOST_TEST(figures(usage) == figures(counted.census().usage(usage.number)),
                   boost::test_tools::per_element());
    BOOST_TEST(selected.front().held_by_others == 1U);
}

BOOST_AUTO_TEST_CASE(each_order_puts_another_tuple_first)
{
    Manner manner;
    manner.settings = sample::settings(kernel::TimeWaitReuse::everywhere);
    std::vector<Socket> sockets = sample::connections(20, "10.0.0.1");
    for (std::uint16_t i = 0; i < 40; ++i) // may all count, and will come back
        sockets.push_back(sample::time_wait(40000 + i, 30s, "10.0.0.2"));
    for (std::uint16_t i = 0; i < 15; ++i) // closes 15 a second, and keeps each for one
        sockets.push_back(sample::time_wait(40000 + i, 50ms, "127.0.0.1", "127.0.0.1"));
    for (std::uint16_t i = 0; i < 18; ++i)
        sockets.push_back(sample::fin_wait2(40000 + i, 59'900ms, "10.0.0.3"));
    const Counted counted(sockets, manner);
    const auto first = [&](const ports::Order& order) {
        return destinations(counted.census().first(1, order)).front();
    };
    BOOST_TEST(first(ports::has_fewer_left) == "10.0.0.1");
    BOOST_TEST(first(ports::may_have_fewer_left) == "10.0.0.2");
    BOOST_TEST(first(ports::has_more_time_wait) == "10.0.0.2");
    BOOST_TEST(first(ports::may_head_for_more) == "10.0.0.3");
}

BOOST_AUTO_TEST_CASE(a_tuple_with_connections_on_ports_of_a_listener_alone_is_none)
{
    const Counted counted({sample::connection(40000), sample::connection(40001, "10.0.0.6"),
                           sample::listener(40000)});
    BOOST_TEST(destinations(counted.census().first(9, ports::has_fewer_left)) ==
                   std::vector<std::string>{"10.0.0.6"},
               boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(a_usage_knows_its_number_and_tuple)
{
    const Counted counted(many_tuples());
    for (const TupleUsage& usage : counted.census().first(7, ports::has_fewer_left)) {
        BOOST_TEST((counted.census().usage(usage.number).tuple == usage.tuple));
        BOOST_TEST(counted.census().usage(usage.number).used == usage.used);
    }
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace
