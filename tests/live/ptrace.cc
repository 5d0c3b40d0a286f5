#include "tests/live/ptrace.h"

#include <csignal>
#include <cstdlib>
#include <fcntl.h>
#include <string>
#include <sys/ptrace.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

#include <fmt/format.h>

#include "tests/live/system_call.h"

namespace lab {
namespace {

constexpr auto get_system_call = static_cast<__ptrace_request>(0x420e);
constexpr std::uint8_t entry = 1;
constexpr int system_call_stop = SIGTRAP | 0x80;

[[noreturn]] void become_traced(const std::vector<std::string>& command,
                                std::vector<Confinement> confinements,
                                const std::vector<Confinement>& last)
{
    dup2(open("/dev/null", O_WRONLY | O_CLOEXEC), STDOUT_FILENO);
    // The leak sanitizer needs to be the only one that traces.
    const char* given = std::getenv("ASAN_OPTIONS");
    const std::string options = fmt::format("{}:detect_leaks=0", given != nullptr ? given : "");
    confinements.push_back(set_environment("ASAN_OPTIONS", options.c_str()));
    // Here, so that what the confinements do is not looked at.
    confinements.emplace_back([] {
        check(ptrace(PTRACE_TRACEME, 0, nullptr, nullptr) == 0, "PTRACE_TRACEME");
        raise(SIGSTOP);
    });
    confinements.insert(confinements.end(), last.begin(), last.end());
    become(command, confinements);
}

/// What stopped it was a system call.
void tell(pid_t process, CallWatcher& watcher)
{
    SystemCall call{};
    check(ptrace(get_system_call, process, sizeof call, &call) > 0, "PTRACE_GET_SYSCALL_INFO");
    if (call.op == entry)
        watcher.enter(process, call);
    else // the result stands where a beginning has the number
        watcher.leave(process, static_cast<std::int64_t>(call.number));
}

} // namespace

int trace(const std::vector<std::string>& command, CallWatcher& watcher,
          std::vector<Confinement> confinements, const std::vector<Confinement>& last)
{
    const pid_t process = fork();
    check(process >= 0, "fork");
    if (process == 0)
        become_traced(command, std::move(confinements), last);

    int status = 0;
    check(waitpid(process, &status, 0) == process && WIFSTOPPED(status), "waitpid");
    check(ptrace(PTRACE_SETOPTIONS, process, nullptr,
                 PTRACE_O_TRACESYSGOOD | PTRACE_O_TRACEEXEC | PTRACE_O_EXITKILL) == 0,
          "PTRACE_SETOPTIONS");
    int signal = 0;
    while (ptrace(PTRACE_SYSCALL, process, nullptr, signal) == 0 &&
           waitpid(process, &status, 0) == process && WIFSTOPPED(status)) {
        signal = 0;
        if (WSTOPSIG(status) == system_call_stop)
            tell(process, watcher);
        else if (status >> 8 == (SIGTRAP | PTRACE_EVENT_EXEC << 8))
            watcher.begin();
        else
            signal = WSTOPSIG(status);
    }
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

std::string read_memory(pid_t process, std::uint64_t address, std::size_t size)
{
    std::string bytes(size, '\0');
    iovec here = {bytes.data(), bytes.size()};
    iovec there = {reinterpret_cast<void*>(address), size}; // NOLINT: an address in that process
    const ssize_t length = process_vm_readv(process, &here, 1, &there, 1, 0);
    bytes.resize(length > 0 ? static_cast<std::size_t>(length) : 0);
    return bytes;
}

} // namespace lab
