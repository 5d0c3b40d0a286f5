// Runs a check as a scheduler does, while one of its system calls fails.
//
// By ptrace(): at the entry of the call its number is taken away, so that the kernel does nothing,
// and at its exit the result is put in its place. So it does not matter how the check was built,
// and the C library in between is the real one.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "tests/live/program.h"

namespace faults {

/// What happens to the `occurrence`th call of `number`, counted from 1.
struct Fault {
    long number = 0;
    int occurrence = 0;
    int error = 0;         ///< an errno; 0 for none
    bool is_short = false; ///< half of what was asked for is read or written
};

struct Run {
    lab::Output output;
    std::map<long, int> calls; ///< how often each was made since the check's own code began
};

/// Why no call can be made to fail here; empty if it can.
std::string find_obstacle();

/// Without a fault if that says so.
Run run(const std::vector<std::string>& command, const Fault& fault = {});

} // namespace faults
