// Every system call that a check makes fails once, in every way that a kernel, a seccomp filter or
// a host that is short of something may let it fail. What must come of it: one line, a state of the
// guidelines, and no figure that the kernel would contradict.
//
// Usage: faults [PART], in the build folder: of all commands, or of those with PART in them. Run by
// `make check-faults`. Closes with its counts. SEED chooses which of many calls of one kind fail.
#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <exception>
#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <random>
#include <seccomp.h>
#include <set>
#include <string>
#include <string_view>
#include <sys/syscall.h>
#include <vector>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "common/text/words.h"
#include "tests/faults/injection.h"
#include "tests/live/lab.h"
#include "tests/live/nat_lab.h"

namespace {

using faults::Fault;
using faults::Run;

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

/// What a run came to: the figures of a healthy run, other ones or none with a word of why,
/// UNKNOWN, or what must not be.
enum class Outcome { same, hedged, unknown, wrong };

struct Healthy {
    Run run;
    std::map<std::string, std::string> figures; ///< those that are the same in every run
};

std::string first_line_of(const std::string& output)
{
    return output.substr(0, output.find('\n'));
}

/// The perfdata of the first line, by label.
std::map<std::string, std::string> figures_of(const std::string& output)
{
    std::map<std::string, std::string> figures;
    const std::string line = first_line_of(output);
    const std::size_t bar = line.find('|');
    if (bar == std::string::npos)
        return figures;
    for (const std::string_view word :
         text::split_at_spaces(std::string_view(line).substr(bar + 1))) {
        const std::size_t equals = word.find('=');
        figures[std::string(word.substr(0, equals))] = word.substr(equals + 1);
    }
    return figures;
}

Healthy find_healthy(const std::vector<std::string>& command)
{
    constexpr int runs = 4;
    Healthy healthy = {faults::run(command), {}};
    healthy.figures = figures_of(healthy.run.output.text);
    // What it did itself: it walks more if it knows less.
    healthy.figures.erase("walked");
    for (int i = 1; i < runs; ++i) {
        const auto others = figures_of(faults::run(command).output.text);
        std::erase_if(healthy.figures, [&](const auto& figure) {
            const auto other = others.find(figure.first);
            return other == others.end() || other->second != figure.second;
        });
    }
    return healthy;
}

/// Whether the words say that something is not as on a healthy host.
bool is_hedged(const std::string& text)
{
    constexpr std::array hedges = {"at most", "between",   "not asked",
                                   "cannot",  "could not", "from /proc"};
    return std::ranges::any_of(
        hedges, [&](const char* hedge) { return text.find(hedge) != std::string::npos; });
}

/// One line of a state, or why not.
std::optional<std::string> find_fault_in(const lab::Output& output, bool is_output_refused)
{
    if (output.exit_code < 0 || output.exit_code > 3)
        return fmt::format("exit code {}", output.exit_code);
    if (!output.error.empty())
        return "standard error: " + output.error;
    if (is_output_refused)
        return output.exit_code == 3 ? std::nullopt : std::optional<std::string>("no UNKNOWN");
    constexpr std::array states = {" OK - ", " WARNING - ", " CRITICAL - ", "UNKNOWN - "};
    const std::string line = first_line_of(output.text);
    const char* const state = states.at(static_cast<std::size_t>(output.exit_code));
    return line.find(state) == std::string::npos ? std::optional("first line: " + line)
                                                 : std::nullopt;
}

struct Result {
    Outcome outcome = Outcome::wrong;
    std::string why;
};

Result judge(const Healthy& healthy, const Fault& fault, const lab::Output& output)
{
    // An error other than these two says that nobody can read what is written.
    const bool is_output_refused = fault.number == SYS_write && fault.error != 0 &&
                                   fault.error != EINTR && fault.error != EAGAIN;
    if (const auto why = find_fault_in(output, is_output_refused))
        return {Outcome::wrong, *why};
    if (output.exit_code == 3)
        return {Outcome::unknown, ""};
    const auto figures = figures_of(output.text);
    Outcome outcome = Outcome::same;
    for (const auto& [label, value] : healthy.figures) {
        const auto figure = figures.find(label);
        if (figure != figures.end() && figure->second == value)
            continue;
        outcome = Outcome::hedged;
        if (figure != figures.end() && !is_hedged(output.text))
            return {Outcome::wrong, fmt::format("{}={} instead of {}, and no word of it: {}", label,
                                                figure->second, value, first_line_of(output.text))};
    }
    return {outcome, ""};
}

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
    const Healthy healthy = find_healthy(command);
    for (const Fault& fault : make_faults(healthy.run.calls, random)) {
        const Result result = judge(healthy, fault, faults::run(command, fault).output);
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

/// Sockets of every kind, none of which comes or goes.
struct Host {
    lab::Namespace network;
    lab::FileDescriptor bound_only = lab::bound({.bind = lab::at("127.0.0.1", 40063)});
    lab::FileDescriptor listener = lab::listening(lab::at("0.0.0.0", 5432));
    lab::FileDescriptor ipv6_listener = lab::listening(lab::at("::1", 5433));
    std::vector<lab::FileDescriptor> plain = lab::connected_times(20, lab::at("127.0.0.1", 5432));
    std::vector<lab::FileDescriptor> ipv6 = lab::connected_times(5, lab::at("::1", 5433));
    std::vector<lab::FileDescriptor> bound_first =
        lab::connected_times(10, lab::at("127.0.0.2", 5432), {.bind = lab::at("127.0.0.1", 0)});
    lab::FileDescriptor udp = lab::bound({.tcp = false, .bind = lab::at("0.0.0.0", 0)});

    Host()
    {
        lab::Gateway gateway;
        for (std::uint16_t i = 0; i < 20; ++i)
            gateway.pass({.client = lab::at("10.1.0.2", static_cast<std::uint16_t>(50000 + i)),
                          .destination = lab::at("10.2.0.2", 443),
                          .nat = net::Address::parse("192.0.2.1"),
                          .seconds = 86400});
    }
};

const std::vector<std::vector<std::string>> with_options = {
    {"plugins/check_ephemeral_ports", "--reader=procfs"},
    {"plugins/check_ephemeral_ports", "--held=count"},
    {"plugins/check_ephemeral_probe", "127.0.0.1:5432"},
    {"plugins/check_ephemeral_probe", "--bind"},
};

/// Every check that was built, by itself and with options that lead another way.
std::vector<std::vector<std::string>> list_commands()
{
    std::vector<std::vector<std::string>> commands = with_options;
    for (const auto& entry : std::filesystem::directory_iterator("plugins")) {
        const std::string name = entry.path().filename();
        if (name.starts_with("check_") && name.find('.') == std::string::npos)
            commands.push_back({entry.path()});
    }
    std::ranges::sort(commands);
    return commands;
}

int fail_all(std::string_view part)
{
    const char* const given = std::getenv("SEED");
    const auto seed = static_cast<std::mt19937::result_type>(
        given != nullptr ? std::strtoul(given, nullptr, 10) : std::random_device()());
    fmt::print("SEED={}\n  same   hedged  UNKNOWN  wrong\n", seed);
    std::mt19937 random(seed);
    const Host host;
    std::size_t right = 0;
    std::size_t wrong = 0;
    for (const std::vector<std::string>& command : list_commands()) {
        if (fmt::format("{}", fmt::join(command, " ")).find(part) == std::string::npos)
            continue;
        const Counts counts = fail_each_call(command, random);
        wrong += counts.of(Outcome::wrong);
        right +=
            counts.of(Outcome::same) + counts.of(Outcome::hedged) + counts.of(Outcome::unknown);
    }
    fmt::print("{} passed, {} failed, 0 skipped\n", right, wrong);
    return wrong == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}

} // namespace

int main(int argc, char* argv[])
{
    try {
        if (!faults::can_inject()) {
            fmt::print("SKIPPED: the registers of this processor are not known\n"
                       "0 passed, 0 failed, 1 skipped\n");
            return EXIT_SUCCESS;
        }
        if (!lab::enter()) {
            fmt::print("FAILED: no network namespace may be made here\n"
                       "0 passed, 1 failed, 0 skipped\n");
            return EXIT_FAILURE;
        }
        return fail_all(argc > 1 ? argv[1] : "");
    } catch (const std::exception& error) {
        fmt::print("FAILED: {}\n0 passed, 1 failed, 0 skipped\n", error.what());
        return EXIT_FAILURE;
    }
}
