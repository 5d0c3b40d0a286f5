// What check_ephemeral_ports says a cure would bring, against what the kernel gives once it is
// applied.
#include <boost/test/unit_test.hpp>
#include <fmt/format.h>

#include "tests/live/cured.h"
#include "tests/live/features.h"
#include "tests/live/lab.h"
#include "tests/live/time_wait.h"

namespace {

const std::string program = "plugins/check_ephemeral_ports";
const lab::Endpoint server = lab::at("127.0.0.1", 5432);
const lab::Endpoint peer = lab::at("10.9.0.1", 5432); // no loopback address in the kernel's eyes
const lab::Manner from_peer = {.bind = lab::at("10.9.0.1", 0), .no_port = true};
constexpr net::PortRange range = {40000, 40063};
using Sockets = std::vector<lab::FileDescriptor>;

/// A report that is CRITICAL whatever is used.
lab::Report report(std::vector<std::string> options = {})
{
    options.insert(options.begin(), {program, "-w", "0", "-c", "0"});
    lab::Report report = lab::report_of(options);
    BOOST_TEST(report.exit_code == 2, report.text);
    return report;
}

std::size_t given(const lab::Endpoint& destination, const lab::Manner& manner = {},
                  net::PortRange ports = range)
{
    return lab::ask_connect(destination, ports, manner).size();
}

struct SmallRange {
    lab::Namespace network{range};
    lab::FileDescriptor listener = lab::listening(lab::at("0.0.0.0", 5432));

    SmallRange() { lab::set_sysctl("tcp_tw_reuse", "0"); }

