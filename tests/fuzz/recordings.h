// The recordings of the unit tests as seeds.
#pragma once

#include <string>
#include <vector>

namespace fuzz {

/// The datagrams of tests/fixtures/dump.bin.
std::vector<std::string> recorded_datagrams();

/// The lines of tests/fixtures/tcp and tcp6 behind their headings.
std::vector<std::string> recorded_lines();

} // namespace fuzz
