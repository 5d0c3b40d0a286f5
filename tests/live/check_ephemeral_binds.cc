// check_ephemeral_binds as users run it, against bind(address, 0) until the kernel refuses.
#include <boost/test/unit_test.hpp>
#include <fmt/format.h>

#include "tests/live/cured.h"
#include "tests/live/features.h"
#include "tests/live/lab.h"
#include "tests/live/report.h"

namespace {

const std::string program = "plugins/check_ephemeral_binds";
const lab::Endpoint server = lab::at("127.0.0.1", 5432);

/// Connections from two source addresses, so that each address has more ports left than the
/// wildcard.
struct TwoSources {
    lab::Namespace network;
    lab::FileDescriptor listener = lab::listening(lab::at("0.0.0.0", server.port));
    std::vector<lab::FileDescriptor> one = lab::connected_times(20, server);
    std::vector<lab::FileDescriptor> two = lab::connected_times(
        10, lab::at("10.9.0.1", server.port), {.bind = lab::at("10.9.0.1", 0)});
};

/// Sockets bound to `address` until the kernel refuses, and the errno of the refusal.
std::pair<std::vector<lab::FileDescriptor>, int> bind_until_refused(const char* address,
                                                                    bool tcp = true)
{
    std::vector<lab::FileDescriptor> bound;
    lab::Attempt attempt;
    while ((attempt = lab::try_bind({.tcp = tcp, .bind = lab::at(address, 0)})))
        bound.push_back(std::move(attempt.socket));
    return {std::move(bound), attempt.error};
}

/// `left` in the row of `address`.
std::size_t left_of(const lab::Output& output, std::string_view protocol, std::string_view address)
{
    std::istringstream lines(output.text);
    for (std::string line; std::getline(lines, line);) {
        std::istringstream words(line);
        std::string first;
        std::size_t used = 0;
        std::size_t left = 0;
        words >> first >> used >> left;
        if (first == protocol && line.ends_with(fmt::format("  {}", address)))
            return left;
    }
    BOOST_FAIL("no row of " << protocol << " " << address << " in " << output.text);
    return 0;
}

BOOST_AUTO_TEST_SUITE(check_ephemeral_binds)

BOOST_FIXTURE_TEST_CASE(bind_succeeds_as_often_as_said_for_each_address, TwoSources)
{
    for (const char* address : {"127.0.0.1", "10.9.0.1", "0.0.0.0"}) {
        const lab::Output output = lab::run({program});
        const auto [bound, error] = bind_until_refused(address);
        BOOST_TEST(bound.size() == left_of(output, "TCP", address));
        BOOST_TEST(error == EADDRINUSE);
    }
}

BOOST_FIXTURE_TEST_CASE(critical_and_naming_eaddrinuse_if_nothing_is_left_for_tcp, TwoSources,
                        *lab::needs({lab::Feature::local_port_range}))
{
    const std::size_t left = std::stoul(lab::perfdata(lab::run({program}), "tcp_left"));
    const auto [bound, error] = bind_until_refused("0.0.0.0");
    BOOST_TEST(bound.size() == left);
    const lab::Output output = lab::run({program});
    BOOST_TEST(output.exit_code == 2);
    BOOST_TEST(output.text.find("EADDRINUSE") != std::string::npos);
    BOOST_TEST(lab::perfdata(output, "left") == "0");
    BOOST_TEST(lab::perfdata(output, "udp_left") == "64");
    BOOST_TEST(lab::run({program, "--protocol=udp"}).exit_code == 0);
}

BOOST_FIXTURE_TEST_CASE(critical_and_naming_eagain_if_nothing_is_left_for_udp, TwoSources)
{
    std::vector<lab::FileDescriptor> elsewhere;
    for (std::uint16_t port = 40000; port < 40010; ++port)
        elsewhere.push_back(lab::bound({.tcp = false, .bind = lab::at("10.9.0.1", port)}));
    const std::size_t left = std::stoul(lab::perfdata(lab::run({program}), "udp_left"));

    std::vector<lab::FileDescriptor> queries;
    lab::Attempt attempt;
    while ((attempt = lab::try_connect(lab::at("127.0.0.1", 53), {.tcp = false})))
        queries.push_back(std::move(attempt.socket));
    BOOST_TEST(left == 54);
    BOOST_TEST(queries.size() == left);
    BOOST_TEST(attempt.error == EAGAIN);
    const lab::Output output = lab::run({program, "--protocol=udp"});
    BOOST_TEST(output.exit_code == 2);
    BOOST_TEST(output.text.find("EAGAIN") != std::string::npos);
}

BOOST_FIXTURE_TEST_CASE(the_udp_figures_are_the_same_if_netlink_is_denied, TwoSources)
{
    const lab::FileDescriptor query = lab::connected(lab::at("127.0.0.1", 53), {.tcp = false});
    const lab::Output output =
        lab::run({program, "--protocol=udp"}, {lab::become_nobody, lab::deny_netlink});
    BOOST_TEST(output.exit_code == 0);
    BOOST_TEST(lab::perfdata(output, "left") == "63");
}

BOOST_FIXTURE_TEST_CASE(bound_sockets_that_proc_does_not_show_are_found, TwoSources,
                        *lab::needs({lab::Feature::local_port_range}))
{
    const std::vector<std::string> command = {program, "--protocol=tcp", "--reader=procfs"};
    BOOST_TEST(lab::report_of(command).metric("left") == 34);
    std::vector<lab::FileDescriptor> bound;
    for (int i = 0; i < 20; ++i)
        bound.push_back(lab::bound({.bind = lab::at("0.0.0.0", 0)}));
    const lab::Report report = lab::report_of(command);
    BOOST_TEST(report.metric("left") == 14);
    BOOST_TEST(!report.says("at most"), report.words());
}

BOOST_FIXTURE_TEST_CASE(both_ends_are_told_if_bound_sockets_are_neither_shown_nor_asked_about,
                        TwoSources)
{
    std::vector<lab::FileDescriptor> bound;
    for (int i = 0; i < 20; ++i)
        bound.push_back(lab::bound({.bind = lab::at("0.0.0.0", 0)}));
    const lab::Report report =
        lab::report_of({program, "--protocol=tcp", "--reader=procfs"}, {lab::deny_setsockopt});
    BOOST_TEST(report.metric("left") == 34);
    BOOST_TEST(report.metric("left_least") <= 14);
    BOOST_TEST(report.summary().find("between ") != std::string::npos, report.summary());
}

/// All ports of the range taken by connections to one destination.
struct Taken {
    lab::Namespace network;
    lab::FileDescriptor listener = lab::listening(server);
    std::vector<lab::FileDescriptor> clients = lab::connected_times(64, server);
};

BOOST_FIXTURE_TEST_CASE(warning_at_most_naming_whom_if_plain_connections_alone_take_the_ports,
                        Taken, *lab::needs({lab::Feature::local_port_range}))
{
    const lab::Report report = lab::report_of({program});
    BOOST_TEST(report.exit_code == 1);
    BOOST_TEST(report.metric("usage") == 100);
    BOOST_TEST(report.says("nobody here binds"), report.words());
    BOOST_TEST(
        report.says("The busiest TCP tuple has 64 connections: from 127.0.0.1 to 127.0.0.1:5432"),
        report.words());
    BOOST_TEST(lab::run({program, "--if-nobody-binds=critical"}).exit_code == 2);
}

BOOST_FIXTURE_TEST_CASE(
    critical_with_cures_for_udp_if_its_ports_are_gone_and_nobody_misses_those_of_tcp, Taken,
    *lab::needs({lab::Feature::local_port_range}))
{
    std::vector<lab::FileDescriptor> queries;
    for (int i = 0; i < 60; ++i)
        queries.push_back(lab::bound({.tcp = false, .bind = lab::at("0.0.0.0", 0)}));
    const lab::Report report = lab::report_of({program});
    BOOST_TEST(report.exit_code == 2);
    BOOST_TEST(report.summary().starts_with("4 of 64 ports left for UDP, no TCP port left"),
               report.summary());
    BOOST_TEST(report.metric("left") == 0);
    const auto cure = lab::find_cure(report, "ip_local_port_range");
    BOOST_REQUIRE(cure.has_value());
    BOOST_TEST(cure->instead_of.most == 4);
    lab::apply(*cure);
    constexpr net::PortRange wide = {15000, 60999};
    BOOST_TEST(cure->ends.contain(lab::ask_bind(net::Address(), wide, {.tcp = false}).size()));
}

BOOST_AUTO_TEST_CASE(warning_at_most_if_time_wait_alone_takes_the_ports,
                     *lab::needs({lab::Feature::local_port_range}))
{
    const lab::Namespace network;
    lab::set_sysctl("tcp_tw_reuse", "0"); // no TIME_WAIT is taken over by the next connection
    const lab::FileDescriptor listener = lab::listening(server);
    lab::churn(64, server, listener);
    BOOST_TEST(lab::report_of({program}).exit_code == 1);
}

BOOST_FIXTURE_TEST_CASE(critical_if_one_socket_was_bound_before_it_connected, Taken)
{
    clients.pop_back();
    clients.pop_back();
    const auto destination = lab::at("127.0.0.2", server.port);
    const lab::FileDescriptor other = lab::listening(destination);
    const lab::FileDescriptor bound =
        lab::connected(destination, {.bind = lab::at("127.0.0.9", 0)});
    const lab::Report report = lab::report_of({program});
    BOOST_TEST(report.exit_code == 2);
    BOOST_TEST(!report.says("nobody here binds"), report.words());
}

BOOST_FIXTURE_TEST_CASE(critical_if_one_socket_is_bound_only, Taken)
{
    const lab::FileDescriptor bound = lab::bound({.bind = lab::at("127.0.0.9", 0)});
    BOOST_TEST(lab::report_of({program}).exit_code == 2);
}

BOOST_FIXTURE_TEST_CASE(critical_if_the_kernel_cannot_be_asked_whether_anybody_binds, Taken)
{
    BOOST_TEST(lab::report_of({program}, {lab::deny_setsockopt}).exit_code == 2);
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace
