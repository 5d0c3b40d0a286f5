// What check_ephemeral_ports finds.
#include "plugins/ports_situation.h"

#include <boost/test/unit_test.hpp>

#include "tests/unit/counted.h"

namespace {

using namespace std::chrono_literals;
using checks::InDoubt;
using checks::PortsSituation;
using sample::Counted;
using sample::Manner;
using sockets::Socket;

PortsSituation assess(Counted& counted, std::size_t rows = 5, InDoubt in_doubt = InDoubt::left)
{
    return checks::assess_ports(counted.snapshot(), counted.census(), rows, in_doubt);
}

std::vector<std::string> destinations(const PortsSituation& situation)
{
    std::vector<std::string> texts;
    for (const ports::TupleUsage& row : situation.rows)
        texts.push_back(row.tuple.destination.text());
    return texts;
}

/// 20 live ones to 10.0.0.5, 10 to 10.0.0.6, and to 10.0.0.9 two closes a second.
std::vector<Socket> three_tuples()
{
    return sample::join(sample::connections(20), sample::connections(10, "10.0.0.6"),
                        std::vector<Socket>{sample::time_wait(40040, 100ms, "10.0.0.9"),
                                            sample::time_wait(40041, 600ms, "10.0.0.9"),
                                            sample::time_wait(40042, 1100ms, "10.0.0.9"),
                                            sample::time_wait(40043, 1600ms, "10.0.0.9"),
                                            sample::time_wait(40044, 2100ms, "10.0.0.9")});
}

BOOST_AUTO_TEST_SUITE(ports_situation)

BOOST_AUTO_TEST_CASE(without_a_tuple_the_worst_is_what_any_destination_would_find)
{
    Counted counted({sample::listener(40000), sample::bound(40001)});
    const PortsSituation situation = assess(counted);
    BOOST_TEST(situation.range_size == 64U);
    BOOST_TEST(situation.worst.used == 2U);
    BOOST_TEST(situation.worst_projected.projected == 2U);
    BOOST_TEST(situation.rows.empty());
    BOOST_TEST(situation.total.tuples == 0U);
    BOOST_TEST(situation.left(situation.worst) == 62U);
    BOOST_TEST(!situation.has_doubt());
    BOOST_TEST(!situation.forecast.has_value());
}

BOOST_AUTO_TEST_CASE(the_worst_projected_is_listed_behind_the_worst)
{
    Counted counted(three_tuples());
    const PortsSituation situation = assess(counted, 1);
    const std::vector<std::string> expected = {"10.0.0.5", "10.0.0.9"};
    BOOST_TEST(destinations(situation) == expected, boost::test_tools::per_element());
    BOOST_TEST(situation.worst.used == 20U);
    BOOST_TEST(situation.worst_projected.tuple.destination.text() == "10.0.0.9");
    BOOST_TEST(situation.worst_projected.projected == 60U);
}

BOOST_AUTO_TEST_CASE(the_worst_projected_is_listed_once_if_it_is_among_the_worst)
{
    Counted counted(three_tuples());
    const std::vector<std::string> expected = {"10.0.0.5", "10.0.0.6", "10.0.0.9"};
    BOOST_TEST(destinations(assess(counted, 3)) == expected, boost::test_tools::per_element());
    BOOST_TEST(destinations(assess(counted, 50)) == expected, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(if_no_row_is_listed_there_is_still_a_worst)
{
    Counted counted(three_tuples());
    const PortsSituation situation = assess(counted, 0);
    BOOST_TEST(situation.rows.empty());
    BOOST_TEST(situation.worst.used == 20U);
    BOOST_TEST(situation.worst_projected.projected == 60U);
    BOOST_TEST(situation.total.tuples == 3U);
}

BOOST_AUTO_TEST_CASE(rows_are_counted_without_doubles_and_then_put_in_order)
{
    const auto sockets = sample::join(sample::connections(20), sample::connections(12, "10.0.0.6"),
                                      sample::connections(12, "10.0.0.6"));
    Counted counted(sockets);
    const PortsSituation situation = assess(counted);
    const std::vector<std::string> expected = {"10.0.0.5", "10.0.0.6"};
    BOOST_TEST(destinations(situation) == expected, boost::test_tools::per_element());
    BOOST_TEST(situation.worst.used == 20U);
    BOOST_TEST(situation.rows.at(1).used == 12U);
    for (const ports::TupleUsage& row : situation.rows)
        BOOST_TEST(sample::adds_up(row));
}

BOOST_AUTO_TEST_CASE(which_tuple_is_worst_depends_on_the_end_that_is_judged)
{
    Manner manner;
    manner.settings = sample::settings(kernel::TimeWaitReuse::everywhere);
    std::vector<Socket> sockets = sample::connections(20);
    for (std::uint16_t i = 0; i < 30; ++i)
        sockets.push_back(sample::time_wait(40000 + i, 30s, "10.0.0.9"));
    Counted counted(sockets, manner);
    const PortsSituation left = assess(counted, 5, InDoubt::left);
    BOOST_TEST(left.worst.tuple.destination.text() == "10.0.0.5");
    BOOST_TEST(left.has_doubt());
    BOOST_TEST(left.left(left.rows.at(1)) == 64U);
    BOOST_TEST(left.left_least(left.rows.at(1)) == 34U);
    const PortsSituation used = assess(counted, 5, InDoubt::used);
    BOOST_TEST(used.worst.tuple.destination.text() == "10.0.0.9");
    // With one row, the doubt about the other tuple is not told.
    BOOST_TEST(!assess(counted, 1, InDoubt::left).has_doubt());
}

BOOST_AUTO_TEST_CASE(a_doubt_about_the_projection_is_one_though_no_row_is_listed)
{
    Manner manner;
    manner.settings = sample::settings(kernel::TimeWaitReuse::everywhere);
    std::vector<Socket> sockets = sample::connections(20);
    for (std::uint16_t i = 0; i < 10; ++i)
        sockets.push_back(sample::time_wait(40030 + i, 10ms, "10.0.0.9"));
    Counted counted(sockets, manner);
    const PortsSituation situation = assess(counted, 0, InDoubt::used);
    BOOST_TEST(situation.worst.is_exact());
    BOOST_TEST(situation.worst_projected.projected != situation.worst_projected.projected_most);
    BOOST_TEST(situation.has_doubt());
}

BOOST_AUTO_TEST_CASE(no_more_is_left_than_there_is_and_no_less_than_nothing)
{
    PortsSituation situation;
    situation.range_size = 64;
    ports::TupleUsage usage;
    usage.used = 70;
    usage.used_most = 90;
    BOOST_TEST(situation.left(usage) == 0U);
    BOOST_TEST(situation.left_least(usage) == 0U);
    usage.used = 0;
    BOOST_TEST(situation.left(usage) == 64U);
}

BOOST_AUTO_TEST_CASE(what_is_projected_may_pass_100_percent)
{
    BOOST_TEST(checks::projected_percentage(0, 64) == 0);
    BOOST_TEST(checks::projected_percentage(32, 64) == 50);
    BOOST_TEST(checks::projected_percentage(64, 64) == 100);
    BOOST_TEST(checks::projected_percentage(1500, 1000) == 150);
    BOOST_TEST(checks::projected_percentage(65, 64) == 101.6);
    BOOST_TEST(checks::projected_percentage(28231, 28232) < 100);
    BOOST_TEST(checks::projected_percentage(0, 0) == 100);
    BOOST_TEST(checks::projected_percentage(5, 0) == 100);
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace
