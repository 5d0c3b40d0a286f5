// What whoever asks the kernel for a port must be ready for.
#pragma once

#include <stdexcept>

namespace kernel {

/// This kernel, or the confinement of this process, lets us not ask; the text says what stands in
/// the way.
class OracleUnavailable : public std::runtime_error {
public:
    using std::runtime_error::runtime_error;
};

} // namespace kernel
