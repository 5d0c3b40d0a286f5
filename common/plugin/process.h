// What a process inherits from whoever starts it, put right before anything else is done. A
// scheduler, a hook of some service or a container's first process may leave us without standard
// descriptors, with signals blocked, or without so much as a name of our own.
#pragma once

#include <string>
#include <vector>

namespace plugin {

/// Descriptors 0 to 2 are open, no signal is blocked, and output that nobody takes is an error of
/// write() and does not kill us. Ends the process with UNKNOWN if that cannot be had.
void prepare_process();

/// The words behind the program's name; none if even that is missing, as Linux let happen up to
/// 5.17 (execve(2)).
std::vector<std::string> words_of(int argc, const char* const* argv);

} // namespace plugin
