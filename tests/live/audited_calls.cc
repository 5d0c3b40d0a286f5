// What a host that logs the calls of sockets (auditd, eBPF) gets to log of each check in a run, in
// several states: the bounds that docs/audit.md states.
#include <set>

#include <boost/test/unit_test.hpp>
#include <fmt/format.h>

#include "tests/live/features.h"
#include "tests/live/lab.h"
#include "tests/live/runs.h"
#include "tests/live/tracer.h"

namespace {

constexpr int plain = 20;
constexpr int held = 15;
constexpr int ports_in_use = plain + held;

struct Bounds {
    std::vector<std::string> command;
    int sockets;
    int binds;
    int least_binds = 1;
};

/// The rows of docs/audit.md that ask about no port by connect().
const std::vector<Bounds> quiet = {{{"plugins/check_ephemeral_ports", "--held=count"}, 2, 2},
                                   {{"plugins/check_ephemeral_binds"}, 3, 3},
                                   {{"plugins/check_ephemeral_timewait"}, 1, 1},
                                   {{"plugins/check_ephemeral_probe", "--bind"}, 8, 8}};

/// With rows of their own there. What it says of each other check holds for all that are built.
const std::set<std::string> with_rows = {"ports", "binds", "timewait", "namespaces", "probe"};

std::vector<Bounds> list_quiet()
{
    std::vector<Bounds> all = quiet;
    for (const lab::Run& run : lab::runs_that_answer()) {
        if (!with_rows.contains(run.check))
            all.push_back({run.command(), 2, 2, 0});
    }
    return all;
}

void expect_quiet()
{
    for (const Bounds& bounds : list_quiet()) {
        BOOST_TEST_INFO_SCOPE("docs/audit.md says how many calls there are of "
                              << fmt::format("{}", fmt::join(bounds.command, " ")));
        const lab::Calls calls = lab::trace_calls(bounds.command);
        BOOST_TEST(calls.exit_code <= 2);
        BOOST_TEST(calls.connects == 0);
        BOOST_TEST(calls.binds >= bounds.least_binds);
        BOOST_TEST(calls.binds <= bounds.binds);
        BOOST_TEST(calls.sockets <= bounds.sockets);
    }
}

struct Host {
    lab::Namespace network;
    lab::FileDescriptor listener = lab::listening(lab::at("0.0.0.0", 5432));
};

struct BusyHost : Host {
    std::vector<lab::FileDescriptor> connections =
        lab::connected_times(plain, lab::at("127.0.0.1", 5432));
    std::vector<lab::FileDescriptor> bound_first =
        lab::connected_times(held, lab::at("127.0.0.2", 5432), {.bind = lab::at("127.0.0.1", 0)});
};

/// One question for each port that is in use, one more that tries whether the kernel can be asked;
/// and before a question, connect(AF_UNSPEC) frees the socket of a port that was given.
void expect_questions(int ports)
{
    const lab::Calls calls = lab::trace_calls({"plugins/check_ephemeral_ports"});
    BOOST_TEST(calls.exit_code <= 2);
    BOOST_TEST(calls.connects >= ports);
    BOOST_TEST(calls.connects <= 2 * ports + 1);
    BOOST_TEST(calls.binds <= 2);
    BOOST_TEST(calls.sockets <= 4);
}

BOOST_AUTO_TEST_SUITE(audited_calls)

BOOST_FIXTURE_TEST_CASE(no_connect_on_an_idle_host, Host, *lab::needs({lab::Feature::bound_shown}))
{
    expect_quiet();
    BOOST_TEST(lab::trace_calls({"plugins/check_ephemeral_ports"}).connects == 0);
}

BOOST_FIXTURE_TEST_CASE(no_connect_but_of_check_ephemeral_ports_on_a_busy_host, BusyHost,
                        *lab::needs({lab::Feature::bound_shown}))
{
    expect_quiet();
}

BOOST_FIXTURE_TEST_CASE(two_connects_and_no_more_for_each_port_in_use, BusyHost,
                        *lab::needs({lab::Feature::local_port_range, lab::Feature::bound_shown}))
{
    expect_questions(ports_in_use);
}

BOOST_FIXTURE_TEST_CASE(two_connects_for_each_port_in_use_if_syns_cannot_be_put_off, BusyHost,
                        *lab::needs({lab::Feature::local_port_range, lab::Feature::bound_shown}))
{
    lab::set_sysctl("tcp_fastopen", "0");
    expect_questions(ports_in_use);
}

BOOST_FIXTURE_TEST_CASE(two_connects_for_each_port_in_time_wait, Host,
                        *lab::needs({lab::Feature::local_port_range, lab::Feature::bound_shown}))
{
    lab::set_sysctl("tcp_tw_reuse", "0"); // none takes over another
    lab::churn(plain, lab::at("127.0.0.1", 5432), listener);
    expect_questions(plain);
    expect_quiet();
}

BOOST_FIXTURE_TEST_CASE(up_to_eight_connects_for_each_destination_of_the_probe, BusyHost)
{
    const lab::Calls calls =
        lab::trace_calls({"plugins/check_ephemeral_probe", "127.0.0.1:5432", "127.0.0.1:5433"});
    BOOST_TEST(calls.exit_code <= 2);
    BOOST_TEST(calls.connects >= 2);
    BOOST_TEST(calls.connects <= 2 * 8);
    BOOST_TEST(calls.binds == 0);
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace
