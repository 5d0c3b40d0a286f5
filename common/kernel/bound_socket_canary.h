// Whether this kernel's dump shows sockets that are bound and neither listen nor are connected:
// found out by having one. Linux 6.8 shows them, and so do some older kernels that a distribution
// patched; the version says nothing.
//
// The canary is on a port outside the range, where it takes no ephemeral port from anybody, and on
// an address of its own with SO_REUSEADDR, so that a service with SO_REUSEADDR can start there.
#pragma once

#include <cstdint>
#include <optional>

#include "common/kernel/question_socket.h"
#include "common/net/port_set.h"

namespace kernel {

/// A socket that is bound only, as long as this lives.
class BoundSocketCanary {
public:
    /// `range`: ip_local_port_range.
    explicit BoundSocketCanary(net::PortRange range);

    /// Its port; nothing if it could not be made, as in a range of all ports.
    [[nodiscard]] std::optional<std::uint16_t> port() const { return port_; }

private:
    std::optional<QuestionSocket> socket_;
    std::optional<std::uint16_t> port_;
};

} // namespace kernel
