// The snapshot of a capture, and what it says is missing.
#include "common/sockets/capture_snapshot.h"

#include <stdexcept>

#include <boost/test/unit_test.hpp>

#include "tests/unit/throws.h"

namespace {

using kernel::SettingsNeeded;
using sockets::Capture;
using sockets::parse_capture;
using sockets::Snapshot;
using sockets::SocketState;

const std::string settings = "net.ipv4.ip_local_port_range = 40000\t40063\n"
                             "net.ipv4.ip_local_reserved_ports = 40010\n"
                             "net.ipv4.tcp_tw_reuse = 1\n"
                             "net.ipv4.tcp_timestamps = 1\n"
                             "net.ipv4.tcp_fin_timeout = 30\n";
const std::string listener = "LISTEN 0 128 0.0.0.0:22 0.0.0.0:*\n";
const std::string connection = "ESTAB 0 0 10.0.0.1:40004 10.0.0.5:5432\n";

/// The text of what is captured has to outlive it.
Snapshot snapshot_of(const std::string& text, const sockets::Wanted& wanted = {})
{
    const Capture capture = parse_capture(text);
    return sockets::take_snapshot(
        capture, sockets::settings_of(capture, SettingsNeeded::ports_and_time_wait), wanted);
}

std::string error_of(const std::string& text, const sockets::Wanted& wanted = {})
{
    return text_of_error<std::runtime_error>([&] { snapshot_of(text, wanted); });
}

std::string without(std::string text, const std::string& line)
{
    const std::size_t begin = text.find(line);
    return text.erase(begin, text.find('\n', begin) + 1 - begin);
}

BOOST_AUTO_TEST_SUITE(capture_snapshot)

BOOST_AUTO_TEST_CASE(settings_and_connections_are_those_of_the_capture)
{
    const Snapshot snapshot = snapshot_of(settings + listener + connection);
    BOOST_TEST(snapshot.settings.range.low == 40000);
    BOOST_TEST(snapshot.settings.reserved.contains(40010));
    BOOST_TEST((snapshot.settings.time_wait_reuse == kernel::TimeWaitReuse::everywhere));
    BOOST_TEST(snapshot.settings.timestamps.value());
    BOOST_TEST(snapshot.settings.fin_wait2_length.count() == 30);
    BOOST_TEST(snapshot.connections.size() == 1U);
    BOOST_TEST((snapshot.reading.reader == sockets::Reader::capture));
}

BOOST_AUTO_TEST_CASE(an_empty_list_of_reserved_ports_is_one_and_a_missing_list_is_an_error)
{
    const std::string line = "net.ipv4.ip_local_reserved_ports";
    const std::string others = without(settings, line);
    BOOST_TEST(snapshot_of(others + line + " = \n" + listener).settings.reserved.size() == 0U);
    BOOST_TEST(holds(error_of(others + listener), "no net.ipv4.ip_local_reserved_ports"));
    BOOST_TEST(holds(error_of(others + listener), "sysctl net.ipv4"));
}

BOOST_AUTO_TEST_CASE(each_setting_that_decides_is_asked_for)
{
    for (const std::string name :
         {"ip_local_port_range", "tcp_tw_reuse", "tcp_timestamps", "tcp_fin_timeout"}) {
        std::string lacking = without(settings, "net.ipv4." + name);
        lacking += listener;
        BOOST_TEST(holds(error_of(lacking), "the capture has no net.ipv4." + name));
    }
}

BOOST_AUTO_TEST_CASE(no_word_of_a_setting_is_in_an_error)
{
    const std::string line = "net.ipv4.ip_local_port_range";
    const std::string error = error_of(without(settings, line) + line + " = secret\n" + listener);
    BOOST_TEST(holds(error, "cannot understand the capture's " + line));
    BOOST_TEST(!holds(error, "secret"));
}

BOOST_AUTO_TEST_CASE(a_capture_without_listeners_is_refused_naming_the_option)
{
    BOOST_TEST(holds(error_of(settings + connection), "no listening socket"));
    BOOST_TEST(holds(error_of(settings + connection), "ss -tano"));
}

BOOST_AUTO_TEST_CASE(a_capture_without_udp_is_refused_only_if_udp_is_wanted)
{
    BOOST_CHECK_NO_THROW(snapshot_of(settings + listener));
    BOOST_TEST(holds(error_of(settings + listener, {.udp = true}), "ss -tuano"));
    const std::string heading = "Netid State Recv-Q Send-Q Local Address:Port Peer Address:Port\n";
    BOOST_CHECK_NO_THROW(snapshot_of(settings + heading + listener, {.udp = true}));
    const std::string of_unix = "u_str ESTAB 0 0 * 17 * 18\n";
    BOOST_TEST(
        holds(error_of(settings + heading + of_unix + listener, {.udp = true}), "ss -tuano"));
    const std::string udp = "udp UNCONN 0 0 0.0.0.0:40020 0.0.0.0:*\n";
    BOOST_TEST(snapshot_of(settings + listener + udp, {.udp = true}).udp.size() == 1U);
}

BOOST_AUTO_TEST_CASE(time_waits_without_their_timers_are_refused_and_none_needs_none)
{
    const auto require = [](const std::string& text) {
        sockets::require_ages(parse_capture(text));
    };
    const std::string time_wait = "TIME-WAIT 0 0 10.0.0.1:40005 10.0.0.5:5432";
    BOOST_CHECK_THROW(require(time_wait + "\n"), std::runtime_error);
    BOOST_CHECK_NO_THROW(require(time_wait + " timer:(timewait,32sec,0)\n"));
    BOOST_CHECK_NO_THROW(require(connection));
}

BOOST_AUTO_TEST_CASE(a_fin_wait2_that_no_program_holds_counts_as_time_wait)
{
    const std::string text = "FIN-WAIT-2 0 0 10.0.0.1:9 10.0.0.5:80 timer:(timewait,12sec,0)\n"
                             "FIN-WAIT-2 0 0 10.0.0.1:8 10.0.0.5:80\n"
                             "TIME-WAIT 0 0 10.0.0.1:7 10.0.0.5:80 timer:(timewait,32sec,0)\n";
    BOOST_TEST(sockets::count_time_wait(parse_capture(text)) == 2U);
}

BOOST_AUTO_TEST_CASE(sockets_that_are_bound_only_may_be_missing_unless_one_is_there)
{
    BOOST_TEST(snapshot_of(settings + listener).hidden_at_most == 64U);
    const std::string bound = "UNCONN 0 0 0.0.0.0:40033 0.0.0.0:*\n";
    BOOST_TEST(snapshot_of(settings + listener + bound).hidden_at_most == 0U);

    const std::string sockstat = "sockets: used 300\nTCP: inuse 20 orphan 0 tw 7 alloc 30 mem 0\n";
    BOOST_TEST(snapshot_of(settings + sockstat + listener).hidden_at_most == 10U);
    BOOST_TEST(snapshot_of(settings + sockstat + "TCP6: inuse 4\n" + listener).hidden_at_most ==
               6U);
}

BOOST_AUTO_TEST_CASE(a_star_is_of_both_families_since_there_are_brackets_and_of_ipv4_before)
{
    const std::string star = "LISTEN 0 128 *:40001 *:*\n";
    const auto address_of = [&](const std::string& other) {
        return snapshot_of(settings + star + other).tcp.front();
    };
    BOOST_TEST(address_of("LISTEN 0 128 :::40002 :::*\n").address.text() == "0.0.0.0");
    const sockets::LocalSocket dual_stack = address_of("LISTEN 0 128 [::1]:40002 [::]:*\n");
    BOOST_TEST(dual_stack.address.text() == "::");
    BOOST_TEST(!dual_stack.ipv6_only.value());
}

BOOST_AUTO_TEST_CASE(whether_ipv6_keeps_out_of_ipv4_is_known_by_brackets_or_by_the_address)
{
    const auto ipv6_only = [](const std::string& line) {
        return snapshot_of(settings + line + "\n").tcp.front().ipv6_only;
    };
    // An ss that has brackets writes a star if the wildcard covers IPv4.
    BOOST_TEST(ipv6_only("LISTEN 0 128 [::]:40001 [::]:*").value());
    BOOST_TEST(!ipv6_only("LISTEN 0 128 :::40001 :::*").has_value());
    BOOST_TEST(!ipv6_only("tcp6 0 0 :::40001 :::* LISTEN").has_value());
    // bind() to one address sets it.
    BOOST_TEST(ipv6_only("LISTEN 0 128 [::1]:40001 [::]:*").value());
    BOOST_TEST(ipv6_only("tcp6 0 0 ::1:40001 :::* LISTEN").value());
    BOOST_TEST(!ipv6_only("LISTEN 0 128 [::ffff:10.0.0.1]:40001 *:*").has_value());
}

BOOST_AUTO_TEST_CASE(devices_are_numbered_in_the_captures_order)
{
    const std::string text = settings + listener +
                             "ESTAB 0 0 10.0.0.1%eth1:40004 10.0.0.5:80\n"
                             "ESTAB 0 0 10.0.0.1%eth0:40004 10.0.0.5:80\n";
    const std::vector<std::string> devices = sockets::devices_of(parse_capture(text));
    BOOST_TEST(devices == std::vector<std::string>({"eth1", "eth0"}));
    const Snapshot snapshot = snapshot_of(text);
    BOOST_TEST(snapshot.connections
                   .find({net::Address::parse("10.0.0.1"), net::Address::parse("10.0.0.5"), 80, 2})
                   .has_value());
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace
