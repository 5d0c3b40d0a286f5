#include "common/plugin/text.h"

#include <algorithm>

#include "common/text/utf8.h"

namespace plugin {

std::string wrap(std::string_view text, std::size_t width, std::size_t indent)
{
    std::string lines;
    std::size_t column = indent;
    while (!text.empty()) {
        const std::size_t length = std::min(text.find(' '), text.size());
        const std::size_t width_of_word = text::width_of(text.substr(0, length));
        const bool first_word = column == indent;
        if (!first_word && column + 1 + width_of_word > width) {
            lines += '\n' + std::string(indent, ' ');
            column = indent;
        } else if (!first_word) {
            lines += ' ';
            ++column;
        }
        lines += text.substr(0, length);
        column += width_of_word;
        text.remove_prefix(std::min(length + 1, text.size()));
    }
    return lines;
}

} // namespace plugin
