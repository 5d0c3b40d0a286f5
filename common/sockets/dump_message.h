// What sock_diag answers: datagrams of messages, one for each socket, followed by its attributes.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "common/sockets/socket.h"

namespace sockets {

/// Takes one datagram of the answer to request `sequence` and hands its sockets to `sink`.
/// Returns whether the dump is complete. Throws kernel::ReaderUnavailable if the kernel refused, or
/// std::runtime_error if the dump broke off or the datagram is malformed.
bool parse_dump(std::span<const std::byte> datagram, std::uint32_t sequence,
                const SocketSink& sink);

} // namespace sockets
