// What share of searches for a source port fails.
#include <boost/test/unit_test.hpp>

#include "common/conntrack/port_search.h"

namespace {

using conntrack::share_of_failed_searches;

constexpr net::PortRange whole = {1024, 65535};

net::PortSet ports(std::initializer_list<net::PortRange> ranges)
{
    net::PortSet set;
    for (const net::PortRange range : ranges)
        set.insert(range);
    return set;
}

BOOST_AUTO_TEST_SUITE(port_search)

BOOST_AUTO_TEST_CASE(no_search_fails_if_no_port_is_used_and_each_if_all_are)
{
    BOOST_TEST(share_of_failed_searches(whole, {}, {}).most == 0);
    const auto all = share_of_failed_searches(whole, ports({whole}), {});
    BOOST_TEST(all.least == 1);
    BOOST_TEST(all.most == 1);
}

BOOST_AUTO_TEST_CASE(a_range_of_128_ports_is_searched_as_a_whole)
{
    const net::PortRange small = {40000, 40127};
    BOOST_TEST(share_of_failed_searches(small, ports({{40000, 40126}}), {}).most == 0);
    BOOST_TEST(share_of_failed_searches(small, ports({{40000, 40127}}), {}).most == 1);
}

BOOST_AUTO_TEST_CASE(half_a_range_in_one_block_refuses_nearly_a_32th)
{
    // A window begins within the block, and ends in it: half of all places less the window.
    const auto half = share_of_failed_searches({0, 65535}, ports({{0, 32767}}), {});
    double expected = 1;
    for (const int window : {128, 64, 32, 16, 8})
        expected *= (32768 - window + 1) / 65536.0;
    BOOST_TEST(half.most == expected, boost::test_tools::tolerance(1e-9));
}

BOOST_AUTO_TEST_CASE(every_other_port_used_refuses_nothing)
{
    net::PortSet used;
    for (unsigned port = 1024; port < 65536; port += 2)
        used.insert(static_cast<std::uint16_t>(port));
    BOOST_TEST(share_of_failed_searches(whole, used, {}).most == 0);
}

BOOST_AUTO_TEST_CASE(closed_connections_are_evicted_by_chance_in_the_last_probes)
{
    const net::PortRange small = {40000, 40063};
    const net::PortSet all = ports({small});
    // Wherever the pass begins, one of the last 32 is closed in half of the cases.
    const auto one = share_of_failed_searches(small, all, ports({{40010, 40010}}));
    BOOST_TEST(one.most == 1);
    BOOST_TEST(one.least == 0.75, boost::test_tools::tolerance(1e-9));
    const auto each = share_of_failed_searches(small, all, all);
    BOOST_TEST(each.least < 1e-9);
}

BOOST_AUTO_TEST_CASE(a_bound_by_the_number_alone_holds_for_one_block)
{
    for (const unsigned used : {1000U, 16000U, 40000U, 64512U}) {
        const auto block = ports({{1024, static_cast<std::uint16_t>(1023 + used)}});
        BOOST_TEST(share_of_failed_searches(whole, block, {}).most <=
                   conntrack::most_failed_searches(whole, used) + 1e-12);
    }
    BOOST_TEST(conntrack::most_failed_searches(whole, 8000) < 0.001);
    BOOST_TEST(conntrack::most_failed_searches({40000, 40063}, 63) == 0);
    BOOST_TEST(conntrack::most_failed_searches({40000, 40063}, 64) == 1);
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace
