// Every system call that a check makes fails once, in every way that a kernel, a seccomp filter or
// a host that is short of something may let it fail. What must come of it: one line, a state of the
// guidelines, and no figure that the kernel would contradict.
//
// Usage: faults [PART], in the build folder: of all commands, or of those with PART in them. Run by
// `make check-faults`. Closes with its counts. SEED chooses which of many calls of one kind fail.
#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <exception>
#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <random>
#include <sched.h>
#include <seccomp.h>
#include <set>
#include <string>
#include <string_view>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>
#include <vector>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "tests/faults/host.h"
#include "tests/faults/injection.h"
#include "tests/faults/outcome.h"
#include "tests/live/lab.h"
#include "tests/live/system_call.h"

namespace {

using faults::Fault;
using faults::Healthy;
using faults::Outcome;
using faults::Result;

constexpr std::array errors = {EPERM, EACCES, ENOSYS, EINTR, EAGAIN, ENOMEM, ENOBUFS, EMFILE, EIO};

/// Calls that the kernel lets fail in no way that a program could meet.
const std::set<long> infallible = {
    SYS_exit_group, SYS_exit,   SYS_rt_sigreturn, SYS_futex,  SYS_getpid,
    SYS_gettid,     SYS_getuid, SYS_geteuid,      SYS_getgid, SYS_getegid,
#ifdef SYS_alarm
    SYS_alarm,
#endif
    SYS_brk, // gives the old end if it fails, and no error
};

/// Which of `calls` calls of one kind fail: the first few, the last two, and some between.
std::set<int> choose_occurrences(int calls, std::mt19937& random)
{
    constexpr int first = 3;
    constexpr int between = 2;
    std::set<int> chosen;
    for (int i = 1; i <= std::min(first, calls); ++i)
        chosen.insert(i);
    for (int i = std::max(calls - 1, 1); i <= calls; ++i)
        chosen.insert(i);
    for (int i = 0; i < between; ++i)
        chosen.insert(1 + static_cast<int>(random() % static_cast<unsigned>(calls)));
    return chosen;
}

std::vector<Fault> make_faults(const std::map<long, int>& calls, std::mt19937& random)
{
    std::vector<Fault> made;
    for (const auto& [number, times] : calls) {
        if (infallible.contains(number))
            continue;
        for (const int occurrence : choose_occurrences(times, random)) {
            for (const int error : errors)
                made.push_back({number, occurrence, error});
            if (number == SYS_read || number == SYS_write)
                made.push_back({.number = number, .occurrence = occurrence, .is_short = true});
        }
    }
    return made;
}

struct Counts {
    std::map<Outcome, std::size_t> outcomes;
    [[nodiscard]] std::size_t of(Outcome outcome) const
    {
        const auto found = outcomes.find(outcome);
        return found == outcomes.end() ? 0 : found->second;
    }
};

std::string name_of(long call)
{
    const std::unique_ptr<char, void (*)(void*)> name(
        seccomp_syscall_resolve_num_arch(SCMP_ARCH_NATIVE, static_cast<int>(call)), std::free);
    return name ? name.get() : fmt::format("system call {}", call);
}

Counts fail_each_call(const std::vector<std::string>& command, std::mt19937& random)
{
    Counts counts;
    const Healthy healthy = faults::find_healthy(command);
    for (const Fault& fault : make_faults(healthy.run.calls, random)) {
        const Result result = faults::judge(healthy, fault, faults::run(command, fault).output);
        ++counts.outcomes[result.outcome];
        if (result.outcome == Outcome::wrong)
            fmt::print("FAILED {}: {} number {}, {}: {}\n", fmt::join(command, " "),
                       name_of(fault.number), fault.occurrence,
                       fault.is_short ? "short" : std::strerror(fault.error), result.why);
    }
    fmt::print("{:6} {:8} {:8} {:6}  {}\n", counts.of(Outcome::same), counts.of(Outcome::hedged),
               counts.of(Outcome::unknown), counts.of(Outcome::wrong), fmt::join(command, " "));
    std::fflush(stdout);
    return counts;
}

const std::vector<std::vector<std::string>> with_options = {
    {"plugins/check_ephemeral_ports", "--reader=procfs"},
    {"plugins/check_ephemeral_ports", "--held=count"},
    {"plugins/check_ephemeral_probe", "127.0.0.1:5432"},
    {"plugins/check_ephemeral_probe", "--bind"},
};

/// Every check that was built, by itself and with options that lead another way. The probe wants a
/// destination, and is UNKNOWN without.
std::vector<std::vector<std::string>> list_commands()
{
    std::vector<std::vector<std::string>> commands = with_options;
    for (const auto& entry : std::filesystem::directory_iterator("plugins")) {
        const std::string name = entry.path().filename();
        if (name.starts_with("check_") && name.find('.') == std::string::npos &&
            name != "check_ephemeral_probe")
            commands.push_back({entry.path()});
    }
    std::ranges::sort(commands);
    return commands;
}

/// Which part of a command's name is the key in `lacks`; nothing if it can be run.
std::optional<std::string> find_lack(const std::vector<std::string>& command,
                                     const std::map<std::string, std::string>& lacks)
{
    for (const auto& [what, why] : lacks) {
        if (command.front().ends_with(what))
            return fmt::format("{}: {}", command.front(), why);
    }
    return std::nullopt;
}

int fail_all(std::string_view part, bool alone)
{
    const char* const given = std::getenv("SEED");
    const auto seed = static_cast<std::mt19937::result_type>(
        given != nullptr ? std::strtoul(given, nullptr, 10) : std::random_device()());
    fmt::print("SEED={}\n  same   hedged  UNKNOWN  wrong\n", seed);
    std::mt19937 random(seed);
    std::map<std::string, std::string> lacks;
    const faults::Host host(lacks);
    if (!alone)
        lacks.emplace("_namespaces", "other processes cannot be hidden from it");
    std::size_t right = 0;
    std::size_t wrong = 0;
    std::size_t skipped = 0;
    if (const auto lack = lacks.find("IPv6"); lack != lacks.end()) {
        fmt::print("SKIPPED IPv6: {}\n", lack->second);
        ++skipped;
    }
    for (const std::vector<std::string>& command : list_commands()) {
        if (fmt::format("{}", fmt::join(command, " ")).find(part) == std::string::npos)
            continue;
        if (const auto lack = find_lack(command, lacks)) {
            fmt::print("SKIPPED {}\n", *lack);
            ++skipped;
            continue;
        }
        const Counts counts = fail_each_call(command, random);
        wrong += counts.of(Outcome::wrong);
        right +=
            counts.of(Outcome::same) + counts.of(Outcome::hedged) + counts.of(Outcome::unknown);
    }
    fmt::print("{} passed, {} failed, {} skipped\n", right, wrong, skipped);
    return wrong == 0 && right > 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}

/// Goes on in a process that sees no others, whose network namespaces would come and go, and ends
/// with it. Returns whether the kernel allows that.
bool hide_other_processes()
{
    if (unshare(CLONE_NEWPID | CLONE_NEWNS) != 0)
        return false;
    const pid_t first = fork();
    lab::check(first >= 0, "fork");
    if (first > 0) {
        int status = 0;
        lab::check(waitpid(first, &status, 0) == first, "waitpid");
        _exit(WIFEXITED(status) ? WEXITSTATUS(status) : EXIT_FAILURE);
    }
    // The first process of a PID namespace gets no signal that it does not wait for.
    lab::check(prctl(PR_SET_PDEATHSIG, SIGKILL) == 0, "PR_SET_PDEATHSIG");
    // Of the mount that we change alone: in a chroot, / need not be one.
    return mount(nullptr, "/proc", nullptr, MS_PRIVATE, nullptr) == 0 &&
           mount("proc", "/proc", "proc", 0, nullptr) == 0;
}

/// As the live tests do: it fails in CI, and is skipped aloud elsewhere.
int skip(const std::string& why)
{
    const bool fails = std::getenv("CI") != nullptr;
    fmt::print("{}: {}\n0 passed, {} failed, {} skipped\n", fails ? "FAILED" : "SKIPPED", why,
               fails ? 1 : 0, fails ? 0 : 1);
    return fails ? EXIT_FAILURE : EXIT_SUCCESS;
}

} // namespace

int main(int argc, char* argv[])
{
    try {
        if (const std::string obstacle = faults::find_obstacle(); !obstacle.empty())
            return skip(obstacle);
        if (!lab::enter())
            return skip("this host refuses network namespaces (unshare -Urn)");
        const bool alone = hide_other_processes();
        return fail_all(argc > 1 ? argv[1] : "", alone);
    } catch (const std::exception& error) {
        fmt::print("FAILED: {}\n0 passed, 1 failed, 0 skipped\n", error.what());
        return EXIT_FAILURE;
    }
}
