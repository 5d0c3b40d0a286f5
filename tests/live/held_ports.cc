// Ports that sockets hold from everybody, by bind(): in every state, and by default, the checks say
// what the kernel gives.
#include <boost/test/unit_test.hpp>
#include <fmt/format.h>

#include "tests/live/features.h"
#include "tests/live/lab.h"
#include "tests/live/report.h"

namespace {

const std::string program = "plugins/check_ephemeral_ports";
const lab::Endpoint server = lab::at("127.0.0.1", 5432);
constexpr net::PortRange range = {40000, 40063};
using Sockets = std::vector<lab::FileDescriptor>;

struct SmallRange {
    lab::Namespace network;
    lab::FileDescriptor listener = lab::listening(lab::at("0.0.0.0", server.port));
};

/// Each to a destination of its own, bound before it connects.
Sockets proxied(int connections)
{
    Sockets sockets;
    for (int i = 1; i <= connections; ++i)
        sockets.push_back(lab::connected(lab::at(fmt::format("127.0.1.{}", i), server.port),
                                         {.bind = lab::at("127.0.0.1", 0)}));
    return sockets;
}

void check_every_row(const lab::Report& report)
{
    for (const nlohmann::json& row : report.rows("tuples"))
        BOOST_TEST(row.at("left") == lab::given_to_tuple(row, range), row.dump());
}

BOOST_FIXTURE_TEST_SUITE(held_ports, SmallRange, *lab::needs({lab::Feature::local_port_range}))

BOOST_AUTO_TEST_CASE(ok_with_22_left_after_42_connections_that_bound_first)
{
    const Sockets sockets = proxied(42);
    const lab::Report report = lab::report_of({program, "--top=100"});
    BOOST_TEST(report.exit_code == 0);
    BOOST_TEST(report.metric("usage") == 65.6);
    BOOST_TEST(report.metric("left") == 22);
    BOOST_TEST(report.metric("held") == 42);
    BOOST_TEST(report.rows("tuples").size() == 42U);
    check_every_row(report);
}

BOOST_AUTO_TEST_CASE(warning_with_21_left_after_43_connections_that_bound_first)
{
    const Sockets sockets = proxied(43);
    const lab::Report report = lab::report_of({program, "--top=100"});
    BOOST_TEST(report.exit_code == 1);
    BOOST_TEST(report.metric("usage") == 67.2);
    BOOST_TEST(report.metric("left") == 21);
    BOOST_TEST(report.metric("held") == 43);
    check_every_row(report);
}

BOOST_AUTO_TEST_CASE(a_tuple_with_two_connections_has_37_left_of_64_if_25_are_held)
{
    Sockets sockets;
    for (int i = 0; i < 25; ++i)
        sockets.push_back(lab::connected(server, {.bind = lab::at("127.0.0.1", 0)}));
    const Sockets plain = lab::connected_times(10, server);
    for (std::size_t i = 0; i < 2; ++i) {
        lab::Attempt sharing =
            lab::try_connect_on(lab::local_endpoint(plain.at(i)).port, server,
                                {.bind = lab::at("10.9.0.1", 0), .no_port = true});
        BOOST_REQUIRE(sharing);
        sockets.push_back(std::move(sharing.socket));
    }
    const lab::Report report = lab::report_of({program});
    BOOST_TEST(report.metric("left") == 29);
    BOOST_TEST(report.metric("held") == 25);
    BOOST_TEST(report.tuple("10.9.0.1", "127.0.0.1:5432").at("left") == 37);
    check_every_row(report);
}

BOOST_AUTO_TEST_CASE(four_are_left_for_everybody_beside_60_sockets_that_are_bound_only)
{
    Sockets bound;
    for (int i = 0; i < 60; ++i)
        bound.push_back(lab::bound({.bind = lab::at("127.0.0.1", 0)}));
    for (const char* const reader : {"--reader=sock_diag", "--reader=procfs"}) {
        const lab::Report report = lab::report_of({program, reader});
        BOOST_TEST(report.exit_code == 2);
        BOOST_TEST(report.metric("left") == 4);
        BOOST_TEST(report.metric("held") == 60);
    }
}

BOOST_AUTO_TEST_CASE(held_ports_are_found_if_tcp_fastopen_is_off_too)
{
    const Sockets sockets = proxied(42);
    lab::set_sysctl("tcp_fastopen", "0");
    const lab::Report report = lab::report_of({program});
    BOOST_TEST(report.metric("left") == 22);
    BOOST_TEST(report.metric("held") == 42);
}

/// What fills a host, one port a step.
struct Filling {
    const char* name;
    std::function<void(Sockets&)> step;
    bool holds;
};

/// Takes all ports of a range of 32 one by one; after each, the figures must be one further,
/// whatever state and threshold they are in.
void check_that_left_falls_by_one(const Filling& filling)
{
    BOOST_TEST_INFO_SCOPE(filling.name);
    constexpr std::size_t size = 32;
    lab::set_sysctl("ip_local_port_range", "40000 40031");
    Sockets sockets;
    for (std::size_t taken = 0; taken <= size; ++taken) {
        BOOST_TEST_INFO_SCOPE(taken << " taken");
        if (taken > 0)
            filling.step(sockets);
        const lab::Report ports = lab::report_of({program});
        BOOST_TEST(ports.metric("left") == size - taken);
        BOOST_TEST(ports.metric("used") == taken);
        BOOST_TEST(ports.metric("held") == (filling.holds ? taken : 0));
        BOOST_TEST(!ports.has("left_least"));
        BOOST_TEST(ports.exit_code == (taken > 28 ? 2 : taken > 21 ? 1 : 0));
        const lab::Report binds = lab::report_of({"plugins/check_ephemeral_binds"});
        BOOST_TEST(binds.metric("tcp_left") == size - taken);
    }
}

BOOST_AUTO_TEST_CASE(left_falls_by_one_with_every_connection)
{
    check_that_left_falls_by_one(
        {"plain", [](Sockets& sockets) { sockets.push_back(lab::connected(server)); }, false});
}

BOOST_AUTO_TEST_CASE(left_falls_by_one_with_every_connection_that_bound_first)
{
    check_that_left_falls_by_one({"bound first",
                                  [](Sockets& sockets) {
                                      const auto number = sockets.size() + 1;
                                      sockets.push_back(lab::connected(
                                          lab::at(fmt::format("127.0.1.{}", number), server.port),
                                          {.bind = lab::at("127.0.0.1", 0)}));
                                  },
                                  true});
}

BOOST_AUTO_TEST_CASE(left_falls_by_one_with_every_socket_that_is_bound_only)
{
    check_that_left_falls_by_one(
        {"bound only",
         [](Sockets& sockets) { sockets.push_back(lab::bound({.bind = lab::at("127.0.0.1", 0)})); },
         true});
}

BOOST_FIXTURE_TEST_CASE(left_falls_by_one_with_every_time_wait, SmallRange)
{
    lab::set_sysctl("tcp_tw_reuse", "0");
    check_that_left_falls_by_one(
        {"TIME_WAIT", [&](Sockets& /*sockets*/) { lab::churn(1, server, listener); }, false});
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace
