// What a check asks of the kernel in one run: its system calls, in the time before its own code and
// after, and the files that it opens.
#pragma once

#include <set>
#include <string>
#include <vector>

#include "tests/live/program.h"

namespace lab {

struct Observed {
    int exit_code = -1;
    std::string last;              ///< the last call: the one that it was killed for, if it was
    std::set<std::string> startup; ///< calls of the loader and the C library
    std::set<std::string> own;     ///< calls since its first instruction
    std::set<std::string> files;   ///< what it opened since, a folder with a slash at the end
    std::set<std::string> written; ///< those that it could write to
    std::set<std::string> sockets; ///< their family and type: "inet stream"
};

/// Runs it with a filter that kills it for any call but the `allowed` (SECCOMP_RET_KILL_PROCESS).
/// Names that this processor does not have are left out.
Observed observe(const std::vector<std::string>& command, const std::set<std::string>& allowed,
                 const std::vector<Confinement>& confinements = {});

inline constexpr int killed_by_filter = 128 + 31; ///< SIGSYS

} // namespace lab
