// The time limit of a check, `-t`.
//
// A scheduler kills a check that hangs and then does not know why. So we end ourselves first,
// with a line that says so and the state UNKNOWN, wherever we are, in the middle of the command
// line or of the answer: the line is ready before the clock starts, because a signal handler may
// call little more than write() and _exit() (signal-safety(7)).
#pragma once

#include <string>

namespace plugin {

/// While it lives: after `seconds`, prints `line` to standard output and ends the process with
/// UNKNOWN. The line is left out if standard output would not take it at once: a reader that
/// does not read must not keep us past the limit.
class TimeLimit {
public:
    /// `line` is at most PIPE_BUF (4,096) bytes long.
    TimeLimit(int seconds, std::string line);
    ~TimeLimit();

    TimeLimit(const TimeLimit&) = delete;
    TimeLimit& operator=(const TimeLimit&) = delete;

    /// The answer is about to be written: from now on the line is left out, as it would stand
    /// within it.
    static void fall_silent();
};

} // namespace plugin
