#include "common/plugin/options.h"

#include <algorithm>
#include <map>

#include <fmt/format.h>

#include "common/plugin/command_line.h"
#include "common/plugin/text.h"
#include "common/text/number.h"

namespace plugin {
namespace {

/// Hands `value` to `target`; `what` names the option and the value if that fails.
void accept(const std::string& what, const std::function<void(const std::string&)>& target,
            const std::string& value)
{
    try {
        target(value);
    } catch (const std::invalid_argument& error) {
        throw UsageError(what + ": " + error.what());
    }
}

std::string format_names(const Option& option)
{
    const std::string value = option.choices.empty()
                                  ? option.value_name
                                  : fmt::format("{}", fmt::join(option.choices, "|"));
    const std::string short_form =
        option.short_name ? fmt::format("-{}, ", *option.short_name) : std::string(4, ' ');
    return "  " + short_form + "--" + option.long_name + (value.empty() ? "" : "=" + value);
}

} // namespace

void Options::add(Option option)
{
    options_.push_back(std::move(option));
}

void Options::add_arguments(std::string value_name, std::function<void(const std::string&)> accept)
{
    arguments_name_ = std::move(value_name);
    accept_argument_ = std::move(accept);
}

void Options::look_ahead(std::initializer_list<std::string_view> long_names,
                         const std::vector<std::string>& words) const
{
    for (const Given& given : split(words, options_)) {
        const bool wanted = given.option != nullptr && given.mistake.empty() &&
                            std::find(long_names.begin(), long_names.end(),
                                      given.option->long_name) != long_names.end();
        if (!wanted)
            continue;
        try {
            given.option->accept(given.value);
        } catch (const std::invalid_argument&) {
            continue; // parse() will tell
        }
    }
}

void Options::parse(const std::vector<std::string>& words) const
{
    std::map<const Option*, std::string> seen;
    for (const auto& [option, value, mistake] : split(words, options_)) {
        if (!mistake.empty())
            throw UsageError(mistake);
        if (option == nullptr) {
            if (!accept_argument_)
                throw UsageError(fmt::format("unexpected argument '{}'", value));
            accept(fmt::format("argument '{}'", value), accept_argument_, value);
            continue;
        }

        const auto [earlier, first] = seen.emplace(option, value);
        if (!first && !option->repeatable)
            throw UsageError(option->value_name.empty()
                                 ? fmt::format("--{} was given twice", option->long_name)
                                 : fmt::format("--{} was given twice, as '{}' and as '{}'",
                                               option->long_name, earlier->second, value));
        accept(fmt::format("--{} '{}'", option->long_name, value), option->accept, value);
    }
}

std::string Options::help() const
{
    constexpr std::size_t text_column = 28;
    std::string help;
    for (const Option& option : options_) {
        const std::string names = format_names(option);
        const std::string gap = names.size() + 2 > text_column
                                    ? '\n' + std::string(text_column, ' ')
                                    : std::string(text_column - names.size(), ' ');
        help += names + gap + wrap(option.text, terminal_width, text_column) + '\n';
    }
    return help;
}

Option value_option(std::string long_name, std::optional<char> short_name, std::string value_name,
                    std::string text, std::function<void(const std::string&)> accept)
{
    Option option;
    option.long_name = std::move(long_name);
    option.short_name = short_name;
    option.value_name = std::move(value_name);
    option.text = std::move(text);
    option.accept = std::move(accept);
    return option;
}

Option switch_option(std::string long_name, std::optional<char> short_name, std::string text,
                     bool& target)
{
    return value_option(std::move(long_name), short_name, "", std::move(text),
                        [&target](const std::string&) { target = true; });
}

Option number_option(std::string long_name, std::optional<char> short_name, std::string value_name,
                     std::string text, int lowest, int highest, int& target)
{
    return value_option(std::move(long_name), short_name, std::move(value_name), std::move(text),
                        [lowest, highest, &target](const std::string& text) {
                            const auto number = text::find_number<int>(text);
                            if (!number || *number < lowest || *number > highest)
                                throw std::invalid_argument(fmt::format(
                                    "not a whole number from {} to {}", lowest, highest));
                            target = *number;
                        });
}

} // namespace plugin
