// Follows a program from one system call to the next.
//
// By ptrace(), so that it does not matter how the program was built and what it calls.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include <sys/types.h>

#include "tests/live/program.h"

namespace lab {

/// struct ptrace_syscall_info of a call's beginning (Linux 5.3), which older C libraries do not
/// know.
struct SystemCall {
    std::uint8_t op;
    std::array<std::uint8_t, 3> padding;
    std::uint32_t architecture;
    std::uint64_t instruction;
    std::uint64_t stack;
    std::uint64_t number;
    std::array<std::uint64_t, 6> arguments;
};

class CallWatcher {
public:
    CallWatcher() = default;
    virtual ~CallWatcher() = default;
    CallWatcher(const CallWatcher&) = delete;
    CallWatcher& operator=(const CallWatcher&) = delete;

    /// The process has become the program. What it called before was the test's.
    virtual void begin() {}
    virtual void enter(pid_t process, const SystemCall& call) = 0;
    virtual void leave(pid_t /*process*/, std::int64_t /*result*/) {}
};

/// Runs the program, which may have one thread, and returns its exit code; 128 and the signal's
/// number if it was killed. What it prints is lost, unless a confinement puts something else in the
/// place of its standard output. `last` confines it once it is traced.
int trace(const std::vector<std::string>& command, CallWatcher& watcher,
          std::vector<Confinement> confinements = {}, const std::vector<Confinement>& last = {});

/// Up to `size` bytes of the process' memory at `address`.
std::string read_memory(pid_t process, std::uint64_t address, std::size_t size);

} // namespace lab
