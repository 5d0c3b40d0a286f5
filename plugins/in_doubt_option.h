// The option `--in-doubt`: which end is judged if a figure has two.
#pragma once

#include "common/plugin/options.h"

namespace checks {

/// What is in doubt counts as left, or as used.
enum class InDoubt { left, used };

inline plugin::Option in_doubt_option(InDoubt& target)
{
    return plugin::choice_option(
        "in-doubt",
        "if nobody can know whether a port is left: judge as if it were left (left), or used "
        "(used)",
        plugin::Choices<InDoubt>{{"left", InDoubt::left}, {"used", InDoubt::used}}, target);
}

} // namespace checks
