#include "common/text/json.h"

#include <cstddef>
#include <optional>

#include <fmt/format.h>

#include "common/text/utf8.h"

namespace json {

/// RFC 8259, section 7.
std::string quote(std::string_view text)
{
    std::string quoted = "\"";
    while (!text.empty()) {
        const std::optional<text::Character> character = text::first_character(text);
        const std::size_t length = character ? character->length : 1;
        constexpr char32_t space = ' ';
        if (character && (character->code == '"' || character->code == '\\'))
            quoted.append(1, '\\').append(text, 0, length);
        else if (character && character->code < space)
            quoted += fmt::format("\\u{:04x}", static_cast<unsigned>(character->code));
        else if (character && text::is_printable(character->code))
            quoted.append(text, 0, length);
        else
            quoted += "\ufffd";
        text.remove_prefix(length);
    }
    return quoted + '"';
}

std::string object(const std::vector<Member>& members)
{
    std::string text = "{";
    for (const auto& [key, value] : members)
        text += (text.size() > 1 ? "," : "") + quote(key) + ':' + value;
    return text + '}';
}

std::string array(const std::vector<std::string>& elements)
{
    return fmt::format("[{}]", fmt::join(elements, ","));
}

} // namespace json
