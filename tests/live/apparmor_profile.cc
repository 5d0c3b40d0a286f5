#include "tests/live/apparmor_profile.h"

#include <algorithm>
#include <map>
#include <sstream>
#include <stdexcept>
#include <string_view>

#include <fmt/format.h>

namespace lab {
namespace {

/// What tunables/global has for the variables of our profiles.
std::string value_of(const std::string& variable)
{
    static const std::map<std::string, std::string> values = {
        {"PROC", "/proc"}, {"pid", "[0-9]+"}, {"pids", "[0-9]+"}, {"multiarch", "[^/]*-linux-gnu"}};
    const auto found = values.find(variable);
    if (found == values.end())
        throw std::runtime_error(fmt::format("@{{{}}} is not known here", variable));
    return found->second;
}

/// The regular expression of a path as apparmor.d(5) writes it ("Globbing").
std::string translate(std::string_view path)
{
    std::string expression;
    int alternations = 0;
    for (std::size_t i = 0; i < path.size(); ++i) {
        const std::string_view rest = path.substr(i);
        if (rest.starts_with("@{")) {
            const std::size_t end = rest.find('}');
            expression += value_of(std::string(rest.substr(2, end - 2)));
            i += end;
        } else if (rest.starts_with("**")) {
            expression += ".+"; // a whole part of the path, which is never empty
            ++i;
        } else if (rest.front() == '*')
            expression += "[^/]*";
        else if (rest.front() == '{') {
            expression += '(';
            ++alternations;
        } else if (rest.front() == '}') {
            expression += ')';
            --alternations;
        } else if (rest.front() == ',' && alternations > 0)
            expression += '|';
        else if (rest.front() == '.')
            expression += "\\.";
        else
            expression += rest.front();
    }
    return expression;
}

bool matches_one(const std::vector<std::regex>& rules, const std::string& path)
{
    return std::ranges::any_of(
        rules, [&](const std::regex& rule) { return std::regex_match(path, rule); });
}

} // namespace

AppArmorProfile::AppArmorProfile(std::istream& file, const std::string& check)
{
    const std::string start = fmt::format("profile check_ephemeral_{} ", check);
    std::string line;
    while (std::getline(file, line) && !line.starts_with(start))
        ;
    if (!file)
        throw std::runtime_error("there is no " + start);
    while (std::getline(file, line) && line != "}") {
        line = line.substr(0, line.find_last_of(',')); // a comment has none
        std::istringstream words(line);
        std::string first;
        std::string second;
        std::string third;
        words >> first >> second >> third;
        if (first == "network")
            sockets_.insert(fmt::format("{} {}", second, third));
        else if (first.starts_with('/') || first.starts_with("@{"))
            add(first, second);
    }
}

void AppArmorProfile::add(const std::string& path, const std::string& permissions)
{
    if (permissions.find('r') != std::string::npos)
        read_.emplace_back(translate(path));
    if (permissions.find('w') != std::string::npos)
        written_.emplace_back(translate(path));
}

bool AppArmorProfile::lets_read(const std::string& path) const
{
    return matches_one(read_, path);
}

bool AppArmorProfile::lets_write(const std::string& path) const
{
    return matches_one(written_, path);
}

bool AppArmorProfile::lets_make(const std::string& socket) const
{
    return sockets_.contains(socket);
}

} // namespace lab
