// The ports that the kernel gives, found by taking them until it refuses: what a program would get,
// on every kernel, because it needs nothing that a kernel may lack.
//
// A connect() sends nothing (TCP_FASTOPEN_CONNECT puts its SYN off until the first write). Whatever
// was taken is given back at the end. A bind() that fills up may leave ports held from everybody,
// as one of a program does (docs/kernel.md), so ask for it last.
//
// In a range of an odd number of ports one search of TCP passes one port by, and `low` in all but
// one of its starts (`remaining &= ~1` in __inet_hash_connect() and inet_csk_find_open_port()):
// nobody can rely on it. So the range is narrowed to the even number of the others meanwhile.
#pragma once

#include "tests/live/lab.h"

namespace filling {

/// What connect() to `destination` gives, of `range`, which is the namespace's.
net::PortSet connect_until_refused(const lab::Endpoint& destination, net::PortRange range,
                                   lab::Manner manner = {});

/// What bind(`address`, 0) gives.
net::PortSet bind_until_refused(const net::Address& address, net::PortRange range,
                                lab::Manner manner = {});

/// The usable ports of `range` that no tuple can get.
net::PortSet held(net::PortRange range);

} // namespace filling
