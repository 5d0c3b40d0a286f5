// Whole captures: settings and sockets in one text, and what is refused.
#include "common/sockets/capture.h"

#include <stdexcept>

#include <boost/test/unit_test.hpp>

#include "tests/unit/throws.h"

namespace {

using sockets::Capture;
using sockets::parse_capture;

const std::string connection = "ESTAB 0 0 10.0.0.1:40004 10.0.0.5:5432\n";
const std::string listener = "LISTEN 0 128 0.0.0.0:22 0.0.0.0:*\n";

std::string error_of(const std::string& text)
{
    return text_of_error<std::runtime_error>([&] { parse_capture(text); });
}

BOOST_AUTO_TEST_SUITE(capture)

BOOST_AUTO_TEST_CASE(settings_and_sockets_are_read_from_one_text)
{
    // The capture keeps parts of it.
    const std::string text = "net.ipv4.ip_local_port_range = 32768\t60999\r\n"
                             "net.ipv4.ip_local_reserved_ports = \n"
                             "State Recv-Q Send-Q Local Address:Port\n" +
                             connection + listener;
    const Capture capture = parse_capture(text);
    BOOST_TEST(capture.settings.at("ip_local_port_range") == "32768\t60999");
    BOOST_TEST(capture.settings.at("ip_local_reserved_ports").empty());
    BOOST_TEST(!capture.settings.contains("tcp_tw_reuse"));
    BOOST_TEST(capture.sockets.size() == 2U);
    BOOST_TEST(capture.has_listeners);
    BOOST_TEST(!capture.has_ages);
}

BOOST_AUTO_TEST_CASE(listeners_come_first_wherever_they_stood)
{
    const Capture capture = parse_capture(connection + listener);
    BOOST_TEST((capture.sockets.front().state == sockets::SocketState::listening));
}

BOOST_AUTO_TEST_CASE(missing_listeners_and_ages_show)
{
    const Capture capture = parse_capture(connection);
    BOOST_TEST(!capture.has_listeners);
    BOOST_TEST(
        parse_capture("TIME-WAIT 0 0 10.0.0.1:9 10.0.0.5:80 timer:(timewait,32sec,0)\n").has_ages);
}

BOOST_AUTO_TEST_CASE(error_has_the_number_of_the_line_and_no_word_of_it)
{
    const std::string error = error_of(connection + "ESTAB 0 0 secret:4 10.0.0.5:80\n");
    BOOST_TEST(holds(error, "line 2 of the capture"));
    BOOST_TEST(!holds(error, "secret"));
}

BOOST_AUTO_TEST_CASE(refused_if_the_last_line_is_cut_off)
{
    BOOST_TEST(holds(error_of(connection + "ESTAB 0 0 10.0.0.1:4\n"), "line 2 of the capture"));
    // What is cut off can look whole.
    const std::string cut = "ESTAB 0 0 10.0.0.1:40005 10.0.0.5:543";
    BOOST_TEST(holds(error_of(connection + cut), "ends within a line"));
}

BOOST_AUTO_TEST_CASE(refused_if_it_holds_a_nul)
{
    BOOST_TEST(holds(error_of(std::string("a\0b\n", 4)), "NUL"));
}

BOOST_AUTO_TEST_CASE(refused_if_two_captures_stand_behind_one_another)
{
    const std::string settings = "net.ipv4.tcp_tw_reuse = 2\n";
    BOOST_TEST(holds(error_of(settings + settings), "twice"));
    BOOST_TEST(holds(error_of(connection + listener + connection), "twice"));
}

BOOST_AUTO_TEST_CASE(netstat_is_refused_if_it_cut_addresses_off)
{
    const std::string cut = "tcp6 0 0 2001:db8::1234:567:4000 2001:db8::1:5432 ESTABLISHED\n";
    const std::string whole = "tcp6 0 0 2001:db8:1:2:3:4:5:6:40001 2001:db8::1:5432 ESTABLISHED\n";
    BOOST_TEST(holds(error_of(cut), "netstat -W"));
    // What is left need be no address (2001:db8:1:2:3:4:5:7, port 42863).
    const std::string no_address =
        "tcp6 0 0 2001:db8:1:2:3:4::42863 2001:db8::1:5432 ESTABLISHED\n";
    BOOST_TEST(holds(error_of(no_address), "netstat -W"));
    BOOST_TEST(parse_capture(cut + whole).sockets.size() == 2U);
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace
