// The recordings of the unit tests as seeds, and the corpus.
//
// Netlink is in the byte order of the host, and these were made on a little-endian one. A parser on
// a big-endian host refuses most of dump.bin and conntrack.bin at their first length, so there
// these two targets try little.
#pragma once

#include <string>
#include <vector>

namespace fuzz {

/// The pieces of a file in tests/, each behind its length in 4 bytes, the lowest first: the
/// datagrams of fixtures/dump.bin (sock_diag) and fixtures/conntrack.bin (ctnetlink), or the inputs
/// of fuzz/corpus/TARGET.bin.
std::vector<std::string> recorded_pieces(const std::string& name);

/// The lines of tests/fixtures/tcp and tcp6 behind their headings.
std::vector<std::string> recorded_lines();

/// The lines of tests/fixtures/nf_conntrack.
std::vector<std::string> recorded_entries();

} // namespace fuzz
