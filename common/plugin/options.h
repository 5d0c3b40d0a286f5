// The command line of a check, declared once.
//
// Each option is declared with its names, the kind of its value, its help text and where the value
// goes. That one declaration gives the parser, `--help`, and what man pages and shell completion
// need, so that they cannot disagree.
#pragma once

#include <algorithm>
#include <functional>
#include <initializer_list>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace plugin {

/// The user's own mistake on the command line; its text names the option and the value.
class UsageError : public std::runtime_error {
public:
    using std::runtime_error::runtime_error;
};

struct Option {
    std::string long_name; ///< without dashes
    std::optional<char> short_name;
    std::string value_name;           ///< RANGE, SECONDS …; empty for a switch
    std::string text;                 ///< what it does, in a sentence or two
    std::vector<std::string> choices; ///< the only values it takes; empty if it takes any
    bool repeatable = false;

    /// Takes the value ("" for a switch). Throws std::invalid_argument, saying why, if it is no
    /// good.
    std::function<void(const std::string&)> accept;
};

class Options {
public:
    void add(Option option);

    /// What stands on the command line outside options, such as the addresses that a probe asks
    /// about.
    void add_arguments(std::string value_name, std::function<void(const std::string&)> accept);

    [[nodiscard]] const std::vector<Option>& all() const { return options_; }
    [[nodiscard]] const std::string& arguments_name() const { return arguments_name_; }

    /// Hands over the values of these options as far as they can be made out, though the rest of
    /// the command line may be wrong: for options that decide how and when we complain about it.
    void look_ahead(std::initializer_list<std::string_view> long_names,
                    const std::vector<std::string>& words) const;

    /// Hands every value to its option. Throws UsageError.
    void parse(const std::vector<std::string>& words) const;

    /// The options in two columns, at most 80 characters wide.
    [[nodiscard]] std::string help() const;

private:
    std::vector<Option> options_;
    std::string arguments_name_;
    std::function<void(const std::string&)> accept_argument_;
};

/// An option that takes any text, to be understood by `accept`.
Option value_option(std::string long_name, std::optional<char> short_name, std::string value_name,
                    std::string text, std::function<void(const std::string&)> accept);

/// A switch: given or not.
Option switch_option(std::string long_name, std::optional<char> short_name, std::string text,
                     bool& target);

/// An option whose value is a whole number in [lowest, highest].
Option number_option(std::string long_name, std::optional<char> short_name, std::string value_name,
                     std::string text, int lowest, int highest, int& target);

/// An option that may be given several times; each value is added to `target` as `Value::parse()`
/// understands it.
template <class Value>
Option list_option(std::string long_name, std::string value_name, std::string text,
                   std::vector<Value>& target)
{
    Option option = value_option(
        std::move(long_name), {}, std::move(value_name), std::move(text),
        [&target](const std::string& value) { target.push_back(Value::parse(value)); });
    option.repeatable = true;
    return option;
}

/// The words that an option takes, and what each stands for.
template <class Value>
using Choices = std::vector<std::pair<std::string, Value>>;

/// An option whose value is one of a few words, such as `--reader=auto|sock_diag|procfs`.
template <class Value>
Option choice_option(std::string long_name, std::string text, Choices<Value> choices, Value& target)
{
    std::vector<std::string> words;
    for (const auto& [word, value] : choices)
        words.push_back(word);
    Option option =
        value_option(std::move(long_name), {}, "WORD", std::move(text),
                     [choices = std::move(choices), &target](const std::string& text) {
                         const auto chosen =
                             std::find_if(choices.begin(), choices.end(),
                                          [&](const auto& choice) { return choice.first == text; });
                         if (chosen == choices.end())
                             throw std::invalid_argument("not one of the words that it takes");
                         target = chosen->second;
                     });
    option.choices = std::move(words);
    return option;
}

} // namespace plugin
