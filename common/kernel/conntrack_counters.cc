#include "common/kernel/conntrack_counters.h"

#include <algorithm>
#include <stdexcept>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "common/kernel/proc_file.h"
#include "common/text/number.h"
#include "common/text/words.h"

namespace kernel {
namespace {

constexpr const char* statistics = "/proc/net/stat/nf_conntrack";

std::optional<std::uint64_t> read_setting(const std::string& name)
{
    const std::string path = "/proc/sys/net/netfilter/nf_conntrack_" + name;
    const std::optional<std::string> text = read_proc_file_if_present(path);
    if (!text)
        return std::nullopt;
    try {
        return text::parse_number<std::uint64_t>(text::trim(*text));
    } catch (const std::invalid_argument& error) {
        throw std::runtime_error(fmt::format("cannot understand {}: {}", path, error.what()));
    }
}

} // namespace

std::optional<std::uint64_t> parse_conntrack_counter(std::string_view text, std::string_view name)
{
    const auto take_line = [&] {
        const std::string_view line = text.substr(0, text.find('\n'));
        text.remove_prefix(std::min(line.size() + 1, text.size()));
        return line;
    };
    const std::vector<std::string_view> names = text::split_at_spaces(take_line());
    const auto column = static_cast<std::size_t>(std::ranges::find(names, name) - names.begin());
    if (column == names.size())
        return std::nullopt;
    std::uint64_t sum = 0;
    while (!text.empty()) {
        const std::vector<std::string_view> values = text::split_at_spaces(take_line());
        if (column >= values.size())
            throw std::invalid_argument("a line with too few columns");
        sum += text::parse_hexadecimal<std::uint32_t>(values[column]);
    }
    return sum;
}

std::optional<ConntrackCounters> read_conntrack_counters()
{
    const auto count = read_setting("count");
    const auto most = read_setting("max");
    if (!count || !most) {
        // Not there, or hidden with all of /proc/sys (ProcSubset=pid)?
        read_proc_file("/proc/sys/net/ipv4/ip_local_port_range");
        return std::nullopt;
    }
    ConntrackCounters counters;
    counters.entries = static_cast<std::size_t>(*count);
    counters.most_entries = static_cast<std::size_t>(*most);
    if (const auto length = read_setting("tcp_timeout_time_wait"))
        counters.time_wait_length = std::chrono::seconds(*length);
    const std::optional<std::string> text = read_proc_file_if_present(statistics);
    if (!text)
        return counters;
    try {
        counters.insert_failed = parse_conntrack_counter(*text, "insert_failed");
        counters.drop = parse_conntrack_counter(*text, "drop");
        counters.early_drop = parse_conntrack_counter(*text, "early_drop");
    } catch (const std::invalid_argument& error) {
        throw std::runtime_error(fmt::format("cannot understand {}: {}", statistics, error.what()));
    }
    return counters;
}

} // namespace kernel
