// A fuzz target: one parser of texts from outside, with the promise that it returns or throws what
// its header says, whatever the bytes.
//
// Each file beside this one is a target with the entry point of libFuzzer. `make check` links it
// to driver.cc, which feeds it a fixed set of inputs with any compiler. To search on and on:
//
//     clang++ -std=c++20 -g -O1 -fsanitize=fuzzer,address,undefined -I. -o fuzz_dump
//         tests/fuzz/dump.cc tests/fuzz/recordings.cc common/sockets/*.cc -lfmt -lmnl
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace fuzz {

/// Well-formed inputs of this target, for the driver to begin its mutations from.
std::vector<std::string> seeds();

inline std::string_view text_of(const std::uint8_t* data, std::size_t size)
{
    return {reinterpret_cast<const char*>(data), size};
}

} // namespace fuzz