    void make_old_time_waits(std::size_t number, const lab::Endpoint& destination,
                             const lab::Manner& manner = {}) const
    {
        lab::churn(number, destination, listener, manner);
        lab::await_age(lab::reusable_age());
    }
};

BOOST_FIXTURE_TEST_SUITE(cures, SmallRange)

BOOST_AUTO_TEST_CASE(reuse_on_loopback_gives_what_was_said,
                     *lab::needs({lab::Feature::local_port_range}))
{
    make_old_time_waits(50, server);
    const Sockets connections = lab::connected_times(5, server);
    const auto cure = lab::find_cure(report(), "tcp_tw_reuse");
    BOOST_REQUIRE(cure.has_value());
    BOOST_TEST(cure->cure == "net.ipv4.tcp_tw_reuse=2");
    BOOST_TEST(cure->condition.empty());
    BOOST_TEST(cure->instead_of.most == given(server));
    lab::apply(*cure);
    BOOST_TEST(cure->ends.most == given(server));
    BOOST_TEST(cure->ends.least == cure->ends.most);
}

BOOST_AUTO_TEST_CASE(reuse_gives_what_was_said_if_the_other_end_uses_timestamps_and_else_nothing,
                     *lab::needs({lab::Feature::local_port_range}))
{
    for (const char* const timestamps : {"1", "0"}) {
        const SmallRange fresh;
        lab::set_sysctl("tcp_timestamps", timestamps);
        fresh.make_old_time_waits(50, peer, from_peer);
        lab::set_sysctl("tcp_timestamps", "1");
        const auto cure = lab::find_cure(report(), "tcp_tw_reuse");
        BOOST_REQUIRE(cure.has_value());
        BOOST_TEST(cure->cure == "net.ipv4.tcp_tw_reuse=1");
        BOOST_TEST(cure->condition == "the other end uses TCP timestamps");
        lab::apply(*cure);
        const bool has_timestamps = *timestamps == '1';
        BOOST_TEST(given(peer, from_peer) == (has_timestamps ? cure->ends : cure->instead_of).most);
        BOOST_TEST(cure->ends.least == cure->ends.most);
    }
}

BOOST_AUTO_TEST_CASE(no_reuse_is_advised_that_is_on_or_cannot_work)
{
    make_old_time_waits(50, peer, from_peer);
    lab::set_sysctl("tcp_timestamps", "0");
    BOOST_TEST(!lab::find_cure(report(), "tcp_tw_reuse"));
    lab::set_sysctl("tcp_timestamps", "1");
    lab::set_sysctl("tcp_tw_reuse", "2");
    BOOST_TEST(lab::find_cure(report(), "tcp_tw_reuse=1").has_value());
}

BOOST_AUTO_TEST_CASE(a_wider_range_gives_what_was_said_and_services_keep_their_ports,
                     *lab::needs({lab::Feature::local_port_range, lab::Feature::bound_shown}))
{
    lab::set_sysctl("ip_local_reserved_ports", "50000-50099");
    const Sockets connections = lab::connected_times(60, server);
    const lab::FileDescriptor service = lab::listening(lab::at("0.0.0.0", 20000));
    const lab::FileDescriptor other = lab::listening(lab::at("127.0.0.1", 20010));
    const lab::FileDescriptor client = lab::connected(lab::at("127.0.0.1", 20000));
    const lab::FileDescriptor bound = lab::bound({.bind = lab::at("127.0.0.1", 20020)});
    const auto cure = lab::find_cure(report(), "ip_local_port_range");
    BOOST_REQUIRE(cure.has_value());
    BOOST_TEST(cure->cure == "net.ipv4.ip_local_reserved_ports=20000,20010,50000-50099 and "
                             "net.ipv4.ip_local_port_range=15000 60999");
    lab::apply(*cure);
    BOOST_TEST(cure->ends.most == given(server, {}, {15000, 60999}));
    BOOST_TEST(cure->ends.least == cure->ends.most);
    BOOST_TEST(lab::report_of({program}).metric("left") == cure->ends.most);
}

BOOST_AUTO_TEST_CASE(a_wider_range_gives_what_lies_between_both_ends_beside_chosen_ports,
                     *lab::needs({lab::Feature::local_port_range, lab::Feature::bound_shown}))
{
    const lab::FileDescriptor other_listener = lab::listening(lab::at("0.0.0.0", 5433));
    Sockets connections = lab::connected_times(60, server);
    for (std::uint16_t port = 30000; port < 30005; ++port)
        connections.push_back(lab::connected(port % 2 == 0 ? server : lab::at("127.0.0.1", 5433),
                                             {.bind = lab::at("127.0.0.1", port)}));
    connections.push_back(lab::try_connect_on(30010, lab::at("127.0.0.1", 5433)).socket);
    const auto cure = lab::find_cure(report(), "ip_local_port_range");
    BOOST_REQUIRE(cure.has_value());
    lab::apply(*cure);
    BOOST_TEST(cure->ends.contain(given(server, {}, {15000, 60999})));
    BOOST_TEST(cure->ends.most - cure->ends.least == 6U);
}

BOOST_AUTO_TEST_CASE(one_more_source_or_destination_gives_what_was_said)
{
    Sockets sockets = lab::connected_times(50, server);
    for (int i = 0; i < 3; ++i)
        sockets.push_back(lab::bound({.bind = lab::at("127.0.0.1", 0)}));
    const lab::FileDescriptor other_listener = lab::listening(lab::at("0.0.0.0", 5433));
    sockets.push_back(
        lab::connected(lab::at("127.0.0.1", 5433), {.bind = lab::at("127.0.0.1", 0)}));
    const auto cure = lab::find_cure(report(), "one more source address");
    BOOST_REQUIRE(cure.has_value());
    for (const lab::Manner& source :
         {lab::Manner{.bind = lab::at("127.0.0.2", 0), .no_port = true}, from_peer})
        BOOST_TEST(cure->ends.contain(given(server, source)));
    BOOST_TEST(cure->ends.contain(given(lab::at("127.0.0.2", 5432))));
    BOOST_TEST(cure->ends.contain(given(lab::at("127.0.0.1", 5434))));
    if (lab::has(lab::Feature::local_port_range))
        BOOST_TEST(cure->ends.least == 60U);
}

/// 12 connections to one server, and 30 to another whose source address was chosen by bind().
struct Proxy : SmallRange {
    lab::FileDescriptor other_listener = lab::listening(lab::at("0.0.0.0", 5433));
    lab::FileDescriptor bound = lab::bound({.bind = lab::at("127.0.0.1", 0)});
    Sockets connections = lab::connected_times(12, server);
    Sockets proxied;

