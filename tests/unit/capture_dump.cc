// A raw dump at the end of a capture.
#include "common/sockets/capture_dump.h"

#include <cstring>
#include <linux/inet_diag.h>
#include <linux/netlink.h>
#include <netinet/in.h>
#include <stdexcept>

#include <boost/test/unit_test.hpp>

#include "common/sockets/capture.h"
#include "tests/unit/throws.h"

namespace {

using sockets::Capture;
using sockets::CapturedSocket;
using sockets::parse_capture;
using sockets::SocketState;

template <class Body>
std::string message(unsigned short type, const Body& body)
{
    nlmsghdr header{};
    header.nlmsg_len = sizeof header + sizeof body;
    header.nlmsg_type = type;
    header.nlmsg_seq = 123456;
    std::string text(header.nlmsg_len, '\0');
    std::memcpy(text.data(), &header, sizeof header);
    std::memcpy(text.data() + sizeof header, &body, sizeof body);
    return text;
}

/// From 10.0.0.1:40004.
inet_diag_msg make_socket(unsigned char state)
{
    inet_diag_msg socket{};
    socket.idiag_family = AF_INET;
    socket.idiag_state = state;
    socket.id.idiag_sport = htons(40004);
    socket.id.idiag_src[0] = htonl(0x0a000001);
    socket.id.idiag_if = 3;
    socket.idiag_timer = state == 6 ? 3 : 0;
    socket.idiag_expires = 59'690;
    socket.idiag_inode = 7;
    return socket;
}

std::string message_of(const inet_diag_msg& socket)
{
    constexpr unsigned short by_family = 20;
    return message(by_family, socket);
}

std::string socket_message(unsigned char state, std::uint32_t inode = 7)
{
    inet_diag_msg socket = make_socket(state);
    socket.idiag_inode = inode;
    return message_of(socket);
}

const std::string settings = "net.ipv4.tcp_tw_reuse = 2\n";
const std::string end = message(NLMSG_DONE, 0);

std::string error_of(const std::string& text)
{
    return text_of_error<std::runtime_error>([&] { parse_capture(text); });
}

BOOST_AUTO_TEST_SUITE(capture_dump)

BOOST_AUTO_TEST_CASE(sockets_behind_the_settings_are_read)
{
    const std::string text = settings + socket_message(10) + socket_message(6, 0) + end + end;
    const Capture capture = parse_capture(text);
    BOOST_TEST(capture.settings.size() == 1U);
    BOOST_TEST(capture.has_listeners);
    BOOST_TEST(capture.has_ages);
    BOOST_REQUIRE(capture.sockets.size() == 2U);
    const CapturedSocket& closed = capture.sockets[1];
    BOOST_TEST((closed.state == SocketState::time_wait));
    BOOST_TEST(closed.expires_in.value().count() == 59'690);
    BOOST_TEST(closed.local.address.text() == "10.0.0.1");
    BOOST_TEST(closed.local.port == 40004);
    BOOST_TEST(closed.interface == 3U);
}

BOOST_AUTO_TEST_CASE(a_closed_socket_that_a_program_holds_is_a_bound_one)
{
    const auto state_of = [](const std::string& socket) {
        return parse_capture(socket + end + end).sockets.at(0).state;
    };
    BOOST_TEST((state_of(socket_message(7)) == SocketState::bound));
    BOOST_TEST((state_of(socket_message(7, 0)) == SocketState::closed));
}

BOOST_AUTO_TEST_CASE(a_dump_that_breaks_off_is_refused)
{
    const std::string socket = socket_message(1);
    BOOST_TEST(holds(error_of(settings + socket), "take the capture again"));
    BOOST_TEST(holds(error_of(settings + socket + end), "take the capture again"));
    BOOST_TEST(holds(error_of(settings + end + end + socket), "take the capture again"));
    const std::string part = socket.substr(0, socket.size() - 1);
    BOOST_TEST(holds(error_of(settings + part), "ends within a message"));
    BOOST_TEST(holds(error_of(settings + socket + end + end + "x"), "ends within a message"));
}

BOOST_AUTO_TEST_CASE(a_malformed_dump_is_refused)
{
    BOOST_TEST(holds(error_of(socket_message(99) + end + end), "malformed"));
    BOOST_TEST(holds(error_of(message(20, int{AF_INET}) + end + end), "malformed"));
    BOOST_TEST(holds(error_of(message(NLMSG_ERROR, -4242) + end + end), "malformed"));
    BOOST_TEST(!holds(error_of(message(NLMSG_ERROR, -4242) + end + end), "4242"));
    BOOST_TEST(holds(error_of("within a line" + end + end + "\n"), "NUL"));
}

BOOST_AUTO_TEST_CASE(a_dump_that_is_not_ipv4_and_then_ipv6_is_refused)
{
    const std::string socket = socket_message(1);
    inet_diag_msg of_ipv6 = make_socket(1);
    of_ipv6.idiag_family = AF_INET6;
    BOOST_TEST(parse_capture(socket + end + message_of(of_ipv6) + end).sockets.size() == 2U);
    const auto is_refused = [](const std::string& dump) {
        return holds(error_of(dump), "not one of IPv4 and then one of IPv6");
    };
    BOOST_TEST(is_refused(end + end + end + end));
    BOOST_TEST(is_refused(message_of(of_ipv6) + end + end));
    BOOST_TEST(is_refused(socket + end + socket + end));
    BOOST_TEST(is_refused(message(20, 0) + end + end));
}

BOOST_AUTO_TEST_CASE(a_connection_between_the_same_ends_is_another_one_on_another_device)
{
    inet_diag_msg connection = make_socket(1);
    connection.id.idiag_dport = htons(443);
    inet_diag_msg twin = connection;
    twin.id.idiag_if = 4;
    BOOST_TEST(
        parse_capture(message_of(connection) + message_of(twin) + end + end).sockets.size() == 2U);
    BOOST_TEST(holds(error_of(message_of(connection) + message_of(connection) + end + end),
                     "a connection twice"));
}

BOOST_AUTO_TEST_CASE(a_dump_in_the_other_byte_order_is_refused)
{
    std::string turned = socket_message(1);
    std::swap(turned[0], turned[3]);
    std::swap(turned[1], turned[2]);
    BOOST_TEST(holds(error_of(settings + turned), "other byte order"));
}

BOOST_AUTO_TEST_CASE(text_of_the_same_sockets_beside_it_is_refused)
{
    const std::string listener = "LISTEN 0 128 0.0.0.0:22 0.0.0.0:*\n";
    BOOST_TEST(holds(error_of(listener + end + end), "more than once"));
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace
