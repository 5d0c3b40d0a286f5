#include "common/kernel/port_settings.h"

#include <algorithm>
#include <optional>
#include <stdexcept>
#include <string>

#include <fmt/format.h>

#include "common/kernel/proc_file.h"
#include "common/text/number.h"

namespace kernel {
namespace {

constexpr std::string_view directory = "/proc/sys/net/ipv4/";

/// What `parse` makes of the setting `name`, whose text is `text`.
template <class Parser>
auto parse_setting(std::string_view name, const std::string& text, Parser parse)
{
    try {
        return parse(text::trim(text));
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
    const auto value = text::parse_number<unsigned>(text);
    if (value > static_cast<unsigned>(TimeWaitReuse::loopback))
        throw std::invalid_argument("not one of 0, 1 and 2: '" + std::string(text) + "'");
    return static_cast<TimeWaitReuse>(value);
}

/// The kernel takes negative numbers here, and none of them means more than 0.
std::uint32_t parse_count(std::string_view text)
{
    return static_cast<std::uint32_t>(std::max(text::parse_number<std::int32_t>(text), 0));
}

/// Kernels before 6.14 have no such setting and wait one second (tcp_twsk_unique()).
std::chrono::milliseconds read_time_wait_reuse_delay()
{
    constexpr std::string_view name = "tcp_tw_reuse_delay";
    const std::optional<std::string> text =
        read_proc_file_if_present(fmt::format("{}{}", directory, name));
    if (!text)
        return std::chrono::seconds(1);
    return std::chrono::milliseconds(parse_setting(name, *text, text::parse_number<unsigned>));
}

} // namespace

net::PortSet PortSettings::usable() const
{
    net::PortSet ports;
    ports.insert(range);
    return ports -= reserved;
}

net::PortSet PortSettings::found_by_tcp() const
{
    net::PortSet ports = usable();
    if (range.size() > 1 && range.size() % 2 == 1) {
        net::PortSet low;
        low.insert(range.low);
        ports -= low;
    }
    return ports;
}

PortSettings read_port_settings()
{
    PortSettings settings;
    settings.range = read_setting("ip_local_port_range", net::parse_port_range);
    settings.reserved = read_setting("ip_local_reserved_ports", net::parse_port_list);
    settings.time_wait_reuse = read_setting("tcp_tw_reuse", parse_time_wait_reuse);
    settings.time_wait_reuse_delay = read_time_wait_reuse_delay();
    settings.timestamps = read_setting("tcp_timestamps", text::parse_number<unsigned>) != 0;
    settings.largest_time_wait = read_setting("tcp_max_tw_buckets", parse_count);
    settings.fin_wait2_length = std::chrono::seconds(read_setting("tcp_fin_timeout", parse_count));
    return settings;
}

std::optional<std::uint16_t> read_unprivileged_port_start()
{
    constexpr std::string_view name = "ip_unprivileged_port_start";
    const std::optional<std::string> text =
        read_proc_file_if_present(fmt::format("{}{}", directory, name));
    if (!text)
        return std::nullopt;
    return parse_setting(name, *text, text::parse_number<std::uint16_t>);
}

} // namespace kernel
