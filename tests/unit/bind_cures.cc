// What each cure would bring to bind(address, 0) and to UDP.
#include "common/ports/bind_cures.h"

#include <algorithm>

#include <boost/test/unit_test.hpp>

#include "tests/unit/sample.h"

namespace {

using namespace std::chrono_literals;
using ports::Outlook;
using ports::Protocol;
using ports::Remedy;
using Sockets = std::vector<sockets::Socket>;

std::optional<Outlook> outlook(Remedy remedy, const sockets::Snapshot& snapshot,
                               Protocol protocol = Protocol::tcp,
                               const ports::HiddenPorts& hidden = {})
{
    const ports::BindCensus census(snapshot, protocol, hidden);
    for (const ports::Cure& cure : ports::find_bind_cures(snapshot, census, protocol, hidden)) {
        if (cure.remedy == remedy)
            return cure.outlook;
    }
    return std::nullopt;
}

bool leaves(const std::optional<Outlook>& outlook, std::size_t least, std::size_t most)
{
    return outlook && outlook->left_least == least && outlook->left == most;
}

/// 20 connections, 10 TIME_WAITs, 5 bound only, a listener with what it accepted.
Sockets mix()
{
    sockets::Socket listener = sample::listener(40063);
    listener.ipv6_only = false;
    Sockets sockets = sample::join({listener, sample::connection(40063)}, sample::connections(20));
    for (std::uint16_t i = 0; i < 10; ++i)
        sockets.push_back(sample::time_wait(40020 + i, 5s));
    for (std::uint16_t i = 0; i < 5; ++i)
        sockets.push_back(sample::bound(40030 + i, "10.0.0.1"));
    return sockets;
}

BOOST_AUTO_TEST_SUITE(cures_of_bind)

BOOST_AUTO_TEST_CASE(each_kind_of_socket_gives_its_ports_back)
{
    const sockets::Snapshot snapshot = sample::snapshot(mix());
    BOOST_TEST(leaves(outlook(Remedy::no_resident, snapshot), 34, 34));
    BOOST_TEST(leaves(outlook(Remedy::no_time_wait, snapshot), 38, 38));
    // Only the listener has the wildcard address.
    BOOST_TEST(leaves(outlook(Remedy::further_address, snapshot), 63, 63));
    BOOST_TEST(!outlook(Remedy::wider_range, snapshot));
}

BOOST_AUTO_TEST_CASE(a_wider_range_brings_its_ports_without_a_socket)
{
    sockets::Snapshot snapshot =
        sample::snapshot(sample::join(mix(), Sockets{sample::connection(39000)}),
                         sample::settings(), net::PortRange{39000, 40063});
    BOOST_TEST(leaves(outlook(Remedy::wider_range, snapshot), 28 + 999, 28 + 999));
    ports::HiddenPorts hidden;
    hidden.at_most = 3;
    BOOST_TEST(
        leaves(outlook(Remedy::wider_range, snapshot, Protocol::tcp, hidden), 28 + 996, 28 + 999));
    snapshot.add_udp(sample::connection(40000));
    snapshot.add_udp(sample::connection(39000));
    BOOST_TEST(leaves(outlook(Remedy::wider_range, snapshot, Protocol::udp), 63 + 999, 63 + 999));
}

BOOST_AUTO_TEST_CASE(sockets_that_were_found_by_asking_count_as_bound)
{
    const sockets::Snapshot snapshot = sample::snapshot(sample::connections(20));
    ports::HiddenPorts hidden;
    hidden.found.insert(net::PortRange{40040, 40049});
    BOOST_TEST(leaves(outlook(Remedy::no_resident, snapshot, Protocol::tcp, hidden), 44, 44));
}

BOOST_AUTO_TEST_CASE(neither_time_waits_nor_listeners_are_udps)
{
    sockets::Snapshot snapshot = sample::snapshot({});
    for (std::uint16_t port = 40000; port < 40040; ++port)
        snapshot.add_udp(sample::holder(port, sockets::SocketState::closed));
    BOOST_TEST(!outlook(Remedy::no_resident, snapshot, Protocol::udp));
    BOOST_TEST(!outlook(Remedy::no_time_wait, snapshot, Protocol::udp));
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace
