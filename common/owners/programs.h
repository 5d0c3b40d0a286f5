// Which programs run in a cgroup: the names that its processes have now.
//
// cgroup.procs lists the processes, /proc/PID/comm has a process's name; both are readable by all.
// A process may give itself any name of 15 bytes (prctl(PR_SET_NAME)), so the names are untrusted.
// In a cgroup with processes of another PID namespace the kernel lists them as 0.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace owners {

/// Each name once, sorted, and fit to be shown. Looks at `most_processes` at most. Empty if the
/// cgroup has no processes, is gone, or may not be read.
std::vector<std::string> find_programs(const std::string& cgroup, const std::string& proc,
                                       std::size_t most_processes);

} // namespace owners
