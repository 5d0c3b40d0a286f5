// Standard output, by the plain system call: there is no buffer that could be lost or written
// twice.
#pragma once

#include <string_view>

namespace plugin {

constexpr std::string_view out_of_memory =
    "out of memory: raise its limit (ulimit -v, MemoryMax=), or free some on this host";

/// Writes all of `text`, in one write() if the system lets us, so that a reader never sees half of
/// it. False if it could not be written to its end.
bool write_out(std::string_view text);

/// For what goes wrong before or within all else: says that there is no memory, without any, and
/// returns the exit code of UNKNOWN.
int give_up();

} // namespace plugin
