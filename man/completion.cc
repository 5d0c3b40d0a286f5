#include "man/completion.h"

#include <string_view>
#include <vector>

#include <fmt/format.h>

namespace completion {
namespace {

std::vector<std::string> names_of(const plugin::Option& option)
{
    std::vector<std::string> names = {"--" + option.long_name};
    if (option.short_name)
        names.push_back(fmt::format("-{}", *option.short_name));
    return names;
}

/// With a backslash before each of `special`.
std::string escape(std::string_view text, std::string_view special)
{
    std::string escaped;
    for (const char character : text) {
        if (special.find(character) != std::string_view::npos)
            escaped += '\\';
        escaped += character;
    }
    return escaped;
}

/// As one word of the shell, whatever is in it.
std::string quote(std::string_view text)
{
    std::string quoted = "'";
    for (const char character : text) {
        if (character == '\'')
            quoted += "'\\''";
        else
            quoted += character;
    }
    return quoted + "'";
}

/// One argument of zsh's _arguments: `'(-w --warning)'{-w+,--warning=}'[what it does]:RANGE: '`.
std::string format_zsh_option(const plugin::Option& option)
{
    const bool takes_value = !option.value_name.empty();
    const std::vector<std::string> names = names_of(option);
    std::string exclusion = option.repeatable ? "*" : fmt::format("({})", fmt::join(names, " "));
    std::string spelling = "--" + option.long_name + (takes_value ? "=" : "");
    if (option.short_name)
        spelling =
            fmt::format("{{-{}{},{}}}", *option.short_name, takes_value ? "+" : "", spelling);

    std::string effect = '[' + escape(option.text, "[]\\") + ']';
    if (takes_value)
        effect += fmt::format(
            ":{}:{}", escape(option.value_name, ":\\"),
            option.choices.empty() ? " " : fmt::format("({})", fmt::join(option.choices, " ")));
    return quote(exclusion) + spelling + quote(effect);
}

} // namespace

std::string format_bash(const std::string& name, const plugin::Options& options)
{
    std::vector<std::string> all;
    std::vector<std::string> with_any_value;
    std::string cases;
    for (const plugin::Option& option : options.all()) {
        const bool takes_value = !option.value_name.empty();
        const std::vector<std::string> names = names_of(option);
        all.push_back(names.front() + (takes_value ? "=" : ""));
        all.insert(all.end(), names.begin() + 1, names.end());
        if (!option.choices.empty())
            cases += fmt::format("    {})\n        COMPREPLY=($(compgen -W '{}' -- \"$word\"))\n"
                                 "        return ;;\n",
                                 fmt::join(names, "|"), fmt::join(option.choices, " "));
        else if (takes_value)
            with_any_value.insert(with_any_value.end(), names.begin(), names.end());
    }
    cases += fmt::format("    {})\n        return ;;\n", fmt::join(with_any_value, "|"));

    // Readline takes `=` for a word of its own: --reader=sock is three words.
    return fmt::format(R"(# bash completion for {0}

_{0}()
{{
    local word=${{COMP_WORDS[COMP_CWORD]}} option=${{COMP_WORDS[COMP_CWORD - 1]}}
    if [[ $word == = ]]; then
        word=
    elif [[ $option == = ]]; then
        option=${{COMP_WORDS[COMP_CWORD - 2]}}
    fi
    COMPREPLY=()
    case $option in
{1}    esac
    COMPREPLY=($(compgen -W '{2}' -- "$word"))
    if [[ ${{COMPREPLY[0]-}} == *= ]]; then
        compopt -o nospace 2>/dev/null
    fi
}}
complete -F _{0} {0}
)",
                       name, cases, fmt::join(all, " "));
}

std::string format_zsh(const std::string& name, const plugin::Options& options)
{
    std::string text = fmt::format("#compdef {}\n\n_arguments -s", name);
    for (const plugin::Option& option : options.all())
        text += " \\\n    " + format_zsh_option(option);
    if (!options.arguments_name().empty())
        text += " \\\n    " + quote("*:" + escape(options.arguments_name(), ":\\") + ": ");
    return text + '\n';
}

} // namespace completion
