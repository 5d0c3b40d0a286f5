// What /proc/net/udp says, and what sock_diag is asked for UDP sockets.
#include <sys/socket.h>

#include <boost/test/unit_test.hpp>
#include <fmt/format.h>
#include <linux/inet_diag.h>
#include <linux/netlink.h>
#include <linux/sock_diag.h>
#include <netinet/in.h>

#include "common/sockets/dump_message.h"
#include "common/sockets/dump_request.h"
#include "common/sockets/procfs.h"
#include "tests/unit/fixture.h"

namespace {

using sockets::Socket;
using sockets::SocketState;

BOOST_AUTO_TEST_SUITE(udp_sockets)

BOOST_AUTO_TEST_CASE(a_line_of_proc_net_udp_is_a_closed_socket_with_user_and_inode)
{
    // The kernel prints the address as this machine's byte order has it (udp4_format_sock()).
    const Socket socket = sockets::parse_procfs_line(fmt::format(
        "  455: {:08X}:9C4A 00000000:0000 07 00000000:00000000 00:00000000 00000000   113        "
        "0 20713 2 0000000000000000 0",
        htonl(INADDR_LOOPBACK)));
    BOOST_TEST((socket.state == SocketState::closed));
    BOOST_TEST(socket.local_port == 40010);
    BOOST_TEST(socket.local_address.text() == "127.0.0.1");
    BOOST_TEST(socket.user == 113U);
    BOOST_TEST(socket.inode == 20713U);
}

BOOST_AUTO_TEST_CASE(sockets_of_both_families_are_read_from_proc_net)
{
    const std::string heading = "  sl  local_address rem_address   st ...\n";
    const fixture::TemporaryFile udp(
        heading + "  455: 0100007F:9C4A 00000000:0000 07 0:0 00:0 0   113 0 20713 2 0 0\n" +
        "  456: 0100007F:9C4B 0100007F:0035 01 0:0 00:0 0   113 0 20714 2 0 0\n" +
        "  457: 0100007F:0035 00000000:0000 07 0:0 00:0 0   113 0 20715 2 0 0\n");
    const fixture::TemporaryFile udp6(
        heading + "  458: 00000000000000000000000001000000:9C4C "
                  "00000000000000000000000000000000:0000 07 0:0 00:0 0 0 0 20716 2 0 0\n");
    const auto ports = [&](const std::string& second) {
        std::vector<std::uint16_t> ports;
        sockets::read_udp_files(udp.path(), second, {40000, 40063},
                                [&](const Socket& socket) { ports.push_back(socket.local_port); });
        return ports;
    };
    const std::vector<std::uint16_t> both = {40010, 40011, 40012};
    const std::vector<std::uint16_t> ipv4 = {40010, 40011};
    BOOST_TEST(ports(udp6.path()) == both, boost::test_tools::per_element());
    BOOST_TEST(ports("/nonexistent/udp6") == ipv4, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(the_request_asks_for_one_family_of_udp_in_both_of_its_states)
{
    const std::vector<std::byte> request =
        sockets::make_udp_dump_request(AF_INET6, {40000, 40063}, 7);
    const auto* const header = reinterpret_cast<const nlmsghdr*>(request.data());
    BOOST_REQUIRE(request.size() > NLMSG_SPACE(sizeof(inet_diag_req_v2)));
    const auto* const body = static_cast<const inet_diag_req_v2*>(NLMSG_DATA(header));
    BOOST_TEST(header->nlmsg_len == request.size());
    BOOST_TEST(header->nlmsg_type == SOCK_DIAG_BY_FAMILY);
    BOOST_TEST(header->nlmsg_seq == 7U);
    BOOST_TEST(int{body->sdiag_family} == AF_INET6);
    BOOST_TEST(int{body->sdiag_protocol} == IPPROTO_UDP);
    BOOST_TEST(body->idiag_states == (1U << 1 | 1U << 7));
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace
