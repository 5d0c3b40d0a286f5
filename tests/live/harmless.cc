// A check leaves the host as it was: the same ports are held after it as before, whatever it is
// asked to do.
//
// 16 ports, each with a plain connection on it. A bind() to another local address that succeeds on
// such a port makes it a held one, before Linux 6.18 for as long as the connection lives; so no
// check may ask like this.
#include <boost/test/unit_test.hpp>
#include <fmt/format.h>

#include "tests/live/lab.h"
#include "tests/live/runs.h"

namespace {

constexpr net::PortRange range = {40000, 40015};
using Options = std::vector<std::string>;

struct FullHost {
    lab::Namespace network{range};
    lab::FileDescriptor listener = lab::listening(lab::at("0.0.0.0", 5432));
    std::vector<lab::FileDescriptor> connections =
        lab::connected_times(range.size(), lab::at("127.0.0.1", 5432));
};

/// The ports that a new destination could have: those that are not held.
std::string free_ports()
{
    return net::format_port_list(lab::ask_connect(lab::at("127.77.77.77", 9), range));
}

const std::vector<Options> with_options = {
    {"check_ephemeral_ports", "--held=ask", "--top=100", "-v"},
    {"check_ephemeral_ports", "--held=count"},
    {"check_ephemeral_ports", "--reader=procfs"},
    {"check_ephemeral_ports", "--projected-critical=100", "--in-doubt=used"},
    {"check_ephemeral_ports", "--time-wait=count"},
    {"check_ephemeral_ports", "-4", "--source=10.9.0.1"},
    {"check_ephemeral_binds", "--protocol=tcp", "--top=100", "-v"},
    {"check_ephemeral_binds", "--protocol=udp"},
    {"check_ephemeral_binds", "--reader=procfs"},
    {"check_ephemeral_timewait", "--detail=none"},
    {"check_ephemeral_nat", "--ports=40000-40063", "-v"},
    {"check_ephemeral_range", "--rfc6335", "--reader=procfs"},
    {"check_ephemeral_probe", "127.0.0.1:5432", "127.0.0.1:5433"},
    {"check_ephemeral_probe", "--source=10.9.0.1", "127.0.0.1:5432"},
    {"check_ephemeral_probe", "--bind"},
    {"check_ephemeral_probe", "--bind", "--source=127.0.0.1"},
    {"check_ephemeral_probe", "--bind", "--source=10.9.0.1"},
    {"check_ephemeral_probe", "--bind", "--source=::1"},
    {"check_ephemeral_probe", "--bind", "--source=10.9.0.1", "127.0.0.1:5433"},
    {"check_ephemeral_probe", "--bind", "--protocol=udp"},
    {"check_ephemeral_probe", "--protocol=udp", "127.0.0.1:53"}};

/// Each check that was built, by itself and with options.
std::vector<Options> list_commands()
{
    std::vector<Options> commands;
    for (const lab::Run& run : lab::runs_that_answer())
        commands.push_back(run.command());
    for (Options command : with_options) {
        command.front() = "plugins/" + command.front();
        commands.push_back(command);
    }
    return commands;
}

BOOST_FIXTURE_TEST_SUITE(harmless, FullHost)

BOOST_AUTO_TEST_CASE(the_same_ports_are_held_after_every_check_with_every_option)
{
    BOOST_TEST(free_ports() == "40000-40015");
    for (const Options& command : list_commands()) {
        BOOST_TEST_INFO_SCOPE(fmt::format("{}", fmt::join(command, " ")));
        const lab::Output output = lab::run(command);
        BOOST_TEST(output.exit_code <= 2, output.text);
        BOOST_TEST(free_ports() == "40000-40015");
    }
}

BOOST_AUTO_TEST_CASE(the_same_ports_are_held_after_checks_beside_sockets_that_hold_some)
{
    network = lab::Namespace{range};
    listener = lab::listening(lab::at("0.0.0.0", 5432));
    connections = lab::connected_times(8, lab::at("127.0.0.1", 5432));
    connections.push_back(lab::bound({.bind = lab::at("127.0.0.1", 0)}));
    connections.push_back(
        lab::connected(lab::at("127.0.0.2", 5432), {.bind = lab::at("127.0.0.1", 0)}));
    const std::string before = free_ports();
    for (const Options& command : list_commands()) {
        BOOST_TEST_INFO_SCOPE(fmt::format("{}", fmt::join(command, " ")));
        lab::run(command);
        BOOST_TEST(free_ports() == before);
    }
}

BOOST_AUTO_TEST_CASE(nothing_is_sent_by_any_check)
{
    const auto before = lab::tcp_counters();
    for (const Options& command : list_commands()) {
        BOOST_TEST_INFO_SCOPE(fmt::format("{}", fmt::join(command, " ")));
        lab::run(command);
        BOOST_TEST(lab::tcp_counters() == before);
    }
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace
