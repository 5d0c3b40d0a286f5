// One way of reading does not work here; another may.
#pragma once

#include <stdexcept>

namespace kernel {

/// Why: seccomp, a missing kernel module, an unreadable file.
class ReaderUnavailable : public std::runtime_error {
public:
    using std::runtime_error::runtime_error;
};

} // namespace kernel
