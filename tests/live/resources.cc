// A host, or a service's limits, that leave a check little of what it needs. Each check still ends
// with an answer: one line if it is UNKNOWN, and what to do about it; and if it judges, it has the
// figures that it has on a healthy host.
//
// With fewer than 4 descriptors the loader cannot open the libraries: nothing of a check has begun.
#include <csignal>
#include <functional>
#include <regex>
#include <sched.h>
#include <string>
#include <sys/mount.h>
#include <sys/resource.h>
#include <unistd.h>
#include <vector>

#include <boost/test/unit_test.hpp>
#include <fmt/format.h>

#include "tests/live/features.h"
#include "tests/live/inhabited.h"
#include "tests/live/lab.h"
#include "tests/live/runs.h"
#include "tests/live/system_call.h"

namespace {

lab::Confinement limit(__rlimit_resource resource, rlim_t most)
{
    return [resource, most] {
        const rlimit both = {most, most};
        lab::check(setrlimit(resource, &both) == 0, "setrlimit");
    };
}

void empty_environment()
{
    *environ = nullptr;
}

/// All but those that cannot be.
void ignore_every_signal()
{
    for (int number = 1; number <= SIGRTMAX; ++number)
        std::signal(number, SIG_IGN);
}

void block_every_signal()
{
    sigset_t all;
    sigfillset(&all);
    lab::check(sigprocmask(SIG_SETMASK, &all, nullptr) == 0, "sigprocmask");
}

/// As a container that was given none.
void hide_proc()
{
    lab::check(unshare(CLONE_NEWNS) == 0, "unshare -m");
    // Of the mount that we change alone: in a chroot, / need not be one.
    lab::check(mount(nullptr, "/proc", nullptr, MS_PRIVATE, nullptr) == 0, "make /proc private");
    lab::check(mount("none", "/proc", "tmpfs", 0, nullptr) == 0, "a tmpfs on /proc");
}

/// As ProcSubset=pid of systemd.
void show_processes_alone()
{
    hide_proc();
    lab::check(mount("proc", "/proc", "proc", 0, "subset=pid") == 0, "subset=pid");
}

/// As a host that shows nobody the processes of others.
void hide_processes_of_others()
{
    hide_proc();
    lab::check(mount("proc", "/proc", "proc", 0, "hidepid=2") == 0, "hidepid=2");
    lab::become_nobody();
}

struct Need {
    std::string what;
    lab::Confinement confinement;
    std::string advice;         ///< what it says if it is UNKNOWN for that; empty if it may not be
    std::string sanitizer = {}; ///< what a sanitizer needs that is not there then
};

const std::vector<Need> needs = {
    {"4 descriptors", limit(RLIMIT_NOFILE, 4), "ulimit -n",
     "a pipe, to see whether an address is readable"},
    {"a stack of 256 KiB", limit(RLIMIT_STACK, 256U << 10U), ""},
    {"a stack of 128 KiB", limit(RLIMIT_STACK, 128U << 10U), ""},
    {"no environment", empty_environment, ""},
    {"no byte for a file", limit(RLIMIT_FSIZE, 0), ""},
    {"a strange locale", lab::set_environment("LC_ALL", "xx_YY.nonsense"), ""},
    {"every signal ignored", ignore_every_signal, ""},
    {"every signal blocked", block_every_signal, ""},
    {"nothing in /proc", hide_proc, "is /proc mounted and readable here?",
     "/proc/self/maps, to know its stack"},
    {"only processes in /proc", show_processes_alone, "is /proc mounted and readable here?"},
    {"hidden processes", hide_processes_of_others,
     "hides other users' processes (hidepid): ask as root"}};

/// All figures but the time that a search took.
std::string figures_of(const std::string& text)
{
    const std::string line = text.substr(0, text.find('\n'));
    return std::regex_replace(line.substr(line.find('|') + 1), std::regex("search_time=[^;]*"), "");
}

struct Host {
    lab::Namespace network;
    lab::FileDescriptor listener = lab::listening(lab::at("0.0.0.0", 5432));
    std::vector<lab::FileDescriptor> connections =
        lab::connected_times(50, lab::at("127.0.0.1", 5432));
    lab::Inhabited other{lab::with_connections(50)};

