// The words of a line, as the columns of files in /proc are read.
#pragma once

#include <string_view>
#include <vector>

namespace text {

/// The words that spaces part, however many.
std::vector<std::string_view> split_at_spaces(std::string_view line);

inline bool is_space(char character)
{
    return character == ' ' || character == '\t' || character == '\r' || character == '\n';
}

/// The words of a line, which white space of any kind parts, one by one.
class Words {
public:
    explicit Words(std::string_view line) : rest_(line) {}

    /// Beyond the last one they are empty.
    std::string_view next()
    {
        std::size_t begin = 0;
        while (begin < rest_.size() && is_space(rest_[begin]))
            ++begin;
        std::size_t end = begin;
        while (end < rest_.size() && !is_space(rest_[end]))
            ++end;
        const std::string_view word = rest_.substr(begin, end - begin);
        rest_.remove_prefix(end);
        return word;
    }

private:
    std::string_view rest_;
};

} // namespace text
