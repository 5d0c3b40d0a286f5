// The snapshot of another host, or of another time: from a capture.
//
// What a capture lacks is said, with the option that adds it, and never guessed. Two things it
// cannot have: whether a connected socket called bind() first, which only its own kernel could
// answer; and the sockets that are bound only, which an older ss leaves out. So figures have two
// ends. How many sockets can be missing, the counts of /proc/net/sockstat tell.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "common/kernel/port_settings.h"
#include "common/sockets/capture.h"
#include "common/sockets/reader.h"
#include "common/sockets/snapshot.h"

namespace sockets {

/// The settings of `capture`. Throws std::runtime_error if one that is needed is missing, or cannot
/// be understood.
kernel::PortSettings settings_of(const Capture& capture, kernel::SettingsNeeded needed);

/// The first port that a program without privilege may bind to, if the capture has it.
std::optional<std::uint16_t> unprivileged_port_start_of(const Capture& capture);

/// Throws std::runtime_error if TIME_WAITs lack their ages.
void require_ages(const Capture& capture);

/// How many TIME_WAITs there are, on whatever port, as the kernel counts them: with each FIN_WAIT2
/// that no program holds.
std::size_t count_time_wait(const Capture& capture);

/// Throws std::runtime_error if the capture lacks sockets that are `wanted`.
Snapshot take_snapshot(const Capture& capture, const kernel::PortSettings& settings,
                       const Wanted& wanted);

/// The devices of `capture` that TCP is bound to: the first one is what its snapshot calls
/// interface 1.
std::vector<std::string> devices_of(const Capture& capture);

} // namespace sockets
