// The other end of connections that cross a network of a test.
#pragma once

#include <vector>

#include "tests/live/lab.h"

namespace lab {

/// Serves until it is killed: what it accepted is closed as soon as the other end has closed.
[[noreturn]] void serve(const std::vector<FileDescriptor>& listeners);

} // namespace lab
