// Whether a port is held, so that no connect() to anywhere would get it: one socket asks about port
// after port, with three system calls each.
//
// IP_LOCAL_PORT_RANGE narrows the choice of connect() down to the one port, and connect(AF_UNSPEC)
// gives it back (tcp_disconnect()). The destination is one that nobody uses, so only a held port is
// refused. Unlike the dump, this tells the ports whose connection once called bind(): that is
// written in the bind bucket alone (struct inet_bind_bucket, fastreuse).
//
// If the SYN cannot be put off (net.ipv4.tcp_fastopen is 0), it is sent over loopback to the port
// that is asked about. Nothing can answer there: a listener would hold the port, and then no SYN is
// sent at all. So it comes back as a reset, and leaves no entry in a connection tracker either.
#pragma once

#include <cstdint>

#include "common/kernel/question_socket.h"
#include "common/net/endpoint.h"

namespace kernel {

class HeldQuestion {
public:
    enum class Way { deferred, over_loopback };

    /// Throws OracleUnavailable.
    explicit HeldQuestion(Way way);

    /// `port`: one that connect() may choose by itself, in the range and not reserved. Throws
    /// OracleUnavailable.
    [[nodiscard]] bool is_held(std::uint16_t port) const;

private:
    Way way_;
    net::Address destination_;
    QuestionSocket socket_;
};

} // namespace kernel
