// The error that everybody who asks the kernel for a port must be ready for.
#pragma once

#include <stdexcept>

namespace kernel {

/// This kernel, or the confinement of this process, does not let us ask; the text says what
/// stands in the way.
class OracleUnavailable : public std::runtime_error {
public:
    using std::runtime_error::runtime_error;
};

} // namespace kernel
