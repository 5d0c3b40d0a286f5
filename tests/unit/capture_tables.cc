// The tables of /proc/net in a capture.
#include "common/sockets/capture_tables.h"

#include <stdexcept>

#include <boost/test/data/monomorphic.hpp>
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>
#include <fmt/format.h>

#include "common/sockets/capture_snapshot.h"
#include "tests/unit/throws.h"

namespace {

namespace data = boost::unit_test::data;
using sockets::Capture;
using sockets::CapturedSocket;
using sockets::parse_capture;
using sockets::SocketState;

const std::string tcp_heading = "  sl  local_address rem_address   st tx_queue rx_queue tr "
                                "tm->when retrnsmt   uid  timeout inode        \n";
const std::string tcp6_heading = "  sl  local_address                         remote_address       "
                                 "                 st tx_queue rx_queue tr tm->when\n";
const std::string udp_heading = "   sl  local_address rem_address   st tx_queue rx_queue tr "
                                "tm->when retrnsmt   uid  timeout inode ref pointer drops   \n";
const std::string udp6_heading = "  sl  local_address                         remote_address       "
                                 "                 st tx_queue uid timeout inode ref pointer "
                                 "drops\n";
const std::string no_ipv6 = "sockets: used 9\nTCP: inuse 2 orphan 0 tw 0 alloc 2 mem 0\n";

/// The kernel prints an address as numbers of its own byte order. An IPv6 socket has all four of
/// them, even if the address is mapped.
std::string mapped_end(const char* address, unsigned port, bool turned = false)
{
    const net::Address parsed = net::Address::parse(address);
    std::string text;
    for (const std::uint32_t word : parsed.words())
        text += fmt::format("{:08X}", turned ? __builtin_bswap32(word) : word);
    return fmt::format("{}:{:04X}", text, port);
}

std::string end(const char* address, unsigned port, bool turned = false)
{
    constexpr std::size_t digits_before_ipv4 = 24;
    const std::string text = mapped_end(address, port, turned);
    return net::Address::parse(address).is_ipv4() ? text.substr(digits_before_ipv4) : text;
}

std::string line(const std::string& ends, const char* state, const char* timer = "00:00000000",
                 unsigned number = 0)
{
    return fmt::format("{:4}: {} {} 00000000:00000000 {} 00000000     0        0 7 1 0\n", number,
                       ends, state, timer);
}

const std::string listener = line(end("0.0.0.0", 22) + " " + end("0.0.0.0", 0), "0A");
const std::string client = line(end("10.0.0.1", 40004) + " " + end("10.0.0.5", 5432), "01");
const std::string resolver = line(end("0.0.0.0", 40020) + " " + end("0.0.0.0", 0), "07");

std::string error_of(const std::string& text)
{
    return text_of_error<std::runtime_error>([&] { parse_capture(text); });
}

BOOST_AUTO_TEST_SUITE(capture_tables)

BOOST_AUTO_TEST_CASE(sockets_of_both_families_are_read_with_what_stands_around_them)
{
    const std::string text =
        "net.ipv4.tcp_tw_reuse = 2\n" + tcp_heading + listener + client +
        "net.ipv4.tcp_timestamps = 1\n" + tcp6_heading +
        line(end("2001:db8::1", 40005) + " " + end("2001:db8::5", 443), "06", "03:00001751", 10000);
    const Capture capture = parse_capture(text);
    BOOST_TEST(capture.settings.size() == 2U);
    BOOST_REQUIRE(capture.sockets.size() == 3U);
    BOOST_TEST((capture.sockets[0].state == SocketState::listening));
    const CapturedSocket& connection = capture.sockets[1];
    BOOST_TEST((connection.state == SocketState::established));
    BOOST_TEST(connection.local.address.text() == "10.0.0.1");
    BOOST_TEST(connection.local.port == 40004);
    BOOST_TEST(connection.remote.address.text() == "10.0.0.5");
    BOOST_TEST(connection.remote.port == 5432);
    BOOST_TEST(!connection.expires_in.has_value());
    const CapturedSocket& closed = capture.sockets[2];
    BOOST_TEST((closed.state == SocketState::time_wait));
    BOOST_TEST(closed.local.address.text() == "2001:db8::1");
    BOOST_TEST(closed.expires_in.value().count() == 59'690);
    BOOST_TEST(capture.has_ages);
    BOOST_TEST(!capture.has_udp);
}

BOOST_AUTO_TEST_CASE(ipv4_connection_of_an_ipv6_socket_is_ipv4)
{
    const std::string text =
        tcp_heading + tcp6_heading +
        line(mapped_end("10.0.0.1", 40004) + " " + mapped_end("10.0.0.5", 5432), "01");
    BOOST_TEST(parse_capture(text).sockets.at(0).remote.address.text() == "10.0.0.5");
}

BOOST_AUTO_TEST_CASE(no_listener_in_a_whole_table_means_that_there_is_none)
{
    BOOST_TEST(parse_capture(tcp_heading + client + tcp6_heading).has_listeners);
}

BOOST_AUTO_TEST_CASE(udp_is_told_by_its_heading)
{
    const std::string tables = tcp_heading + listener + tcp6_heading;
    const Capture capture = parse_capture(tables + udp_heading + resolver + udp6_heading);
    BOOST_REQUIRE(capture.sockets.size() == 2U);
    BOOST_TEST(capture.sockets[1].udp);
    BOOST_TEST((capture.sockets[1].state == SocketState::closed));
    BOOST_TEST(capture.has_udp);
    BOOST_TEST(parse_capture(tables + udp_heading + udp6_heading).has_udp);
}

BOOST_AUTO_TEST_CASE(one_family_without_the_other_is_refused_unless_there_is_no_ipv6)
{
    BOOST_TEST(holds(error_of(tcp_heading + client), "/proc/net/tcp without tcp6"));
    BOOST_TEST(holds(error_of(tcp6_heading), "/proc/net/tcp6 without tcp"));
    BOOST_TEST(holds(error_of(no_ipv6 + tcp6_heading), "/proc/net/tcp6 without tcp"));
    BOOST_TEST(holds(error_of(udp_heading + resolver), "/proc/net/udp without udp6"));
    BOOST_TEST(parse_capture(no_ipv6 + tcp_heading + client).sockets.size() == 1U);
    BOOST_TEST(holds(error_of(no_ipv6 + "TCP6: inuse 0\n" + tcp_heading + client), "without tcp6"));
}

BOOST_AUTO_TEST_CASE(a_table_that_comes_twice_is_refused)
{
    const std::string once = tcp_heading + tcp6_heading;
    BOOST_TEST(holds(error_of(once + once), "line 3 of the capture"));
    BOOST_TEST(holds(error_of(once + once), "comes twice"));
    // As that of raw sockets.
    BOOST_TEST(holds(error_of(once + udp_heading + udp6_heading + udp6_heading), "comes twice"));
}

BOOST_AUTO_TEST_CASE(the_same_sockets_from_ss_as_well_are_refused)
{
    const std::string by_ss = "LISTEN 0 128 0.0.0.0:22 0.0.0.0:*\n";
    BOOST_TEST(holds(error_of(tcp_heading + tcp6_heading + by_ss), "more than once"));
}

BOOST_AUTO_TEST_CASE(sockets_without_the_heading_are_refused)
{
    BOOST_TEST(holds(error_of(client), "without the heading"));
    BOOST_TEST(holds(error_of(tcp_heading + "\n" + client), "line 3 of the capture"));
}

BOOST_AUTO_TEST_CASE(numbered_lines_of_another_kind_are_passed_over)
{
    const std::string interface = "1: lo: <LOOPBACK,UP,LOWER_UP> mtu 65536\n";
    BOOST_TEST(parse_capture(interface + tcp_heading + client + tcp6_heading + "\n" + interface)
                   .sockets.size() == 1U);
}

const std::string ends_of_client = end("10.0.0.1", 4) + " " + end("10.0.0.5", 5);
const std::string malformed[] = {"   0:\n",
                                 "   0: secret\n",
                                 "   0: " + ends_of_client + "\n",
                                 line("00:00 " + end("10.0.0.5", 5), "01"),
                                 line(ends_of_client, "00"),
                                 line(ends_of_client, "0E"),
                                 line(ends_of_client, "secret"),
                                 line(ends_of_client, "06", "03:secret"),
                                 line(ends_of_client, "06", "secret")};

BOOST_DATA_TEST_CASE(a_malformed_socket_is_refused_without_a_word_of_it, data::make(malformed),
                     text)
{
    const std::string error = error_of(tcp_heading + text + tcp6_heading);
    BOOST_TEST(holds(error, "line 2 of the capture is malformed"));
    BOOST_TEST(!holds(error, "secret"));
}

BOOST_AUTO_TEST_CASE(a_socket_of_udp_that_listens_is_refused)
{
    const std::string listening = line(end("0.0.0.0", 22) + " " + end("0.0.0.0", 0), "0A");
    BOOST_TEST(holds(error_of(udp_heading + listening), "line 2 of the capture is malformed"));
}

BOOST_AUTO_TEST_CASE(addresses_in_the_other_byte_order_are_refused)
{
    const auto error = [](const std::string& heading, const char* address) {
        return error_of(heading +
                        line(end(address, 40004, true) + " " + end(address, 80, true), "01"));
    };
    BOOST_TEST(holds(error(tcp_heading, "127.0.0.1"), "other byte order"));
    BOOST_TEST(holds(error(tcp6_heading, "::1"), "other byte order"));
    const std::string mapped = mapped_end("10.0.0.1", 40004, true);
    BOOST_TEST(
        holds(error_of(tcp6_heading + line(mapped + " " + mapped, "01")), "other byte order"));
}

BOOST_AUTO_TEST_CASE(bound_sockets_are_in_no_table_so_some_may_be_missing)
{
    const std::string text = "net.ipv4.ip_local_port_range = 40000 40063\n"
                             "net.ipv4.ip_local_reserved_ports =\n" +
                             tcp_heading + listener + tcp6_heading;
    const Capture capture = parse_capture(text);
    const auto settings = sockets::settings_of(capture, kernel::SettingsNeeded::ports);
    BOOST_TEST(sockets::take_snapshot(capture, settings, {}).hidden_at_most == 64U);
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace
