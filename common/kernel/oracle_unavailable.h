// The error that everybody who asks the kernel for a port must be ready for.
#pragma once

#include <stdexcept>
#include <string>
#include <utility>

namespace kernel {

/// This kernel, or the confinement of this process, does not let us ask; the text says what
/// stands in the way.
class OracleUnavailable : public std::runtime_error {
public:
    using std::runtime_error::runtime_error;
};

/// The source address is the reason.
class SourceUnavailable : public OracleUnavailable {
public:
    SourceUnavailable(const std::string& text, std::string what_it_is)
        : OracleUnavailable(text), what_it_is_(std::move(what_it_is))
    {
    }

    /// The reason for a caller that names the address itself: "is not this host's".
    [[nodiscard]] const std::string& what_it_is() const { return what_it_is_; }

private:
    std::string what_it_is_;
};

} // namespace kernel