    /// Each check; of namespaces only one, as others come and go.
    [[nodiscard]] std::vector<std::vector<std::string>> commands() const
    {
        std::vector<std::vector<std::string>> commands;
        for (const lab::Run& run : lab::plain_runs())
            commands.push_back(run.check == "namespaces" ? lab::watching({&other}) : run.command());
        return commands;
    }
};

/// A clear answer: that of the healthy host, or UNKNOWN in one line with this advice.
void expect_answer(const lab::Output& output, const lab::Output& healthy, const std::string& advice)
{
    BOOST_TEST(output.error == "");
    if (output.exit_code == healthy.exit_code) {
        BOOST_TEST(figures_of(output.text) == figures_of(healthy.text));
        return;
    }
    BOOST_TEST(output.exit_code == 3, output.text);
    BOOST_TEST(output.text.find("UNKNOWN - ") != std::string::npos, output.text);
    BOOST_TEST(output.text.find('\n') == output.text.size() - 1, output.text);
    BOOST_TEST((!advice.empty() && output.text.find(advice) != std::string::npos), output.text);
}

/// A user namespace may not mount every kind of /proc.
bool can_be(const Need& need)
{
    if (lab::is_sanitized && !need.sanitizer.empty()) {
        fmt::print("SKIPPED {}: a sanitizer needs {}\n", need.what, need.sanitizer);
        return false;
    }
    const bool can = lab::holds_in_a_child([&] {
        need.confinement();
        return true;
    });
    if (!can)
        fmt::print("SKIPPED {}: not to be had here\n", need.what);
    return can;
}

/// Whether it judges this host if it lacks nothing.
bool is_judging(const lab::Output& healthy)
{
    const bool is = healthy.exit_code < 3;
    if (!is)
        fmt::print("SKIPPED what judges nothing here: {}", healthy.text);
    return is;
}

boost::test_tools::assertion_result can_limit_memory(boost::unit_test::test_unit_id /*test*/)
{
    boost::test_tools::assertion_result can(!lab::is_sanitized);
    can.message() << "a sanitizer takes terabytes of address space";
    return can;
}

BOOST_FIXTURE_TEST_SUITE(resources, Host)

BOOST_AUTO_TEST_CASE(an_answer_in_every_need)
{
    for (const std::vector<std::string>& command : commands()) {
        const lab::Output healthy = lab::run(command);
        if (!is_judging(healthy))
            continue;
        for (const Need& need : needs) {
            if (!can_be(need))
                continue;
            BOOST_TEST_INFO_SCOPE(command.front() << " with " << need.what);
            expect_answer(lab::run(command, {need.confinement}), healthy, need.advice);
        }
    }
}

BOOST_AUTO_TEST_CASE(a_closed_descriptor_changes_nothing_but_without_standard_output_it_is_unknown)
{
    for (const std::vector<std::string>& command : commands()) {
        const int healthy = lab::run(command).exit_code;
        for (const int closed : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) {
            BOOST_TEST_INFO_SCOPE(command.front() << " without descriptor " << closed);
            const lab::Output output = lab::run(command, {[closed] { close(closed); }});
            BOOST_TEST(output.exit_code == (closed == STDOUT_FILENO ? 3 : healthy));
        }
    }
}

/// From the least address space in which a check begins to what it needs.
BOOST_AUTO_TEST_CASE(healthy_or_out_of_memory_with_any_limit_of_memory,
                     *boost::unit_test::precondition(can_limit_memory))
{
    constexpr rlim_t step = 64U << 10U;
    constexpr rlim_t most = 64U << 20U;
    constexpr int enough = 3;
    for (const std::vector<std::string>& command : commands()) {
        const lab::Output healthy = lab::run(command);
        if (!is_judging(healthy))
            continue;
        const std::string version = lab::run({command.front(), "--version"}).text;
        rlim_t bytes = 4U << 20U;
        while (lab::run({command.front(), "--version"}, {limit(RLIMIT_AS, bytes)}).text != version)
            BOOST_REQUIRE((bytes += step) < most);
        std::size_t short_of_it = 0;
        for (int well = 0; well < enough; bytes += step) {
            BOOST_REQUIRE(bytes < most);
            BOOST_TEST_INFO_SCOPE(command.front() << " in " << (bytes >> 10U) << " KiB");
            const lab::Output output = lab::run(command, {limit(RLIMIT_AS, bytes)});
            expect_answer(output, healthy, "out of memory: raise its limit (ulimit -v");
            well = output.exit_code == healthy.exit_code ? well + 1 : 0;
            short_of_it += well == 0 ? 1 : 0;
        }
        BOOST_TEST_MESSAGE(command.front() << ": " << short_of_it << " steps short of memory");
    }
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace
