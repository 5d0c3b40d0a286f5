// Whose ports are judged: those of this host, or of the one that a capture on standard input is
// from. The option `--stdin`, and the one place that tells the two apart.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "common/kernel/oracle.h"
#include "common/plugin/options.h"
#include "common/sockets/reader.h"
#include "common/sockets/snapshot.h"

namespace checks {

/// How the host is looked at: what the options say.
struct HostSource {
    bool is_capture = false;
    sockets::Reader reader = sockets::Reader::automatic;
};

/// Declares `--stdin` and `--reader`.
void declare_source(plugin::Options& options, HostSource& source);

/// What a check needs of it.
struct HostNeeds {
    kernel::SettingsNeeded settings = kernel::SettingsNeeded::ports;
    sockets::Wanted wanted = {}; ///< the reader is the source's
    bool widens = false;         ///< also the ports that a wider range would have
    bool owners = false;         ///< the user asks for them
};

struct Host {
    sockets::Snapshot snapshot; ///< its settings with it
    std::optional<std::uint16_t> unprivileged_port_start;
    std::optional<std::size_t> time_wait; ///< of a capture: its TIME_WAITs, on whatever port
    kernel::Oracle oracle;                ///< that of a capture answers nothing
    std::vector<std::string> notes;       ///< what is to be said of a capture
};

/// Throws plugin::UsageError if the options contradict each other, and std::runtime_error.
Host look_at_host(const HostSource& source, const HostNeeds& needs);

} // namespace checks
