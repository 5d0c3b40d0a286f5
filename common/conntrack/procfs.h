// Entries from /proc/net/nf_conntrack, for those who may read that file (root) but may not ask
// ctnetlink. Many kernels lack it (CONFIG_NF_CONNTRACK_PROCFS).
#pragma once

#include <optional>
#include <string_view>

#include "common/conntrack/entry_message.h"

namespace conntrack {

/// "ipv4     2 tcp      6 117 TIME_WAIT src=10.1.0.2 dst=… sport=… dport=… src=… [ASSURED] mark=0
/// zone=0 use=2": an entry of TCP or UDP; nothing if it is of another protocol. Throws
/// std::invalid_argument.
std::optional<Entry> parse_procfs_line(std::string_view line);

/// Throws kernel::ReaderUnavailable if the file cannot be read, std::runtime_error if a line is
/// malformed.
void read_by_procfs(const EntrySink& sink);

} // namespace conntrack
