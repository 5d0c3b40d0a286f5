// All that a check says of itself, as JSON, for what makes the schedulers' files from it:
// integrations/generate.py.
#pragma once

#include <string>

#include "common/plugin/description.h"
#include "common/plugin/options.h"

namespace declaration {

std::string format_json(const plugin::Description& description, const plugin::Options& options);

} // namespace declaration
