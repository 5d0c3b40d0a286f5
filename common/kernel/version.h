// Which Linux this is, for the few things that only a newer one shows and that cannot be tried out.
#pragma once

#include <compare>
#include <string_view>

namespace kernel {

struct Version {
    unsigned major = 0;
    unsigned minor = 0;

    friend auto operator<=>(const Version&, const Version&) = default;
};

/// "6.8.0-31-generic" is 6.8. Throws std::invalid_argument.
Version parse_version(std::string_view release);

/// Whether the running kernel is `version` or newer; false where it hides its version.
bool is_at_least(Version version);

} // namespace kernel
