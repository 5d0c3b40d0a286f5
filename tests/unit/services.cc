// Which listeners lie in the range, and how the list that reserves their ports is written.
#include "common/ports/services.h"

#include <boost/test/unit_test.hpp>

#include "tests/unit/sample.h"

namespace {

using ports::Protocol;
using ports::Services;
using sockets::Socket;
using sockets::SocketState;

kernel::PortSettings range_with_one_reserved()
{
    kernel::PortSettings settings = sample::settings();
    settings.reserved.insert(40001);
    return settings;
}

Services find(const std::vector<Socket>& tcp, const std::vector<Socket>& udp = {})
{
    sockets::Snapshot snapshot = sample::snapshot(tcp, range_with_one_reserved());
    for (const Socket& socket : udp)
        snapshot.add_udp(socket);
    return ports::find_services(snapshot);
}

/// A UDP socket without a peer.
Socket unconnected(std::uint16_t port, const char* address = "0.0.0.0")
{
    return sample::holder(port, SocketState::closed, address);
}

BOOST_AUTO_TEST_SUITE(services)

BOOST_AUTO_TEST_CASE(there_is_none_if_nobody_listens)
{
    const Services services = find({});
    BOOST_TEST(services.in_range.empty());
    BOOST_TEST(services.udp_in_doubt == 0U);
    BOOST_TEST(services.ports().size() == 0U);
}

BOOST_AUTO_TEST_CASE(a_listener_counts_if_its_port_is_in_the_range_and_not_reserved)
{
    const Services services =
        find({sample::listener(39999, "0.0.0.0"), sample::listener(40001, "0.0.0.0"),
              sample::listener(40010, "0.0.0.0"), sample::bound(40011), sample::connection(40012)});
    BOOST_REQUIRE(services.in_range.size() == 1U);
    BOOST_TEST(ports::format_service(services.in_range.front()) == "TCP 0.0.0.0:40010");
}

BOOST_AUTO_TEST_CASE(sockets_of_one_port_are_one_service_and_tcp_and_udp_are_two)
{
    Socket first = sample::listener(40010, "0.0.0.0");
    first.user = 7;
    const Services services = find({first, sample::listener(40010, "::")},
                                   {unconnected(40010), unconnected(40010, "::")});
    BOOST_REQUIRE(services.in_range.size() == 2U);
    BOOST_TEST(services.in_range[0].sockets == 2U);
    BOOST_TEST(services.in_range[0].user == 7U);
    BOOST_TEST((services.in_range[1].protocol == Protocol::udp));
    BOOST_TEST(services.ports().size() == 1U);
    BOOST_TEST(services.udp_in_doubt == 0U);
}

BOOST_AUTO_TEST_CASE(sixty_udp_clients_are_no_services)
{
    std::vector<Socket> clients;
    for (std::uint16_t i = 2; i < 62; ++i)
        clients.push_back(unconnected(40000 + i));
    const Services services = find({}, clients);
    BOOST_TEST(services.in_range.empty());
    BOOST_TEST(services.udp_in_doubt == 60U);
    BOOST_TEST(services.ports().size() == 0U);
}

BOOST_AUTO_TEST_CASE(two_udp_clients_on_two_addresses_may_have_been_given_one_port)
{
    const Services services =
        find({}, {unconnected(40010, "10.0.0.1"), unconnected(40010, "10.0.0.2")});
    BOOST_TEST(services.in_range.empty());
    BOOST_TEST(services.udp_in_doubt == 2U);
}

BOOST_AUTO_TEST_CASE(a_udp_port_that_is_shared_with_the_wildcard_was_chosen)
{
    const Services services =
        find({}, {unconnected(40010, "10.0.0.1"), unconnected(40010, "0.0.0.0")});
    BOOST_TEST(services.in_range.size() == 1U);
    BOOST_TEST(services.udp_in_doubt == 0U);
}

BOOST_AUTO_TEST_CASE(a_udp_socket_with_a_peer_is_neither_a_service_nor_in_doubt)
{
    const Services services =
        find({}, {sample::connection(40010), sample::connection(40010, "10.0.0.6")});
    BOOST_TEST(services.in_range.empty());
    BOOST_TEST(services.udp_in_doubt == 0U);
}

BOOST_AUTO_TEST_CASE(services_come_by_protocol_and_port)
{
    const Services services =
        find({sample::listener(40030), sample::listener(40020)},
             {unconnected(40040), unconnected(40015), unconnected(40040), unconnected(40015)});
    std::vector<std::string> names;
    for (const ports::Service& service : services.in_range)
        names.push_back(ports::format_service(service));
    const std::vector<std::string> expected = {"TCP [::]:40020", "TCP [::]:40030",
                                               "UDP 0.0.0.0:40015", "UDP 0.0.0.0:40040"};
    BOOST_TEST(names == expected, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(a_list_of_ports_is_written_as_the_kernel_reads_it)
{
    for (const char* const list : {"", "8080", "8080,9000-9100,65535", "0-65535", "1,3,5-6"})
        BOOST_TEST(net::format_port_list(net::parse_port_list(list)) == list);
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace
