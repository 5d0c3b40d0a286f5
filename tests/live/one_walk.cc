// The kernel's table of TCP sockets is walked once in a run of any check, in every state.
#include <set>

#include <boost/test/unit_test.hpp>
#include <fmt/format.h>

#include "tests/live/lab.h"
#include "tests/live/runs.h"
#include "tests/live/tracer.h"

namespace {

using Options = std::vector<std::string>;

/// A host with one destination whose ports are gone and the closes of a busy minute.
struct Host {
    lab::Namespace network;
    lab::FileDescriptor listener = lab::listening(lab::at("0.0.0.0", 5432));
    std::vector<lab::FileDescriptor> bound_first;
    std::vector<lab::FileDescriptor> accepted;

    Host()
    {
        lab::set_sysctl("tcp_tw_reuse", "0");
        for (int i = 0; i < 5; ++i) {
            bound_first.push_back(
                lab::connected(lab::at("127.0.0.1", 5432), {.bind = lab::at("127.0.0.1", 0)}));
            accepted.push_back(lab::accepted(listener));
        }
        lab::churn(20, lab::at("127.0.0.2", 5432), listener);
    }
};

struct Case {
    Options command;
    int exit_code;
};

/// Each check in every state, with and without what once cost further walks.
const std::vector<Case> cases = {
    // First, on a slow machine, too: its rate is that of the last seconds.
    {{"check_ephemeral_ports", "--projected-critical=100"}, 2},
    {{"check_ephemeral_ports"}, 0},
    {{"check_ephemeral_ports", "-w", "5"}, 1},
    {{"check_ephemeral_ports", "-c", "5"}, 2},
    {{"check_ephemeral_ports", "--projected-warning=1000000", "--projected-critical=2000000"}, 0},
    {{"check_ephemeral_ports", "-c", "5", "--projected-critical=100", "--top=100", "-v"}, 2},
    {{"check_ephemeral_ports", "-c", "5", "--held=count"}, 2},
    {{"check_ephemeral_ports", "-c", "5", "--destination=127.0.0.2:5432"}, 2},
    {{"check_ephemeral_binds"}, 0},
    {{"check_ephemeral_binds", "-c", "5"}, 2},
    {{"check_ephemeral_timewait"}, 0},
    {{"check_ephemeral_timewait", "-c", "5", "--top=100", "-v"}, 2},
    {{"check_ephemeral_range", "-w", "1:", "-c", "1:"}, 0},
    {{"check_ephemeral_range"}, 2}};

Options make_command(const Case& one, const Options& more = {})
{
    Options command = one.command;
    command.front() = "plugins/" + command.front();
    command.insert(command.end(), more.begin(), more.end());
    return command;
}

BOOST_FIXTURE_TEST_SUITE(one_walk, Host)

BOOST_AUTO_TEST_CASE(each_check_asks_for_one_dump_of_tcp_sockets_in_every_state)
{
    for (const Case& one : cases) {
        const Options command = make_command(one);
        BOOST_TEST_INFO_SCOPE(fmt::format("{}", fmt::join(command, " ")));
        const lab::Calls walks = lab::trace_calls(command);
        BOOST_TEST(walks.exit_code == one.exit_code);
        BOOST_TEST(walks.dumps == 1);
        BOOST_TEST(walks.proc_files == 0);
    }
}

BOOST_AUTO_TEST_CASE(each_check_reads_both_files_of_proc_once_if_it_reads_those)
{
    for (const Case& one : cases) {
        const Options command = make_command(one, {"--reader=procfs"});
        BOOST_TEST_INFO_SCOPE(fmt::format("{}", fmt::join(command, " ")));
        const lab::Calls walks = lab::trace_calls(command);
        BOOST_TEST(walks.exit_code == one.exit_code);
        BOOST_TEST(walks.dumps == 0);
        BOOST_TEST(walks.proc_files == 2);
    }
}

BOOST_AUTO_TEST_CASE(one_dump_is_enough_with_a_tuple_whose_reuse_has_to_be_proved)
{
    lab::churn(20, lab::at("10.9.0.1", 5432), listener,
               {.bind = lab::at("10.9.0.1", 0), .no_port = true});
    lab::set_sysctl("tcp_tw_reuse", "1");
    BOOST_TEST(lab::trace_calls({"plugins/check_ephemeral_ports"}).dumps == 1);
}

BOOST_AUTO_TEST_CASE(no_check_that_was_built_asks_for_a_second_dump_with_or_without_an_alarm)
{
    std::set<int> states;
    for (const Options& threshold : {Options{}, {"-w", "@~:", "-c", "~:"}, {"-c", "@~:"}}) {
        for (const lab::Run& run : lab::runs_that_answer(threshold)) {
            if (run.check == "namespaces")
                continue; // each of them has a table of its own
            BOOST_TEST_INFO_SCOPE(fmt::format("{}", fmt::join(run.command(), " ")));
            const lab::Calls walks = lab::trace_calls(run.command());
            states.insert(walks.exit_code);
            BOOST_TEST(walks.dumps <= 1);
            BOOST_TEST(walks.proc_files == 0);
        }
    }
    BOOST_TEST((states == std::set<int>{0, 1, 2}));
}

BOOST_AUTO_TEST_CASE(no_dump_is_asked_for_by_a_check_that_needs_no_tcp_socket)
{
    const std::vector<Options> commands = {{"plugins/check_ephemeral_timewait", "--detail=none"},
                                           {"plugins/check_ephemeral_binds", "--protocol=udp"},
                                           {"plugins/check_ephemeral_probe", "127.0.0.1:80"}};
    for (const Options& command : commands) {
        BOOST_TEST_INFO_SCOPE(fmt::format("{}", fmt::join(command, " ")));
        const lab::Calls walks = lab::trace_calls(command);
        BOOST_TEST(walks.exit_code == 0);
        BOOST_TEST(walks.dumps == 0);
        BOOST_TEST(walks.proc_files == 0);
    }
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace
