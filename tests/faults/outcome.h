// What came of a run in which a system call failed.
#pragma once

#include <map>
#include <string>

#include "tests/faults/injection.h"

namespace faults {

/// The figures of a healthy run, other ones or none with a word of why, UNKNOWN, or what must not
/// be.
enum class Outcome { same, hedged, unknown, wrong };

struct Healthy {
    Run run;
    std::map<std::string, std::string> figures; ///< those that are the same in every run
};

/// Of a host that no socket comes to or goes from. Throws std::runtime_error if it is not healthy.
Healthy find_healthy(const std::vector<std::string>& command);

struct Result {
    Outcome outcome = Outcome::wrong;
    std::string why; ///< if it is wrong
};

Result judge(const Healthy& healthy, const Fault& fault, const lab::Output& output);

} // namespace faults
