#include "common/plugin/options.h"

#include <algorithm>
#include <iterator>
#include <map>

#include <boost/program_options.hpp>
#include <fmt/format.h>

#include "common/plugin/text.h"
#include "common/text/number.h"

namespace plugin {
namespace {

namespace po = boost::program_options;

constexpr const char* arguments_key = "arguments";

/// How Boost wants to be told of an option: "warning,w".
std::string boost_name(const Option& option)
{
    return option.short_name ? option.long_name + ',' + *option.short_name : option.long_name;
}

po::options_description describe_to_boost(const std::vector<Option>& options)
{
    po::options_description description;
    for (const Option& option : options) {
        if (option.value_name.empty())
            description.add_options()(boost_name(option).c_str(), "");
        else
            description.add_options()(boost_name(option).c_str(), po::value<std::string>(), "");
    }
    description.add_options()(arguments_key, po::value<std::string>(), "");
    return description;
}

po::parsed_options split(const std::vector<std::string>& words, const std::vector<Option>& options)
{
    const po::options_description description = describe_to_boost(options);
    po::positional_options_description arguments;
    arguments.add(arguments_key, -1);

    // No guessing: an abbreviation that works today could mean another option tomorrow.
    namespace style = po::command_line_style;
    const int exact = style::default_style & ~style::allow_guessing;
    try {
        return po::command_line_parser(words)
            .options(description)
            .positional(arguments)
            .style(exact)
            .run();
    } catch (const po::error& error) {
        throw UsageError(error.what());
    }
}

/// Hands `value` to `target`; `what` names the option and the value where that fails.
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

const Option& Options::find(std::string_view long_name) const
{
    return *std::find_if(options_.begin(), options_.end(),
                         [&](const Option& option) { return option.long_name == long_name; });
}

void Options::look_ahead(std::string_view long_name, const std::vector<std::string>& words) const
{
    const Option& option = find(long_name);
    const std::string name = fmt::format("--{}", long_name);
    for (auto word = words.begin(); word != words.end() && *word != "--"; ++word) {
        std::string value;
        if (word->starts_with(name + '='))
            value = word->substr(name.size() + 1);
        else if (*word == name && std::next(word) != words.end())
            value = *std::next(word);
        else
            continue;
        try {
            option.accept(value);
        } catch (const std::invalid_argument&) {
            return; // parse() will tell
        }
    }
}

void Options::parse(const std::vector<std::string>& words) const
{
    std::map<std::string, std::string> seen;
    for (const po::option& given : split(words, options_).options) {
        const std::string value = given.value.empty() ? "" : given.value.front();
        if (given.string_key == arguments_key) {
            if (given.position_key < 0)
                throw UsageError(fmt::format("unrecognised option '--{}'", arguments_key));
            if (!accept_argument_)
                throw UsageError(fmt::format("unexpected argument '{}'", value));
            accept(fmt::format("argument '{}'", value), accept_argument_, value);
            continue;
        }

        const Option& option = find(given.string_key);
        const auto [earlier, first] = seen.emplace(option.long_name, value);
        if (!first && !option.repeatable)
            throw UsageError(option.value_name.empty()
                                 ? fmt::format("--{} was given twice", option.long_name)
                                 : fmt::format("--{} was given twice, as '{}' and as '{}'",
                                               option.long_name, earlier->second, value));
        accept(fmt::format("--{} '{}'", option.long_name, value), option.accept, value);
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
