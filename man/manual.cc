#include "man/manual.h"

#include <algorithm>
#include <stdexcept>
#include <vector>

#include <fmt/format.h>

#include "common/plugin/check.h"
#include "common/plugin/text.h"

#include "config.h"

namespace manual {
namespace {

std::string replace(std::string_view text, char old, std::string_view replacement)
{
    std::string replaced;
    for (const char character : text) {
        if (character == old)
            replaced += replacement;
        else
            replaced += character;
    }
    return replaced;
}

/// Text that roff prints as it stands. A hyphen stays a minus, which can be copied into a shell.
std::string verbatim(std::string_view text)
{
    std::string escaped = replace(replace(text, '\\', "\\e"), '-', "\\-");
    const bool looks_like_a_macro = escaped.starts_with('.') || escaped.starts_with('\'');
    return looks_like_a_macro ? "\\&" + escaped : escaped;
}

/// One argument of a macro.
std::string argument(std::string_view text)
{
    const std::string escaped = replace(verbatim(text), '"', "\\(dq");
    return escaped.find(' ') == std::string::npos ? escaped : '"' + escaped + '"';
}

/// Lines that roff prints as they stand, each with its end.
std::string verbatim_lines(std::string_view lines)
{
    std::string text;
    while (!lines.empty()) {
        const std::size_t length = std::min(lines.find('\n'), lines.size());
        text += verbatim(lines.substr(0, length)) + '\n';
        lines.remove_prefix(std::min(length + 1, lines.size()));
    }
    return text;
}

/// Lines that roff fills as it likes, none of them longer than its conventions want.
std::string filled(std::string_view text)
{
    constexpr std::size_t room_for_escapes = 8;
    return verbatim_lines(plugin::wrap(text, plugin::terminal_width - room_for_escapes, 0));
}

/// A phrase of `--help` as a sentence.
std::string sentence(std::string phrase)
{
    if (phrase.front() >= 'a' && phrase.front() <= 'z')
        phrase.front() = static_cast<char>(phrase.front() - 'a' + 'A');
    return filled(phrase + '.');
}

std::string format_value(const plugin::Option& option)
{
    if (option.choices.empty())
        return "Ar " + argument(option.value_name);
    std::string value;
    for (const std::string& choice : option.choices)
        value += (value.empty() ? "Cm " : " Ns | Ns Cm ") + argument(choice);
    return value;
}

std::string format_option(const plugin::Option& option)
{
    if (option.text.empty())
        throw std::runtime_error(fmt::format("--{} has no text", option.long_name));
    const bool is_switch = option.value_name.empty();
    std::string item = ".It";
    if (option.short_name)
        item += fmt::format(" Fl {}{} ,", *option.short_name,
                            is_switch ? "" : " " + format_value(option));
    item += fmt::format(" Fl {}", argument("-" + option.long_name));
    if (!is_switch)
        item += " Ns = Ns " + format_value(option);
    return item + '\n' + sentence(option.text);
}

std::string format_options(const plugin::Options& options)
{
    std::string text = ".Sh OPTIONS\n.Bl -tag -width Ds\n";
    for (const plugin::Option& option : options.all())
        text += format_option(option);
    return text + ".El\n.Pp\n" + filled(plugin::range_help);
}

std::string format_metrics(const std::vector<plugin::MetricMeaning>& metrics)
{
    std::string text = ".Sh PERFORMANCE DATA\n.Bl -tag -width Ds\n";
    for (const plugin::MetricMeaning& metric : metrics)
        text += fmt::format(".It Cm {}\n{}", argument(metric.label), sentence(metric.meaning));
    return text + ".El\n";
}

} // namespace

std::string format_page(const plugin::Description& description, const plugin::Options& options,
                        std::string_view sections, std::string_view date)
{
    const std::string marker = fmt::format("\n{}\n", options_marker);
    const std::size_t middle = sections.find(marker);
    if (middle == std::string_view::npos)
        throw std::runtime_error(fmt::format("no line {} in the sections", options_marker));

    const std::string arguments =
        options.arguments_name().empty() ? "" : ".Ar " + argument(options.arguments_name()) + '\n';
    std::string title = description.name;
    std::transform(title.begin(), title.end(), title.begin(), [](char c) {
        return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
    });

    return fmt::format(".Dd {}\n.Dt {} 1\n.Os {} {}\n", date, title, PACKAGE_NAME,
                       PACKAGE_VERSION) +
           fmt::format(".Sh NAME\n.Nm {}\n.Nd {}\n", description.name,
                       verbatim(description.question)) +
           ".Sh SYNOPSIS\n.Nm\n.Op Ar OPTION ...\n" + arguments +
           std::string(sections.substr(0, middle + 1)) + format_options(options) +
           format_metrics(description.metrics) +
           std::string(sections.substr(middle + marker.size())) +
           ".Sh EXIT STATUS\n.Bl -tag -width Ds -compact\n"
           ".It 0\nOK\n.It 1\nWARNING\n.It 2\nCRITICAL\n"
           ".It 3\nUNKNOWN: nothing could be measured, or the command line is wrong\n.El\n"
           ".Sh EXAMPLES\n.Bd -literal\n" +
           verbatim_lines(description.examples) + ".Ed\n.Sh SEE ALSO\n.Xr ephemeral\\-ports 7\n";
}

} // namespace manual
