#include "tests/live/system_call_list.h"

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <stdexcept>
#include <string_view>

#include <fmt/format.h>

namespace lab {
namespace {

/// The words in backticks.
std::set<std::string> code_in(std::string_view cell)
{
    std::set<std::string> words;
    while (true) {
        const std::size_t begin = cell.find('`');
        const std::size_t end = cell.find('`', begin + 1);
        if (begin == std::string_view::npos || end == std::string_view::npos)
            return words;
        words.emplace(cell.substr(begin + 1, end - begin - 1));
        cell.remove_prefix(end + 1);
    }
}

/// What is in the cell "`ports` `nat`", or "all"; with it may be brackets and the table's bars.
std::set<std::string> checks_in(std::string_view cell)
{
    constexpr std::string_view around = " ()|";
    const std::size_t begin = std::min(cell.find_first_not_of(around), cell.size());
    const std::string_view word = cell.substr(begin, cell.find_last_not_of(around) + 1 - begin);
    if (word == "all")
        return {"all"};
    std::set<std::string> checks = code_in(word);
    if (checks.empty() && !word.empty())
        throw std::runtime_error(fmt::format("'{}' names no check", word));
    return checks;
}

/// "| `name` `name` | what for | `ports` `nat` (all) |"
ListedCall parse_row(std::string_view row)
{
    const std::size_t second = row.find('|', 1);
    const std::size_t third = row.find('|', second + 1);
    if (second == std::string_view::npos || third == std::string_view::npos)
        throw std::runtime_error(fmt::format("no row of system calls: {}", row));
    const std::string_view checks = row.substr(third + 1);
    const std::size_t parenthesis = checks.find('(');
    ListedCall call = {
        code_in(row.substr(0, second)), checks_in(checks.substr(0, parenthesis)), {}};
    if (parenthesis != std::string_view::npos)
        call.others = checks_in(checks.substr(parenthesis));
    return call;
}

/// The rows of the table behind "<!-- calls: NAME -->".
std::vector<ListedCall> parse_table(const std::string& document, std::string_view name)
{
    std::ifstream file(document);
    std::string line;
    while (std::getline(file, line) && line != fmt::format("<!-- calls: {} -->", name))
        ;
    std::vector<ListedCall> calls;
    while (std::getline(file, line) && line.starts_with('|')) {
        if (line.starts_with("| `"))
            calls.push_back(parse_row(line));
    }
    if (calls.empty())
        throw std::runtime_error(fmt::format("{} has no table of {} calls", document, name));
    return calls;
}

} // namespace

CallList read_call_list()
{
    const char* const source = std::getenv("TEST_SOURCE_DIRECTORY");
    const std::string document =
        fmt::format("{}/docs/security.md", source == nullptr ? "." : source);
    return {parse_table(document, "own"), parse_table(document, "startup")};
}

std::set<std::string> own_calls(const CallList& list, const std::string& check)
{
    std::set<std::string> names;
    for (const ListedCall& call : list.own) {
        if (call.may_be_made_by(check))
            names.insert(call.names.begin(), call.names.end());
    }
    return names;
}

std::set<std::string> allowed_calls(const CallList& list, const std::string& check)
{
    std::set<std::string> names = own_calls(list, check);
    for (const ListedCall& call : list.startup)
        names.insert(call.names.begin(), call.names.end());
    return names;
}

} // namespace lab
