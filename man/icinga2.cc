#include "man/icinga2.h"

#include <string_view>

#include <fmt/format.h>

namespace icinga2 {
namespace {

/// As a string of Icinga's language. A `$` stays: it begins a macro where a value is described.
std::string quote(std::string_view text)
{
    std::string quoted = "\"";
    for (const char character : text) {
        if (character == '"' || character == '\\')
            quoted += '\\';
        quoted += character;
    }
    return quoted + '"';
}

/// "time_wait" of "time-wait", "address" of "ADDRESS:PORT...".
std::string variable_name(std::string_view text)
{
    std::string name;
    for (const char character : text) {
        if (character >= 'A' && character <= 'Z')
            name += static_cast<char>(character - 'A' + 'a');
        else if (character == '-')
            name += '_';
        else if ((character >= 'a' && character <= 'z') || (character >= '0' && character <= '9'))
            name += character;
        else
            break;
    }
    return name;
}

/// What an administrator asks for by hand, and no scheduler does.
bool is_for_people(const plugin::Option& option)
{
    return option.long_name == "help" || option.long_name == "version";
}

std::string format_argument(const std::string& prefix, const plugin::Option& option)
{
    const bool takes_value = !option.value_name.empty();
    std::string description = option.text;
    if (!option.choices.empty())
        description += fmt::format(": {}", fmt::join(option.choices, ", "));
    return fmt::format(
        "\t\t\"--{}\" = {{\n"
        "\t\t\t{} = \"${}_{}$\"\n"
        "{}"
        "\t\t\tdescription = {}\n"
        "\t\t}}\n",
        option.long_name, takes_value ? "value" : "set_if", prefix, variable_name(option.long_name),
        takes_value && option.repeatable ? "\t\t\trepeat_key = true\n" : "", quote(description));
}

std::string format_positional(const std::string& prefix, const std::string& name)
{
    return fmt::format("\t\t\"{0}\" = {{\n"
                       "\t\t\tvalue = \"${1}_{2}$\"\n"
                       "\t\t\tskip_key = true\n"
                       "\t\t\trepeat_key = true\n"
                       "\t\t\torder = 1\n"
                       "\t\t\tdescription = \"{0}, one or an array of them\"\n"
                       "\t\t}}\n",
                       name.substr(0, name.find("...")), prefix, variable_name(name));
}

} // namespace

std::string format_command(const std::string& name, const plugin::Options& options)
{
    constexpr std::string_view start = "check_";
    const std::string command = name.starts_with(start) ? name.substr(start.size()) : name;
    std::string arguments;
    for (const plugin::Option& option : options.all())
        if (!is_for_people(option))
            arguments += format_argument(command, option);
    if (!options.arguments_name().empty())
        arguments += format_positional(command, options.arguments_name());
    return fmt::format("\nobject CheckCommand \"{}\" {{\n"
                       "\tcommand = [ PluginContribDir + \"/{}\" ]\n\n"
                       "\targuments = {{\n{}\t}}\n}}\n",
                       command, name, arguments);
}

} // namespace icinga2
