// The option `--top`, which every check that lists rows has.
#pragma once

#include <string_view>

#include <fmt/format.h>

#include "common/plugin/options.h"

namespace checks {

/// `text` says which N rows are listed, by the order they are in; `target` holds the default.
inline plugin::Option top_option(std::string_view text, int& target)
{
    constexpr int most = 10000;
    return plugin::number_option("top", {}, "N", fmt::format("{} ({})", text, target), 0, most,
                                 target);
}

} // namespace checks
