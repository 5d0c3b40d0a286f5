#include "common/kernel/sockstat.h"

#include <algorithm>
#include <stdexcept>

#include <fmt/format.h>

#include "common/kernel/proc_file.h"
#include "common/text/number.h"

namespace kernel {
namespace {

constexpr const char* sockstat_path = "/proc/net/sockstat";
constexpr const char* sockstat6_path = "/proc/net/sockstat6";

/// The count `name` in the line that starts with `group`, such as
/// "TCP: inuse 1 orphan 0 tw 0 alloc 1 mem 0". The kernel's are ints, so sums of them fit. Throws
/// std::invalid_argument.
std::uint64_t parse_count(std::string_view text, std::string_view group, std::string_view name)
{
    const std::string start = fmt::format("{}: ", group);
    while (!text.starts_with(start)) {
        const std::size_t end = text.find('\n');
        if (end == std::string_view::npos)
            throw std::invalid_argument(fmt::format("no line of {}", group));
        text.remove_prefix(end + 1);
    }
    const std::string_view line = text.substr(0, text.find('\n'));
    const std::string key = fmt::format(" {} ", name);
    const std::size_t position = line.find(key);
    if (position == std::string_view::npos)
        throw std::invalid_argument(fmt::format("no '{}' in '{}'", name, line));
    const std::string_view count = line.substr(position + key.size());
    return text::parse_number<std::uint32_t>(count.substr(0, count.find(' ')));
}

/// TCP sockets that stand in a table, of both families.
std::uint64_t parse_in_tables(std::string_view sockstat,
                              const std::optional<std::string>& sockstat6)
{
    return parse_count(sockstat, "TCP", "inuse") +
           (sockstat6 ? parse_count(*sockstat6, "TCP6", "inuse") : 0);
}

std::optional<std::size_t> most_ports_taken_by(const std::string& directory)
{
    try {
        return most_ports_taken(read_proc_file(directory + "/sockstat"),
                                read_proc_file_if_present(directory + "/sockstat6"));
    } catch (const std::runtime_error&) {
        return std::nullopt;
    }
}

std::uint64_t difference(std::uint64_t one, std::uint64_t other)
{
    return one > other ? one - other : 0;
}

} // namespace

std::uint64_t parse_time_wait_count(std::string_view text)
{
    return parse_count(text, "TCP", "tw");
}

std::size_t read_time_wait_count()
{
    try {
        // They are in memory, so their number fits.
        return static_cast<std::size_t>(parse_time_wait_count(read_proc_file(sockstat_path)));
    } catch (const std::invalid_argument& error) {
        throw std::runtime_error(
            fmt::format("cannot understand {}: {}", sockstat_path, error.what()));
    }
}

std::optional<std::size_t> most_hidden_sockets(std::string_view sockstat,
                                               const std::optional<std::string>& sockstat6)
{
    try {
        // "inuse" are those that stand in a table (sock_prot_inuse_add() in inet_hash()); "alloc"
        // are all TCP sockets of the host, both families, so more than those of our namespace.
        const std::uint64_t in_tables = parse_in_tables(sockstat, sockstat6);
        const std::uint64_t of_host = difference(parse_count(sockstat, "TCP", "alloc"), in_tables);
        // "used" are all sockets that programs have in our namespace, of every protocol. The
        // kernel's own (NFS, tunnels) are not among them but are "inuse": so other protocols are
        // not taken off, and if fewer are used than stand in tables, this says nothing.
        const std::uint64_t used = parse_count(sockstat, "sockets", "used");
        return static_cast<std::size_t>(used < in_tables ? of_host
                                                         : std::min(of_host, used - in_tables));
    } catch (const std::invalid_argument&) {
        return std::nullopt;
    }
}

std::optional<std::size_t> most_hidden_sockets()
{
    try {
        return most_hidden_sockets(read_proc_file(sockstat_path),
                                   read_proc_file_if_present(sockstat6_path));
    } catch (const std::runtime_error&) {
        return std::nullopt;
    }
}

std::optional<std::size_t> most_ports_taken(std::string_view sockstat,
                                            const std::optional<std::string>& sockstat6)
{
    try {
        // "used" has those that programs hold, bound only or connected; "inuse" has those without a
        // program, too; "tw" the TIME_WAITs, which are in neither.
        return static_cast<std::size_t>(parse_count(sockstat, "sockets", "used") +
                                        parse_in_tables(sockstat, sockstat6) +
                                        parse_count(sockstat, "TCP", "tw"));
    } catch (const std::invalid_argument&) {
        return std::nullopt;
    }
}

std::optional<std::size_t> most_ports_taken()
{
    return most_ports_taken_by("/proc/net");
}

std::optional<std::size_t> most_ports_taken(pid_t process)
{
    return most_ports_taken_by(fmt::format("/proc/{}/net", process));
}

} // namespace kernel
