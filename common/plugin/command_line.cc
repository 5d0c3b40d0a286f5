#include "common/plugin/command_line.h"

#include <algorithm>
#include <string_view>
#include <utility>

#include <fmt/format.h>

namespace plugin {
namespace {

constexpr std::string_view long_start = "--";

class Splitter {
public:
    Splitter(const std::vector<std::string>& words, const std::vector<Option>& options)
        : words_(words), options_(options)
    {
    }

    std::vector<Given> split();

private:
    [[nodiscard]] const Option* find(std::string_view long_name) const;
    [[nodiscard]] const Option* find(char short_name) const;
    [[nodiscard]] bool is_option(std::string_view word) const;

    void take_long(std::string_view word);
    void take_short(std::string_view word);
    void take_following_value(const Option& option);
    void complain(const Option* option, std::string mistake);

    const std::vector<std::string>& words_;
    const std::vector<Option>& options_;
    std::size_t next_ = 0; ///< the word to be looked at
    std::vector<Given> given_;
};

std::vector<Given> Splitter::split()
{
    bool only_arguments = false;
    while (next_ < words_.size()) {
        const std::string& word = words_[next_++];
        if (only_arguments || word.size() < 2 || word.front() != '-')
            given_.push_back({nullptr, word, {}});
        else if (word == long_start)
            only_arguments = true;
        else if (word.starts_with(long_start))
            take_long(word);
        else
            take_short(word);
    }
    return std::move(given_);
}

const Option* Splitter::find(std::string_view long_name) const
{
    const auto found = std::find_if(options_.begin(), options_.end(), [&](const Option& option) {
        return option.long_name == long_name;
    });
    return found == options_.end() ? nullptr : &*found;
}

const Option* Splitter::find(char short_name) const
{
    const auto found = std::find_if(options_.begin(), options_.end(), [&](const Option& option) {
        return option.short_name == short_name;
    });
    return found == options_.end() ? nullptr : &*found;
}

bool Splitter::is_option(std::string_view word) const
{
    if (word.size() < 2 || word.front() != '-')
        return false;
    if (!word.starts_with(long_start))
        return find(word[1]) != nullptr;
    word.remove_prefix(long_start.size());
    return word.empty() || find(word.substr(0, word.find('='))) != nullptr;
}

void Splitter::complain(const Option* option, std::string mistake)
{
    given_.push_back({option, {}, std::move(mistake)});
}

void Splitter::take_following_value(const Option& option)
{
    if (next_ < words_.size() && !is_option(words_[next_]))
        given_.push_back({&option, words_[next_++], {}});
    else
        complain(&option, fmt::format("--{} needs a value", option.long_name));
}

/// `--warning 80`, `--warning=80`, `--verbose`.
void Splitter::take_long(std::string_view word)
{
    const std::size_t equals = word.find('=');
    const std::string_view name = word.substr(0, equals).substr(long_start.size());
    const bool has_value = equals != std::string_view::npos;
    const Option* const option = find(name);
    if (option == nullptr)
        complain(nullptr, fmt::format("unrecognised option '--{}'", name));
    else if (option->value_name.empty() && has_value)
        complain(option, fmt::format("--{} takes no value", name));
    else if (option->value_name.empty())
        given_.push_back({option, {}, {}});
    else if (has_value)
        given_.push_back({option, std::string(word.substr(equals + 1)), {}});
    else
        take_following_value(*option);
}

/// `-w 80`, `-w80`, `-vw80`.
void Splitter::take_short(std::string_view word)
{
    for (std::size_t i = 1; i < word.size(); ++i) {
        const Option* const option = find(word[i]);
        if (option == nullptr)
            return complain(nullptr, fmt::format("unrecognised option '-{}'", word.substr(i)));
        if (option->value_name.empty()) {
            given_.push_back({option, {}, {}});
            continue;
        }
        const std::string_view rest = word.substr(i + 1);
        if (rest.empty())
            return take_following_value(*option);
        given_.push_back({option, std::string(rest), {}});
        return;
    }
}

} // namespace

std::vector<Given> split(const std::vector<std::string>& words, const std::vector<Option>& options)
{
    return Splitter(words, options).split();
}

} // namespace plugin
