#include "common/kernel/netstat.h"

#include <algorithm>
#include <stdexcept>
#include <string>

#include <fmt/format.h>

#include "common/kernel/proc_file.h"
#include "common/text/number.h"

namespace kernel {
namespace {

constexpr const char* path = "/proc/net/netstat";
constexpr std::string_view group = "TcpExt: ";

/// What stands before the next `separator`, which is taken off `rest` with it.
std::string_view take(std::string_view& rest, char separator)
{
    const std::string_view item = rest.substr(0, rest.find(separator));
    rest.remove_prefix(std::min(item.size() + 1, rest.size()));
    return item;
}

/// The next line of the group, without the group's name.
std::string_view take_line(std::string_view& rest)
{
    while (!rest.empty()) {
        const std::string_view line = take(rest, '\n');
        if (line.starts_with(group))
            return line.substr(group.size());
    }
    throw std::invalid_argument("not two lines of TcpExt");
}

} // namespace

std::optional<std::uint64_t> parse_tcp_counter(std::string_view text, std::string_view name)
{
    std::string_view names = take_line(text);
    std::string_view values = take_line(text);
    while (!names.empty()) {
        const std::string_view value_of_name = take(values, ' ');
        if (take(names, ' ') == name)
            return text::parse_number<std::uint64_t>(value_of_name);
    }
    return std::nullopt;
}

std::optional<std::uint64_t> read_tcp_counter(std::string_view name)
{
    const std::optional<std::string> text = read_proc_file_if_present(path);
    if (!text)
        return std::nullopt;
    try {
        return parse_tcp_counter(*text, name);
    } catch (const std::invalid_argument& error) {
        throw std::runtime_error(fmt::format("cannot understand {}: {}", path, error.what()));
    }
}

} // namespace kernel
