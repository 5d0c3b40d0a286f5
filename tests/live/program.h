// Programs run as a scheduler runs them, and confined as a host may confine them.
#pragma once

#include <atomic>
#include <cstddef>
#include <functional>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

namespace lab {

/// What a program printed, and how it ended.
struct Output {
    int exit_code = -1;
    std::string text;  ///< standard output
    std::string error; ///< standard error
};

/// What the program's process does to itself before it becomes the program.
using Confinement = std::function<void()>;

Output run(const std::vector<std::string>& command,
           const std::vector<Confinement>& confinements = {});

/// The same in this process, which becomes the program.
[[noreturn]] void become(const std::vector<std::string>& command,
                         const std::vector<Confinement>& confinements = {});

/// Whether `act`, run in a process of its own, returns true.
bool holds_in_a_child(const std::function<bool()>& act);

/// Gives up root, or every capability if we never were root.
void become_nobody();
/// socket(AF_NETLINK, …) fails with EAFNOSUPPORT, as under systemd's RestrictAddressFamilies.
void deny_netlink();
/// setsockopt() fails with EPERM.
void deny_setsockopt();
/// bind() fails with EPERM.
void deny_bind();
/// connect() fails with ECONNREFUSED, as where a SYN was sent and answered.
void refuse_connect();
/// connect() kills the process.
void die_at_connect();
/// Nothing is in /proc/net.
void empty_proc_net();
/// More than these seconds of a processor kill the process, so that a test of a time limit ends.
Confinement limit_processor_time(unsigned seconds);
Confinement set_environment(const char* name, const char* value);

/// Runs commands over and over, each by a thread of its own in this network namespace, as checks of
/// several schedulers may run.
class Repetition {
public:
    explicit Repetition(std::vector<std::vector<std::string>> commands);
    ~Repetition();
    Repetition(const Repetition&) = delete;
    Repetition& operator=(const Repetition&) = delete;

    /// How many runs have ended.
    [[nodiscard]] std::size_t runs() const { return runs_; }

private:
    std::atomic<bool> done_ = false;
    std::atomic<std::size_t> runs_ = 0;
    std::vector<std::thread> threads_;
};

/// The value of `label` in the perfdata of plugin output, with its unit: "62.5%". Fails the test
/// if it is missing.
std::string perfdata(const Output& output, std::string_view label);

} // namespace lab
