// Which listeners lie in the range, and how the list that reserves their ports is written.
#include "common/ports/services.h"

#include <boost/test/unit_test.hpp>

namespace {

using ports::Protocol;
using sockets::SocketState;

struct RangeWithOneReserved {
    kernel::PortSettings settings;

    RangeWithOneReserved()
    {
        settings.range = {40000, 40063};
        settings.reserved.insert(40001);
    }
};

sockets::Socket on_port(std::uint16_t port, SocketState state, const char* address = "0.0.0.0")
{
    sockets::Socket socket;
    socket.state = state;
    socket.local_port = port;
    socket.local_address = net::Address::parse(address);
    return socket;
}

BOOST_FIXTURE_TEST_SUITE(services, RangeWithOneReserved)

BOOST_AUTO_TEST_CASE(a_listener_counts_where_its_port_is_in_the_range_and_not_reserved)
{
    ports::Services services(settings);
    services.add(Protocol::tcp, on_port(39999, SocketState::listening));
    services.add(Protocol::tcp, on_port(40001, SocketState::listening));
    services.add(Protocol::tcp, on_port(40010, SocketState::listening));
    services.add(Protocol::tcp, on_port(40011, SocketState::established));
    BOOST_REQUIRE(services.in_range().size() == 1U);
    BOOST_TEST(ports::format_service(services.in_range().front()) == "TCP 0.0.0.0:40010");
}

BOOST_AUTO_TEST_CASE(sockets_of_one_port_are_one_service_and_tcp_and_udp_are_two)
{
    ports::Services services(settings);
    services.add(Protocol::tcp, on_port(40010, SocketState::listening));
    services.add(Protocol::tcp, on_port(40010, SocketState::listening, "::"));
    services.add(Protocol::udp, on_port(40010, SocketState::closed));
    services.add(Protocol::udp, on_port(40011, SocketState::established));
    BOOST_REQUIRE(services.in_range().size() == 2U);
    BOOST_TEST(services.in_range().front().sockets == 2U);
    BOOST_TEST(services.ports().size() == 1U);
}

BOOST_AUTO_TEST_CASE(a_list_of_ports_is_written_as_the_kernel_reads_it)
{
    for (const char* const list : {"", "8080", "8080,9000-9100,65535", "0-65535", "1,3,5-6"})
        BOOST_TEST(net::format_port_list(net::parse_port_list(list)) == list);
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace
