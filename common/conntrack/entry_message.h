// The messages that ctnetlink answers a dump with (ctnetlink_fill_info()).
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <vector>

#include "common/conntrack/entry.h"

namespace conntrack {

using EntrySink = std::function<void(const Entry&)>;

/// A request to dump all entries of both families. It has no filter: while the kernel looks for
/// entries that pass one, it forwards no packet.
std::vector<std::byte> make_dump_request(std::uint32_t sequence);

/// Hands the entries of one datagram, which has to stand aligned in memory, to `sink`; entries of
/// protocols without ports are left out. Returns whether the dump is complete. Throws
/// kernel::ReaderUnavailable if the kernel refuses, std::runtime_error if the datagram is malformed
/// or the dump broke off.
bool parse_dump(std::span<const std::byte> datagram, std::uint32_t sequence, const EntrySink& sink);

} // namespace conntrack
