// How often a program asks the kernel for its table of TCP sockets, which costs a walk over all of
// it each time.
//
// By ptrace(), so that it does not matter how the program was built and what it calls.
#pragma once

#include <string>
#include <vector>

#include "tests/live/program.h"

namespace lab {

struct Walks {
    int exit_code = -1;
    int dumps = 0;      ///< requests for a dump of TCP sockets by netlink
    int proc_files = 0; ///< openings of /proc/net/tcp and /proc/net/tcp6
};

/// Runs the program, which may have one thread, and looks at its system calls.
Walks count_walks(const std::vector<std::string>& command,
                  const std::vector<Confinement>& confinements = {});

} // namespace lab
