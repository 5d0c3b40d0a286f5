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
    SourceUnavailable(const std::string& text, std::string trouble)
        : OracleUnavailable(text), trouble_(std::move(trouble))
    {
    }

    /// The reason for a caller that names the address itself: "is not this host's".
    [[nodiscard]] const std::string& trouble() const { return trouble_; }

private:
    std::string trouble_;
};

} // namespace kernel
