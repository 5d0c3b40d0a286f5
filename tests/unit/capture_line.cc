// Lines of ss and netstat, in the forms of their releases.
#include "common/sockets/capture_line.h"

#include <stdexcept>
#include <string>

#include <boost/test/data/monomorphic.hpp>
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>
#include <fmt/format.h>

#include "tests/unit/throws.h"

namespace {

namespace data = boost::unit_test::data;
using sockets::CapturedEnd;
using sockets::CapturedSocket;
using sockets::parse_capture_line;

std::string text_of(const CapturedEnd& end)
{
    return fmt::format("{}{}{} {}", end.star ? "*" : end.address.text(),
                       end.device.empty() ? "" : "%", end.device, end.port);
}

/// "tcp 6 127.0.0.1 40008 127.0.0.1 5432 59250"
std::string read(std::string_view line)
{
    const auto socket = parse_capture_line(line);
    if (!socket)
        return "no socket";
    return fmt::format("{} {} {} {} {}", socket->udp ? "udp" : "tcp",
                       static_cast<int>(socket->state), text_of(socket->local),
                       text_of(socket->remote),
                       socket->expires_in ? socket->expires_in->count() : -1);
}

BOOST_AUTO_TEST_SUITE(capture_line)

struct Form {
    std::string_view line;
    std::string_view read;
};

std::ostream& operator<<(std::ostream& stream, const Form& form)
{
    return stream << form.line;
}

const Form forms[] = {
    {"ESTAB      0      0      127.0.0.1:40004      127.0.0.1:5432   ",
     "tcp 1 127.0.0.1 40004 127.0.0.1 5432 -1"},
    {"ESTAB 0 0 127.0.0.1%lo:40004 127.0.0.1:5432\r", "tcp 1 127.0.0.1%lo 40004 127.0.0.1 5432 -1"},
    {"ESTAB 0 0 [::1]:40005 [::1]:5432", "tcp 1 ::1 40005 ::1 5432 -1"},
    {"ESTAB 0 0 ::1:40005 ::1:5432", "tcp 1 ::1 40005 ::1 5432 -1"},
    {"ESTAB 0 0 [::ffff:10.0.0.1]:9 [::ffff:10.0.0.5]:80", "tcp 1 10.0.0.1 9 10.0.0.5 80 -1"},
    {"ESTAB 0 0 ::ffff:10.0.0.1:9 ::ffff:10.0.0.5:80", "tcp 1 10.0.0.1 9 10.0.0.5 80 -1"},
    {"ESTAB 0 0 [fe80::1]%eth0:9 [fe80::2]:80", "tcp 1 fe80::1%eth0 9 fe80::2 80 -1"},
    {"ESTAB 0 0 [fe80::1%eth0]:9 [fe80::2]:80", "tcp 1 fe80::1%eth0 9 fe80::2 80 -1"},
    {"ESTAB 0 0 fe80::1%eth0:9 fe80::2:80", "tcp 1 fe80::1%eth0 9 fe80::2 80 -1"},
    {"LISTEN 0 128 *:5001 *:*", "tcp 10 * 5001 * 0 -1"},
    {"LISTEN 0 128 :::5001 :::*", "tcp 10 :: 5001 :: 0 -1"},
    {"LISTEN 0 128 [::]:5001 [::]:*", "tcp 10 :: 5001 :: 0 -1"},
    {"LISTEN 0 128 0.0.0.0:5001 0.0.0.0:*", "tcp 10 0.0.0.0 5001 0.0.0.0 0 -1"},
    {"UNCONN 0 0 127.0.0.1:40012 0.0.0.0:*", "tcp 13 127.0.0.1 40012 0.0.0.0 0 -1"},
    {"udp UNCONN 0 0 127.0.0.1:40012 0.0.0.0:*", "udp 7 127.0.0.1 40012 0.0.0.0 0 -1"},
    {"tcp   CLOSE-WAIT 1 0 127.0.0.1:40012 127.0.0.1:80", "tcp 8 127.0.0.1 40012 127.0.0.1 80 -1"},
    {"tcp 0 0 127.0.0.1:40008 127.0.0.1:5432 TIME_WAIT", "tcp 6 127.0.0.1 40008 127.0.0.1 5432 -1"},
    {"tcp 0 0 127.0.0.1:8 127.0.0.1:5 TIME_WAIT 0 0 - timewait (59.25/0/0)",
     "tcp 6 127.0.0.1 8 127.0.0.1 5 59250"},
    {"tcp6 0 0 :::5001 :::* LISTEN", "tcp 10 :: 5001 :: 0 -1"},
    {"udp6 0 0 :::546 :::*", "udp 7 :: 546 :: 0 -1"},
    {"udp 0 0 10.0.0.1:9 10.0.0.5:53 ESTABLISHED", "udp 1 10.0.0.1 9 10.0.0.5 53 -1"}};

BOOST_DATA_TEST_CASE(socket_is_read_in_each_form_of_ss_and_netstat, data::make(forms), form)
{
    BOOST_TEST(read(form.line) == form.read);
}

const Form times[] = {{"1min2sec", "62999"}, {"1min", "60999"},   {"32sec", "32999"},
                      {"10sec", "10999"},    {"9.500ms", "9500"}, {"9.500sec", "9500"},
                      {"9sec", "9000"},      {"500ms", "500"},    {"", "0"}};

BOOST_DATA_TEST_CASE(time_left_is_read_as_ss_prints_it, data::make(times), time)
{
    const std::string line =
        fmt::format("TIME-WAIT 0 0 10.0.0.1:9 10.0.0.5:80 timer:(timewait,{},0)", time.line);
    BOOST_TEST(read(line) == fmt::format("tcp 6 10.0.0.1 9 10.0.0.5 80 {}", time.read));
}

BOOST_AUTO_TEST_CASE(no_age_is_read_from_a_programs_name)
{
    BOOST_TEST(
        read("ESTAB 0 0 10.0.0.1:9 10.0.0.5:80 users:((\"x timer:(timewait,1sec,0) \",1,3))") ==
        "tcp 1 10.0.0.1 9 10.0.0.5 80 -1");
    BOOST_TEST(read("TIME-WAIT 0 0 10.0.0.1:9 10.0.0.5:80 x timer:(timewait,1sec,0)") ==
               "tcp 6 10.0.0.1 9 10.0.0.5 80 -1");
}

const char* const other_lines[] = {
    "",
    "\r",
    "State  Recv-Q Send-Q Local Address:Port  Peer Address:Port",
    "Netid State  Recv-Q Send-Q Local Address:Port  Peer Address:Port",
    "Active Internet connections (servers and established)",
    "Proto Recv-Q Send-Q Local Address           Foreign Address         State",
    "\t cubic wscale:7,7 rto:204",
    "unix  2  [ ACC ] STREAM LISTENING 1 /run/x",
    "u_str ESTAB 0 0 * 17 * 18",
    "net.ipv4.tcp_tw_reuse = 2"};

BOOST_DATA_TEST_CASE(line_of_another_kind_is_no_socket, data::make(other_lines), line)
{
    BOOST_TEST(read(line) == "no socket");
}

const char* const malformed[] = {"ESTAB",
                                 "ESTAB 0",
                                 "ESTAB 0 0",
                                 "ESTAB 0 0 127.0.0.1:40004",
                                 "ESTAB 0 0 127.0.0.1:4 127.0.0.1",
                                 "ESTAB x 0 127.0.0.1:4 127.0.0.1:5",
                                 "ESTAB 0 0 127.0.0.1:http 127.0.0.1:5",
                                 "ESTAB 0 0 127.0.0.1:65536 127.0.0.1:5",
                                 "ESTAB 0 0 localhost:4 127.0.0.1:5",
                                 "ESTAB 0 0 [::1:4 [::1]:5",
                                 "ESTAB 0 0 127.0.0.1%:4 127.0.0.1:5",
                                 "tcp",
                                 "tcp x",
                                 "tcp 0",
                                 "TIME-WAIT 0 0 10.0.0.1:9 10.0.0.5:80 timer:(timewait,32se",
                                 "TIME-WAIT 0 0 10.0.0.1:9 10.0.0.5:80 timer:(timewait,32hours,0)",
                                 "tcp 0 0 127.0.0.1:8 127.0.0.1:5 TIME_WAIT 0 0 - timewait (59.25"};

BOOST_DATA_TEST_CASE(refused_if_a_socket_is_cut_off_or_not_numeric, data::make(malformed), line)
{
    BOOST_CHECK_THROW(parse_capture_line(line), std::invalid_argument);
}

const char* const without_state[] = {"0 0 127.0.0.1:40004 127.0.0.1:5432",
                                     "tcp 0 0 127.0.0.1:40004 127.0.0.1:5432",
                                     "udp 0 0 127.0.0.1:40004 127.0.0.1:53"};

BOOST_DATA_TEST_CASE(refused_without_its_state_naming_the_command, data::make(without_state), line)
{
    const std::string error =
        text_of_error<std::invalid_argument>([&] { parse_capture_line(line); });
    BOOST_TEST(holds(error, "ss -tano"));
    BOOST_TEST(!holds(error, "127.0.0.1"));
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace
