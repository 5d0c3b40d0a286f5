// What a check says that a cure would bring, and the cure itself, where a test can apply it.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "tests/live/report.h"

namespace lab {

struct Cure {
    std::string cure;
    Ends ends;       ///< of what would be left
    Ends instead_of; ///< of what is
    std::string condition;
};

/// That whose text holds `what`; nothing if the report has none.
std::optional<Cure> find_cure(const Report& report, std::string_view what);

/// The same, and fails the test if there is none or if its figure has two ends.
std::size_t left_with(const Report& report, std::string_view what);

/// Sets "net.ipv4.name=value", or several with "and" between them.
void apply(const Cure& cure);

} // namespace lab
