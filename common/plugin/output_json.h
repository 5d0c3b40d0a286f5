// `--output-format=json`: the report for programs, above all for Zabbix, whose dependent items and
// low-level discovery take what they want out of one call. docs/json.md tells users of it and
// docs/report.schema.json defines it.
#pragma once

#include <string>

#include "common/plugin/description.h"
#include "common/plugin/report.h"

namespace plugin {

/// Grows with any change that a reader of the older form could stumble over: a key that goes, or
/// means something else. A key that is added does not count.
constexpr int json_schema_version = 1;

/// One line of JSON, ended by a newline.
std::string format_json(const Description& description, const Report& report);

} // namespace plugin
