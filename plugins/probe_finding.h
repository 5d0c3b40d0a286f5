// What check_ephemeral_probe found out about one call.
#pragma once

#include <cstddef>
#include <optional>
#include <string>

#include "common/kernel/oracle.h"

namespace checks {

/// One call, and whether it gets a port: asked several times, or computed from the sockets, or
/// neither.
struct ProbeFinding {
    kernel::PortRequest::Call call = kernel::PortRequest::Call::tcp_connect;
    std::string source; ///< of a connect(), empty for the kernel's own choice
    std::string where;  ///< the destination, or the address to bind to, empty for the wildcard

    int asked = 0;
    int refused = 0;               ///< how often no port was left
    std::optional<double> seconds; ///< the median search time

    std::optional<std::size_t> left = {}; ///< computed: at least so many ports could it get
    bool exact = true;                    ///< and no more
    std::string obstacle = {};            ///< why it is not known whether it gets a port
    bool nobody_binds = false;            ///< it fails, and no program here seems to call it

    [[nodiscard]] bool fails() const { return refused > 0 || left == std::size_t{0}; }
};

/// A kind of call: what it is called, and how it fails if no port is left.
struct ProbeKind {
    const char* label; ///< of its search time in perfdata
    const char* name;
    int exhausted;       ///< the errno
    const char* error;   ///< its name
    const char* message; ///< what programs print
    const char* meaning;
};

const ProbeKind& kind_of(kernel::PortRequest::Call call);

} // namespace checks
