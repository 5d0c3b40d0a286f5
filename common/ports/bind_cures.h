// What each cure would bring to bind(address, 0) at the wildcard address, and to UDP.
#pragma once

#include <vector>

#include "common/ports/bind_census.h"
#include "common/ports/cures.h"

namespace ports {

/// The outlook of `usage` as it is. bind() knows no projection.
Outlook look_out(const BindUsage& usage, std::size_t range_size);

/// Those that would bring a hundredth of the usable ports at least, in the order of Remedy.
/// `census` was made from `snapshot` and `hidden`.
std::vector<Cure> find_bind_cures(const sockets::Snapshot& snapshot, const BindCensus& census,
                                  Protocol protocol, const HiddenPorts& hidden);

} // namespace ports
