// Which calls about sockets a program makes: how often it asks the kernel for its table of TCP
// sockets, which costs a walk over all of it each time, and what auditd would log.
#pragma once

#include <string>
#include <vector>

#include "tests/live/program.h"

namespace lab {

struct Calls {
    int exit_code = -1;
    int dumps = 0;      ///< requests for a dump of TCP sockets by netlink
    int proc_files = 0; ///< openings of /proc/net/tcp and /proc/net/tcp6
    int sockets = 0;
    int binds = 0;
    int connects = 0;
};

/// Runs the program, which may have one thread, and looks at its system calls.
Calls trace_calls(const std::vector<std::string>& command,
                  const std::vector<Confinement>& confinements = {});

} // namespace lab
