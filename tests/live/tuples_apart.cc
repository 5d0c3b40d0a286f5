// Whose port is whose: tuples on a device and their twins, ranges of an odd number of ports, and
// the questions of other checks, which are nobody's connections.
#include <boost/test/unit_test.hpp>

#include "tests/live/features.h"
#include "tests/live/lab.h"
#include "tests/live/report.h"

namespace {

const std::string program = "plugins/check_ephemeral_ports";
const lab::Endpoint server = lab::at("127.0.0.1", 5432);
constexpr net::PortRange range = {40000, 40063};
constexpr unsigned loopback_device = 1;
using Sockets = std::vector<lab::FileDescriptor>;

struct SmallRange {
    lab::Namespace network;
    lab::FileDescriptor listener = lab::listening(lab::at("0.0.0.0", server.port));
};

BOOST_FIXTURE_TEST_SUITE(tuples_apart, SmallRange)

BOOST_AUTO_TEST_CASE(critical_if_a_tuple_on_a_device_and_its_twin_without_one_have_all_ports)
{
    const Sockets plain = lab::connected_times(24, server);
    const Sockets on_device = lab::connected_times(40, server, {.device = "lo"});
    BOOST_TEST(lab::try_connect(server, {.device = "lo", .deferred = true}).error == EADDRNOTAVAIL);
    const lab::Report report = lab::report_of({program});
    BOOST_TEST(report.exit_code == 2);
    BOOST_TEST(report.metric("left") == 0);
    const nlohmann::json& one = report.tuple("127.0.0.1", "127.0.0.1:5432", loopback_device);
    BOOST_TEST(one.at("left") == 0);
    BOOST_TEST(lab::find_contradiction(report).empty());
    const nlohmann::json& twin = report.tuple("127.0.0.1", "127.0.0.1:5432");
    BOOST_TEST(twin.at("left") == 40);
    BOOST_TEST(twin.at("left") == lab::given_to_tuple(twin, range));
}

BOOST_AUTO_TEST_CASE(ports_that_a_tuple_on_a_device_and_its_twin_share_are_used_once)
{
    const Sockets on_device = lab::connected_times(10, server, {.device = "lo", .deferred = true});
    Sockets plain;
    for (std::size_t i = 0; i < 10; ++i) {
        // Five of them on ports of the twin.
        const std::size_t port = lab::local_endpoint(on_device.at(i % 5)).port + i / 5;
        lab::Attempt one =
            lab::try_connect_on(static_cast<std::uint16_t>(port), server, {.deferred = true});
        BOOST_REQUIRE(one);
        plain.push_back(std::move(one.socket));
    }
    const lab::Report report = lab::report_of({program});
    for (const nlohmann::json& row : report.rows("tuples"))
        BOOST_TEST(row.at("left") == lab::given_to_tuple(row, range), row.dump());
    BOOST_TEST(report.rows("tuples").size() == 2U);
    BOOST_TEST(lab::find_contradiction(report).empty());
}

/// 64 ports are taken, and the range has one more, below them.
struct OddRange : SmallRange {
    OddRange() { lab::set_sysctl("ip_local_port_range", "40001 40064"); }
    static void widen() { lab::set_sysctl("ip_local_port_range", "40000 40064"); }
};

BOOST_FIXTURE_TEST_CASE(no_port_is_left_for_connect_if_only_the_lowest_of_an_odd_range_is_free,
                        OddRange)
{
    const Sockets connections = lab::connected_times(64, server);
    widen();
    const lab::Report report = lab::report_of({program});
    BOOST_TEST(report.metric("range_size") == 64);
    BOOST_TEST(report.metric("left") == 0);
    BOOST_TEST(report.exit_code == 2);
    // One start offset in 32 finds it, and that port does not change until one is given.
    std::size_t given = 0;
    for (int source = 1; source <= 20; ++source)
        given += lab::try_connect(server, {.deferred = true}) ? 1 : 0;
    BOOST_TEST(given < 20U);
}

BOOST_FIXTURE_TEST_CASE(no_port_is_left_for_bind_if_only_the_lowest_of_an_odd_range_is_free,
                        OddRange, *lab::needs({lab::Feature::local_port_range}))
{
    Sockets bound;
    for (int i = 0; i < 64; ++i)
        bound.push_back(lab::bound({.bind = lab::at("0.0.0.0", 0)}));
    widen();
    const lab::Report report = lab::report_of({"plugins/check_ephemeral_binds"});
    BOOST_TEST(report.metric("tcp_left") == 0);
    BOOST_TEST(report.metric("udp_left") == 65); // UDP's search visits all of them
    std::size_t given = 0;
    for (int i = 0; i < 40; ++i)
        given += lab::try_bind({.bind = lab::at("0.0.0.0", 0)}) ? 1 : 0;
    BOOST_TEST(given < 40U);
}

BOOST_AUTO_TEST_CASE(one_port_is_left_in_a_range_of_one)
{
    lab::set_sysctl("ip_local_port_range", "40000 40000");
    const lab::Report report = lab::report_of({program});
    BOOST_TEST(report.metric("range_size") == 1);
    BOOST_TEST(report.metric("left") == 1);
    BOOST_TEST(static_cast<bool>(lab::try_connect(server)));
}

BOOST_AUTO_TEST_CASE(all_ports_are_left_while_other_checks_ask_about_them)
{
    Sockets questions;
    for (std::uint16_t port = 40000; port < 40020; ++port) {
        lab::Attempt question = lab::try_connect_on(port, lab::at("127.66.1.2", 1),
                                                    {.reuse_address = true, .deferred = true});
        BOOST_REQUIRE(question);
        questions.push_back(std::move(question.socket));
    }
    for (const char* const reader : {"--reader=sock_diag", "--reader=procfs"}) {
        const lab::Report ports = lab::report_of({program, reader});
        BOOST_TEST(ports.metric("tuples") == 0);
        BOOST_TEST(ports.metric("sockets") == 0);
        BOOST_TEST(ports.metric("left") == 64);
        BOOST_TEST(ports.rows("tuples").empty());
        const lab::Report binds = lab::report_of({"plugins/check_ephemeral_binds", reader});
        BOOST_TEST(binds.metric("tcp_left") == 64);
    }
}

BOOST_AUTO_TEST_CASE(a_connection_to_that_network_is_a_connection)
{
    const lab::FileDescriptor there = lab::listening(lab::at("127.66.1.2", 1));
    const Sockets connections = lab::connected_times(3, lab::at("127.66.1.2", 1));
    const lab::Report report = lab::report_of({program});
    BOOST_TEST(report.metric("tuples") == 1);
    BOOST_TEST(report.metric("left") == 61);
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace
