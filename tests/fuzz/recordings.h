// The recordings of the unit tests as seeds, and the corpus.
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
