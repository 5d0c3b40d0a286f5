#include "common/kernel/sockstat.h"

#include <stdexcept>
#include <string>

#include <fmt/format.h>

#include "common/kernel/proc_file.h"
#include "common/text/number.h"

namespace kernel {
namespace {

constexpr const char* path = "/proc/net/sockstat";

} // namespace

std::uint64_t parse_time_wait_count(std::string_view text)
{
    const std::size_t start = text.starts_with("TCP:") ? 0 : text.find("\nTCP:");
    if (start == std::string_view::npos)
        throw std::invalid_argument("no line of TCP");
    // Such as "TCP: inuse 1 orphan 0 tw 0 alloc 1 mem 0".
    const std::string_view rest = text::trim(text.substr(start));
    const std::string_view line = rest.substr(0, rest.find('\n'));
    constexpr std::string_view name = " tw ";
    const std::size_t position = line.find(name);
    if (position == std::string_view::npos)
        throw std::invalid_argument(fmt::format("no 'tw' in '{}'", line));
    const std::string_view count = line.substr(position + name.size());
    return text::parse_number<std::uint64_t>(count.substr(0, count.find(' ')));
}

std::uint64_t read_time_wait_count()
{
    try {
        return parse_time_wait_count(read_proc_file(path));
    } catch (const std::invalid_argument& error) {
        throw std::runtime_error(fmt::format("cannot understand {}: {}", path, error.what()));
    }
}

} // namespace kernel
