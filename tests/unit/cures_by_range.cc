// What a wider range would bring to a tuple.
#include <boost/test/unit_test.hpp>

#include "tests/unit/found_cures.h"

namespace {

using ports::Remedy;
using sample::cures;
using sample::ends_with;
using sample::find;
using sample::is;
using sample::left_with;
using sample::looking_below;
using sample::Manner;
using sample::port_set;
using sample::Sockets;

BOOST_AUTO_TEST_SUITE(cures_by_range)

BOOST_AUTO_TEST_CASE(a_wider_range_brings_its_ports_less_those_that_are_taken)
{
    const Sockets sockets = sample::connections(50);
    BOOST_TEST(is(left_with(Remedy::wider_range, sockets, looking_below()), 10014));
    const Sockets services = {sample::listener(30001), sample::listener(30001, "10.0.0.1"),
                              sample::bound(30002)};
    BOOST_TEST(is(left_with(Remedy::wider_range, sample::join(services, sockets), looking_below()),
                  10012));
    const auto cure =
        find(cures(sample::join(services, sockets), looking_below()), Remedy::wider_range);
    BOOST_TEST(cure->settings.range.low == 30000U);
    BOOST_TEST(cure->settings.range.high == 40063U);
    BOOST_TEST((cure->settings.reserved == port_set(30001, 30001)));
    BOOST_TEST(!left_with(Remedy::wider_range, sockets).has_value());
}

BOOST_AUTO_TEST_CASE(reserved_ports_stay_reserved_in_a_wider_range)
{
    Manner manner = looking_below();
    manner.settings.reserved = port_set(39000, 40009);
    BOOST_TEST(is(
        left_with(Remedy::wider_range, sample::connections(50, "10.0.0.5", 40010), manner), 9004));
}

BOOST_AUTO_TEST_CASE(a_connection_outside_the_range_may_keep_its_port_or_not)
{
    const Sockets sockets =
        sample::join({sample::listener(30001), sample::connection(30001)}, sample::connections(50));
    BOOST_TEST(is(left_with(Remedy::wider_range, sockets, looking_below()), 10013));
    const auto [least, most] =
        ends_with(Remedy::wider_range, sample::join(sockets, Sockets{sample::connection(30002)}),
                  looking_below());
    BOOST_TEST(least == 10012U);
    BOOST_TEST(most == 10013U);
}

BOOST_AUTO_TEST_CASE(hidden_sockets_may_be_in_the_wider_range)
{
    Manner manner = looking_below();
    manner.hidden = 5;
    manner.held = port_set(40060, 40061); // found by asking
    const auto [least, most] = ends_with(Remedy::wider_range, sample::connections(50), manner);
    BOOST_TEST(least == 10009U);
    BOOST_TEST(most == 10012U);
}

BOOST_AUTO_TEST_CASE(the_port_that_an_odd_range_passes_by_is_won_too)
{
    Manner manner;
    manner.settings = sample::settings({40001, 40063});
    manner.read = net::PortRange{40000, 40063};
    BOOST_TEST(
        is(left_with(Remedy::wider_range, sample::connections(50, "10.0.0.5", 40010), manner), 14));
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace
