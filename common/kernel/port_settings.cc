#include "common/kernel/port_settings.h"

#include <algorithm>
#include <optional>
#include <stdexcept>
#include <string>

#include <fmt/format.h>

#include "common/kernel/number.h"
#include "common/kernel/proc_file.h"

namespace kernel {
namespace {

constexpr std::string_view directory = "/proc/sys/net/ipv4/";

/// What `parse` makes of the setting `name`, whose text is `text`.
template <class Parser>
auto parse_setting(std::string_view name, const std::string& text, Parser parse)
{
    try {
        return parse(trim(text));
    } catch (const std::invalid_argument& error) {
        throw std::runtime_error(
            fmt::format("cannot understand {}{}: {}", directory, name, error.what()));
    }
}

template <class Parser>
auto read_setting(std::string_view name, Parser parse)
{
    return parse_setting(name, read_proc_file(fmt::format("{}{}", directory, name)), parse);
}

TimeWaitReuse parse_time_wait_reuse(std::string_view text)
{
    const auto value = parse_number<unsigned>(text);
    if (value > static_cast<unsigned>(TimeWaitReuse::loopback))
        throw std::invalid_argument("not one of 0, 1 and 2: '" + std::string(text) + "'");
    return static_cast<TimeWaitReuse>(value);
}

/// The kernel takes negative numbers here, and none of them means more than 0.
std::uint32_t parse_count(std::string_view text)
{
    return static_cast<std::uint32_t>(std::max(parse_number<std::int32_t>(text), 0));
}

/// Kernels before 6.14 have no such setting and wait one second (tcp_twsk_unique()).
std::chrono::milliseconds read_time_wait_reuse_delay()
{
    constexpr std::string_view name = "tcp_tw_reuse_delay";
    const std::optional<std::string> text =
        read_proc_file_if_present(fmt::format("{}{}", directory, name));
    if (!text)
        return std::chrono::seconds(1);
    return std::chrono::milliseconds(parse_setting(name, *text, parse_number<unsigned>));
}

} // namespace

PortSet PortSettings::usable() const
{
    PortSet ports;
    ports.insert(range);
    return ports -= reserved;
}

PortRange parse_port_range(std::string_view text)
{
    text = trim(text);
    const std::size_t gap = text.find_first_of(" \t");
    if (gap == std::string_view::npos)
        throw std::invalid_argument("not two ports: '" + std::string(text) + "'");
    const PortRange range = {parse_number<std::uint16_t>(text.substr(0, gap)),
                             parse_number<std::uint16_t>(trim(text.substr(gap)))};
    if (range.low > range.high)
        throw std::invalid_argument("the range starts above its end: '" + std::string(text) + "'");
    return range;
}

PortSet parse_port_list(std::string_view text)
{
    PortSet ports;
    text = trim(text);
    while (!text.empty()) {
        const std::size_t comma = text.find(',');
        const std::string_view item = text.substr(0, comma);
        const std::size_t dash = item.find('-');
        const auto low = parse_number<std::uint16_t>(item.substr(0, dash));
        const auto high = dash == std::string_view::npos
                              ? low
                              : parse_number<std::uint16_t>(item.substr(dash + 1));
        if (low > high)
            throw std::invalid_argument("the range starts above its end: '" + std::string(item) +
                                        "'");
        ports.insert({low, high});
        if (comma == std::string_view::npos)
            break;
        text.remove_prefix(comma + 1);
        if (text.empty())
            throw std::invalid_argument("a comma at the end of the list");
    }
    return ports;
}

PortSettings read_port_settings()
{
    PortSettings settings;
    settings.range = read_setting("ip_local_port_range", parse_port_range);
    settings.reserved = read_setting("ip_local_reserved_ports", parse_port_list);
    settings.time_wait_reuse = read_setting("tcp_tw_reuse", parse_time_wait_reuse);
    settings.time_wait_reuse_delay = read_time_wait_reuse_delay();
    settings.timestamps = read_setting("tcp_timestamps", parse_number<unsigned>) != 0;
    settings.largest_time_wait = read_setting("tcp_max_tw_buckets", parse_count);
    settings.fin_wait2_length = std::chrono::seconds(read_setting("tcp_fin_timeout", parse_count));
    return settings;
}

std::string format_port_list(const PortSet& ports)
{
    std::string list;
    std::optional<PortRange> run;
    const auto append_run = [&] {
        if (!run)
            return;
        list += list.empty() ? "" : ",";
        list += run->low == run->high ? fmt::format("{}", run->low)
                                      : fmt::format("{}-{}", run->low, run->high);
    };
    ports.for_each([&](std::uint16_t port) {
        if (run && port == run->high + 1) {
            run->high = port;
            return;
        }
        append_run();
        run = PortRange{port, port};
    });
    append_run();
    return list;
}

std::optional<std::uint16_t> read_unprivileged_port_start()
{
    constexpr std::string_view name = "ip_unprivileged_port_start";
    const std::optional<std::string> text =
        read_proc_file_if_present(fmt::format("{}{}", directory, name));
    if (!text)
        return std::nullopt;
    return parse_setting(name, *text, parse_number<std::uint16_t>);
}

} // namespace kernel
