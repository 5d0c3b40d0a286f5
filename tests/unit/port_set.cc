// Sets and ranges of ports.
#include "common/net/port_set.h"

#include <vector>

#include <boost/test/unit_test.hpp>

namespace {

using net::PortRange;
using net::PortSet;

PortSet make_set(std::initializer_list<std::uint16_t> ports)
{
    PortSet set;
    for (const std::uint16_t port : ports)
        set.insert(port);
    return set;
}

BOOST_AUTO_TEST_SUITE(port_set)

BOOST_AUTO_TEST_CASE(range_includes_both_its_ends)
{
    const PortRange range = {32768, 60999};
    BOOST_TEST(!range.contains(32767));
    BOOST_TEST(range.contains(32768));
    BOOST_TEST(range.contains(60999));
    BOOST_TEST(!range.contains(61000));
    BOOST_TEST(range.size() == 28232U);
    BOOST_TEST((PortRange{5, 5}).size() == 1U);
}

BOOST_AUTO_TEST_CASE(range_of_every_port_is_taken_whole)
{
    PortSet set;
    set.insert(PortRange{0, 65535});
    BOOST_TEST(set.size() == PortSet::all_ports);
    BOOST_TEST((PortRange{0, 65535}).size() == PortSet::all_ports);
}

BOOST_AUTO_TEST_CASE(set_holds_what_was_put_in_and_nothing_else)
{
    const PortSet set = make_set({0, 80, 65535, 80});
    BOOST_TEST(set.size() == 3U);
    BOOST_TEST(set.contains(0));
    BOOST_TEST(set.contains(65535));
    BOOST_TEST(!set.contains(81));
    BOOST_TEST(PortSet().size() == 0U);
}

BOOST_AUTO_TEST_CASE(sets_are_joined_met_and_taken_from_each_other)
{
    const PortSet one = make_set({1, 2, 3});
    const PortSet other = make_set({3, 4});
    BOOST_TEST(((one | other) == make_set({1, 2, 3, 4})));
    BOOST_TEST(((one & other) == make_set({3})));
    BOOST_TEST(((one - other) == make_set({1, 2})));
    PortSet changed = one;
    changed |= other;
    changed -= make_set({1});
    changed &= make_set({1, 2, 4});
    BOOST_TEST((changed == make_set({2, 4})));
}

BOOST_AUTO_TEST_CASE(ports_are_visited_in_ascending_order)
{
    std::vector<std::uint16_t> visited;
    make_set({65535, 80, 0, 443}).for_each([&](std::uint16_t port) { visited.push_back(port); });
    BOOST_TEST(visited == (std::vector<std::uint16_t>{0, 80, 443, 65535}),
               boost::test_tools::per_element());
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace
