// Which ports the sockets show to be held, and which may be.
#include "common/ports/held_ports.h"

#include <boost/test/unit_test.hpp>

#include "tests/unit/counted.h"

namespace {

using ports::HeldPorts;
using sample::port_set;

HeldPorts find(const std::vector<sockets::Socket>& sockets,
               const kernel::PortSettings& settings = sample::settings())
{
    return ports::find_shown_as_held(sample::snapshot(sockets, settings));
}

BOOST_AUTO_TEST_SUITE(held_ports)

BOOST_AUTO_TEST_CASE(nothing_is_held_or_in_doubt_if_there_is_no_socket)
{
    const HeldPorts held = find({});
    BOOST_TEST(held.is_exact());
    BOOST_TEST(held.known.size() == 0U);
    BOOST_TEST(held.in_doubt() == 0U);
}

BOOST_AUTO_TEST_CASE(listening_and_bound_sockets_are_seen_and_connected_ones_in_doubt)
{
    const HeldPorts held =
        find({sample::listener(40000), sample::bound(40001), sample::connection(40002),
              sample::connection(40003), sample::connection(40003, "10.0.0.6")});
    BOOST_TEST((held.known == port_set(40000, 40001)));
    BOOST_TEST((held.doubtful == port_set(40002, 40003)));
    BOOST_TEST(!held.is_exact());
    BOOST_TEST(held.in_doubt() == 2U);
}

BOOST_AUTO_TEST_CASE(what_is_seen_is_not_in_doubt_in_whatever_order)
{
    const std::vector<sockets::Socket> holders = {sample::listener(40000), sample::bound(40001)};
    const std::vector<sockets::Socket> connections = sample::connections(3);
    for (const HeldPorts& held :
         {find(sample::join(holders, connections)), find(sample::join(connections, holders))}) {
        BOOST_TEST((held.known == port_set(40000, 40001)));
        BOOST_TEST((held.doubtful == port_set(40002, 40002)));
    }
}

BOOST_AUTO_TEST_CASE(of_an_odd_range_the_first_port_is_neither_held_nor_in_doubt)
{
    const kernel::PortSettings odd = sample::settings({40000, 40064});
    BOOST_TEST(find({sample::listener(40000)}, odd).is_exact());
    BOOST_TEST(find({sample::listener(40000)}, odd).known.size() == 0U);
    BOOST_TEST(find({sample::connection(40000)}, odd).is_exact());
}

BOOST_AUTO_TEST_CASE(hidden_sockets_are_in_doubt_as_far_as_there_is_room_for_them)
{
    sockets::Snapshot snapshot = sample::snapshot({sample::listener(40000)});
    snapshot.hidden_at_most = 12;
    BOOST_TEST(ports::find_shown_as_held(snapshot).hidden == 12U);
    BOOST_TEST(!ports::find_shown_as_held(snapshot).is_exact());
    snapshot.hidden_at_most = 64;
    BOOST_TEST(ports::find_shown_as_held(snapshot).hidden == 63U);

    snapshot = sample::snapshot(sample::connections(40));
    snapshot.hidden_at_most = 1000;
    BOOST_TEST(ports::find_shown_as_held(snapshot).hidden == 24U);
    BOOST_TEST(ports::find_shown_as_held(snapshot).in_doubt() == 64U);
}

BOOST_AUTO_TEST_CASE(ports_with_a_listener_are_told_from_those_that_are_bound)
{
    const auto snapshot = sample::snapshot({sample::listener(40000), sample::listener(40063),
                                            sample::bound(40001), sample::connection(40002)});
    net::PortSet expected;
    expected.insert(40000);
    expected.insert(40063);
    BOOST_TEST((ports::listening_ports(snapshot) == expected));
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace
