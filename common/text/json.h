// The grammar of JSON (RFC 8259), for what writes it: the reports of checks, and what checks say of
// themselves.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace json {

/// A key and its value, which is JSON already.
using Member = std::pair<std::string_view, std::string>;

/// A string with its quotes. JSON is UTF-8, which a name from outside need not be; what is no
/// character, or none that may be shown, becomes U+FFFD.
std::string quote(std::string_view text);

std::string object(const std::vector<Member>& members);

/// The elements are JSON already.
std::string array(const std::vector<std::string>& elements);

} // namespace json
