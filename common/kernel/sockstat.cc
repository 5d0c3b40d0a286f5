#include "common/kernel/sockstat.h"

#include <stdexcept>
#include <string>

#include <fmt/format.h>

#include "common/kernel/number.h"
#include "common/kernel/proc_file.h"

namespace kernel {
namespace {

constexpr const char* path = "/proc/net/sockstat";

/// The number behind `name` in a line such as "TCP: inuse 1 orphan 0 tw 0 alloc 1 mem 0".
std::uint64_t find_count(std::string_view line, std::string_view name)
{
    const std::size_t position = line.find(fmt::format(" {} ", name));
    if (position == std::string_view::npos)
        throw std::invalid_argument(fmt::format("no '{}' in '{}'", name, line));
    const std::string_view rest = line.substr(position + name.size() + 2);
    return parse_number<std::uint64_t>(rest.substr(0, rest.find(' ')));
}

} // namespace

SocketCounts parse_socket_counts(std::string_view text)
{
    const std::size_t start = text.starts_with("TCP:") ? 0 : text.find("\nTCP:");
    if (start == std::string_view::npos)
        throw std::invalid_argument("no line of TCP");
    const std::string_view rest = trim(text.substr(start));
    const std::string_view line = rest.substr(0, rest.find('\n'));
    return {find_count(line, "tw"), find_count(line, "orphan")};
}

SocketCounts read_socket_counts()
{
    try {
        return parse_socket_counts(read_proc_file(path));
    } catch (const std::invalid_argument& error) {
        throw std::runtime_error(fmt::format("cannot understand {}: {}", path, error.what()));
    }
}

} // namespace kernel
