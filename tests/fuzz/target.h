// A fuzz target: one parser of texts from outside, with what its header promises, whatever the
// bytes.
//
// Each file with an LLVMFuzzerTestOneInput() is a target. `make check` links it to driver.cc, which
// feeds it a fixed set of inputs with any compiler. `make fuzz SECONDS=600` links it to libFuzzer,
// which searches on and on for inputs that reach further: see fuzz.py.
#pragma once

#include <cstddef>
#include <cstdint>
#include <exception>
#include <string>
#include <string_view>
#include <vector>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace fuzz {

/// Well-formed inputs of this target, to begin mutations from.
std::vector<std::string> seeds();

inline std::string_view text_of(const std::uint8_t* data, std::size_t size)
{
    return {reinterpret_cast<const char*>(data), size};
}

/// What a target asserts. A broken promise ends the process, and no target can catch that.
inline void promise(bool kept)
{
    if (!kept)
        std::terminate();
}

/// What stands before the first `separator`, which is taken off `rest` with it.
inline std::string_view take(std::string_view& rest, char separator)
{
    const std::string_view part = rest.substr(0, rest.find(separator));
    rest.remove_prefix(part.size() < rest.size() ? part.size() + 1 : rest.size());
    return part;
}

} // namespace fuzz