    explicit Proxy(bool no_port)
        : proxied(lab::connected_times(30, lab::at("127.0.0.1", 5433),
                                       {.bind = lab::at("127.0.0.1", 0), .no_port = no_port}))
    {
    }
};

BOOST_AUTO_TEST_CASE(clients_that_set_ip_bind_address_no_port_leave_what_was_said)
{
    std::optional<lab::Cure> cure;
    {
        const Proxy proxy(false);
        cure = lab::find_cure(report({"--destination=127.0.0.1:5432"}), "IP_BIND_ADDRESS_NO_PORT");
        BOOST_REQUIRE(cure.has_value());
        BOOST_TEST(cure->instead_of.contain(given(server)));
    }
    const Proxy proxy(true);
    BOOST_TEST(cure->ends.contain(given(server)));
    if (lab::has(lab::Feature::local_port_range))
        BOOST_TEST(cure->ends.least == cure->ends.most);
}

BOOST_AUTO_TEST_CASE(services_that_move_out_and_closed_sockets_leave_what_was_said)
{
    // First, before the kernel gives its port away.
    lab::FileDescriptor service = lab::listening(lab::at("0.0.0.0", 40063));
    const Sockets connections = lab::connected_times(20, server);
    Sockets residents;
    for (int i = 0; i < 4; ++i)
        residents.push_back(lab::bound({.bind = lab::at("127.0.0.9", 0)}));
    lab::FileDescriptor client = lab::connected(lab::at("127.0.0.1", 40063), from_peer);
    lab::FileDescriptor served = lab::accepted(service);
    const auto cure =
        lab::find_cure(report({"--destination=127.0.0.1:5432"}), "listens or is only bound");
    BOOST_REQUIRE(cure.has_value());
    residents.clear();
    lab::close_both(client, served); // no TIME_WAIT is left on the service's port
    service.close();
    lab::settle(range);
    BOOST_TEST(cure->ends.contain(given(server)));
    if (lab::has(lab::Feature::local_port_range))
        BOOST_TEST(cure->ends.least == cure->ends.most);
}

BOOST_AUTO_TEST_CASE(connections_that_are_never_closed_leave_what_was_said)
{
    const lab::Manner bound_first = {.bind = lab::at("127.0.0.1", 0)};
    const lab::FileDescriptor other_listener = lab::listening(lab::at("0.0.0.0", 5433));
    lab::churn(20, server, listener);
    lab::churn(15, lab::at("127.0.0.1", 5433), other_listener, bound_first);
    const Sockets connections = lab::connected_times(10, server);
    const auto cure =
        lab::find_cure(report({"--destination=127.0.0.1:5432"}), "no connection in TIME_WAIT");
    BOOST_REQUIRE(cure.has_value());

    const SmallRange fresh;
    const Sockets kept = lab::connected_times(10, server);
    BOOST_TEST(cure->ends.contain(given(server)));
    if (lab::has(lab::Feature::local_port_range))
        BOOST_TEST(cure->ends.least == cure->ends.most);
}

BOOST_AUTO_TEST_CASE(an_alarm_for_where_it_leads_says_what_helps_there,
                     *lab::needs({lab::Feature::local_port_range}))
{
    lab::churn(30, server, listener);
    const lab::Report critical =
        lab::report_of({program, "-w", "100", "-c", "100", "--projected-critical=100"});
    BOOST_TEST(critical.exit_code == 2, critical.text);
    for (const char* const what :
         {"tcp_tw_reuse=2: heading for ", "ip_local_port_range=15000 60999: heading for ",
          "one more source address, or destination address or port: 64 left instead of"})
        BOOST_TEST(critical.says(what), critical.words());
}

BOOST_AUTO_TEST_CASE(no_cure_is_told_if_it_is_ok)
{
    const Sockets connections = lab::connected_times(20, server);
    const lab::Report ok = lab::report_of({program});
    BOOST_TEST(ok.exit_code == 0);
    BOOST_TEST(ok.rows("cures").empty());
    BOOST_TEST(!ok.says("What would help"));
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace
