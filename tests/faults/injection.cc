#include "tests/faults/injection.h"

#include <algorithm>
#include <array>
#include <csignal>
#include <cstdint>
#include <cstdlib>
#include <fcntl.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/user.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/live/lab.h"
#include "tests/live/system_call.h"

namespace faults {

#ifdef __x86_64__

namespace {

using Registers = user_regs_struct;

constexpr int system_call_stop = SIGTRAP | 0x80;
constexpr unsigned processor_seconds = 10; // a run takes some milliseconds

Registers read_registers(pid_t process)
{
    Registers registers{};
    lab::check(ptrace(PTRACE_GETREGS, process, nullptr, &registers) == 0, "PTRACE_GETREGS");
    return registers;
}

void write_registers(pid_t process, Registers registers)
{
    lab::check(ptrace(PTRACE_SETREGS, process, nullptr, &registers) == 0, "PTRACE_SETREGS");
}

/// Where a check's own code begins: before, the loader would fail, and not the check.
bool is_first_of_check(const Registers& registers)
{
    return registers.orig_rax == SYS_rt_sigaction && registers.rdi == SIGPIPE;
}

/// Follows one process to its end.
class Tracer {
public:
    Tracer(pid_t process, const Fault& fault) : process_(process), fault_(fault) {}

    /// Returns its status.
    int follow()
    {
        int status = 0;
        int signal = 0;
        bool is_entry = true;
        while (ptrace(PTRACE_SYSCALL, process_, nullptr, signal) == 0 &&
               waitpid(process_, &status, 0) == process_ && WIFSTOPPED(status)) {
            signal = 0;
            if (WSTOPSIG(status) != system_call_stop) {
                signal = WSTOPSIG(status) == SIGTRAP ? 0 : WSTOPSIG(status); // SIGTRAP: the exec
                continue;
            }
            if (is_entry)
                enter();
            else
                leave();
            is_entry = !is_entry;
        }
        return status;
    }

    [[nodiscard]] const std::map<long, int>& calls() const { return calls_; }

private:
    void enter()
    {
        Registers registers = read_registers(process_);
        has_begun_ = has_begun_ || is_first_of_check(registers);
        if (!has_begun_)
            return;
        const auto number = static_cast<long>(registers.orig_rax);
        if (++calls_[number] != fault_.occurrence || number != fault_.number)
            return;
        if (fault_.is_short)
            registers.rdx = std::max<std::uint64_t>(registers.rdx / 2, 1);
        else {
            registers.orig_rax = static_cast<std::uint64_t>(-1);
            is_failing_ = true;
        }
        write_registers(process_, registers);
    }

    void leave()
    {
        if (!is_failing_)
            return;
        is_failing_ = false;
        Registers registers = read_registers(process_);
        registers.rax = static_cast<std::uint64_t>(-fault_.error);
        write_registers(process_, registers);
    }

    pid_t process_;
    Fault fault_;
    std::map<long, int> calls_;
    bool has_begun_ = false;
    bool is_failing_ = false;
};

[[noreturn]] void become_traced(const std::vector<std::string>& command)
{
    lab::become(command, {lab::limit_processor_time(processor_seconds), [] {
                              lab::check(ptrace(PTRACE_TRACEME, 0, nullptr, nullptr) == 0,
                                         "PTRACE_TRACEME");
                              raise(SIGSTOP);
                          }});
}

std::string read_all(const lab::FileDescriptor& pipe)
{
    std::string text;
    std::array<char, 4096> buffer{};
    for (ssize_t length = 0; (length = read(pipe.number(), buffer.data(), buffer.size())) > 0;)
        text.append(buffer.data(), static_cast<std::size_t>(length));
    return text;
}

} // namespace

std::string find_obstacle()
{
    const pid_t process = fork();
    lab::check(process >= 0, "fork");
    if (process == 0) {
        if (ptrace(PTRACE_TRACEME, 0, nullptr, nullptr) != 0)
            _exit(EXIT_FAILURE);
        raise(SIGSTOP);
        _exit(EXIT_SUCCESS);
    }
    int status = 0;
    lab::check(waitpid(process, &status, 0) == process, "waitpid");
    if (!WIFSTOPPED(status))
        return "ptrace() is refused";
    kill(process, SIGKILL);
    lab::check(waitpid(process, &status, 0) == process, "waitpid");
    return {};
}

Run run(const std::vector<std::string>& command, const Fault& fault)
{
    std::array<int, 2> text{};
    std::array<int, 2> error{};
    lab::check(pipe2(text.data(), O_CLOEXEC) == 0 && pipe2(error.data(), O_CLOEXEC) == 0, "pipe2");
    const lab::FileDescriptor text_end(text[0]);
    const lab::FileDescriptor error_end(error[0]);
    const pid_t process = fork();
    lab::check(process >= 0, "fork");
    if (process == 0) {
        dup2(text[1], STDOUT_FILENO);
        dup2(error[1], STDERR_FILENO);
        become_traced(command);
    }
    close(text[1]);
    close(error[1]);

    int status = 0;
    lab::check(waitpid(process, &status, 0) == process && WIFSTOPPED(status), "waitpid");
    lab::check(ptrace(PTRACE_SETOPTIONS, process, nullptr,
                      PTRACE_O_TRACESYSGOOD | PTRACE_O_TRACEEXEC | PTRACE_O_EXITKILL) == 0,
               "PTRACE_SETOPTIONS");
    Tracer tracer(process, fault);
    status = tracer.follow();

    Run made;
    // A pipe holds more than a check prints, so it need not be read meanwhile.
    made.output.text = read_all(text_end);
    made.output.error = read_all(error_end);
    made.output.exit_code = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
    made.calls = tracer.calls();
    return made;
}

#else

std::string find_obstacle()
{
    return "the registers of this processor are not known";
}

Run run(const std::vector<std::string>& /*command*/, const Fault& /*fault*/)
{
    return {};
}

#endif

} // namespace faults
