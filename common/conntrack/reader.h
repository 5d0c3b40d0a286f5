// Reads the kernel's table of tracked connections once: by ctnetlink, or else from /proc.
#pragma once

#include <string>

#include "common/conntrack/entry_message.h"

namespace conntrack {

enum class Reader { ctnetlink, procfs };

struct Reading {
    Reader reader = Reader::ctnetlink;
    std::string reason; ///< why not by ctnetlink; empty if by that
};

/// Hands all entries of this network namespace to `sink`. CAP_NET_ADMIN is raised for the request
/// alone. Throws kernel::ReaderUnavailable, with both reasons, if neither way is open, and
/// std::runtime_error if the reading broke off.
Reading read_entries(const EntrySink& sink);

} // namespace conntrack
