// The recordings of the unit tests as seeds.
#pragma once

#include <string>
#include <vector>

namespace fuzz {

/// The datagrams of a file of tests/fixtures/: "dump.bin" of sock_diag, "conntrack.bin" of
/// ctnetlink.
std::vector<std::string> recorded_datagrams(const char* name);

/// The lines of tests/fixtures/tcp and tcp6 behind their headings.
std::vector<std::string> recorded_lines();

/// The lines of tests/fixtures/nf_conntrack.
std::vector<std::string> recorded_entries();

} // namespace fuzz
