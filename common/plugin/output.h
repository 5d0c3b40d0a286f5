// Standard output, by the plain system call: nothing is buffered that could be lost or come twice.
#pragma once

#include <string_view>

namespace plugin {

/// Writes all of `text`, in one write() if the system lets us, so that a reader never sees half of
/// it. False if it could not be written to its end.
bool write_out(std::string_view text);

} // namespace plugin
