// The ports that the kernel gives, found by taking them until it refuses: what a program would get,
// on every kernel, because it needs nothing that a kernel may lack.
//
// A connect() sends nothing (TCP_FASTOPEN_CONNECT puts its SYN off until the first write). Whatever
// was taken is given back at the end. A bind() that fills up may leave ports held from everybody,
// as one of a program does (docs/kernel.md), so ask for it last.
//
// The namespace's range is narrowed to `range` meanwhile. lab::searched() is one in which a search
// finds every port.
#pragma once

#include "tests/live/lab.h"

namespace filling {

/// What connect() to `destination` gives, of `range`.
net::PortSet connect_until_refused(const lab::Endpoint& destination, net::PortRange range,
                                   lab::Manner manner = {});

/// What bind(`address`, 0) gives.
net::PortSet bind_until_refused(const net::Address& address, net::PortRange range,
                                lab::Manner manner = {});

} // namespace filling
