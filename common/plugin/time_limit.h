// The time limit of a check, `-t`.
//
// A scheduler kills a check that hangs and then knows nothing of why. So we end ourselves first,
// with a line that says so and the state UNKNOWN, wherever we are: the line is ready before the
// clock starts, because a signal handler may call little more than write() and _exit()
// (signal-safety(7)).
#pragma once

#include <string>

namespace plugin {

/// While it lives: after `seconds`, prints `line` to standard output and ends the process with
/// UNKNOWN.
class TimeLimit {
public:
    TimeLimit(int seconds, std::string line);
    ~TimeLimit();

    TimeLimit(const TimeLimit&) = delete;
    TimeLimit& operator=(const TimeLimit&) = delete;
};

} // namespace plugin
