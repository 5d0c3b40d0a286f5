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

SettingSource own_files()
{
    const std::string directory = "/proc/sys/net/ipv4/";
    return {[=](std::string_view name) {
                return read_proc_file_if_present(fmt::format("{}{}", directory, name));
            },
            directory};
}

/// What `parse` makes of the setting `name`, or nothing if there is none. Throws
/// std::runtime_error if it cannot be read or understood.
template <class Parser>
auto find_if_present(const SettingSource& source, std::string_view name, Parser parse)
    -> std::optional<decltype(parse(std::string_view()))>
{
    const std::optional<std::string> text = source.find(name);
    if (!text)
        return std::nullopt;
    try {
        return parse(text::trim(*text));
    } catch (const std::invalid_argument& error) {
        const std::string why = source.is_quotable ? fmt::format(": {}", error.what()) : "";
        throw std::runtime_error(fmt::format("cannot understand {}{}{}", source.place, name, why));
    }
}

/// The same, and nothing as well if it cannot be read or understood.
template <class Parser>
auto find_setting(const SettingSource& source, std::string_view name, Parser parse)
    -> decltype(find_if_present(source, name, parse))
{
    try {
        return find_if_present(source, name, parse);
    } catch (const std::runtime_error&) {
        return std::nullopt;
    }
}

net::PortRange find_range(const SettingSource& source)
{
    constexpr std::string_view name = "ip_local_port_range";
    if (const auto range = find_if_present(source, name, net::parse_port_range))
        return *range;
    throw std::runtime_error(
        fmt::format("there is no {}{}; is /proc mounted and readable here?", source.place, name));
}

TimeWaitReuse parse_time_wait_reuse(std::string_view text)
{
    const auto value = text::parse_number<unsigned>(text);
    if (value > static_cast<unsigned>(TimeWaitReuse::loopback))
        throw std::invalid_argument("not one of 0, 1 and 2");
    return static_cast<TimeWaitReuse>(value);
}

/// The kernel takes negative numbers here, and none of them means more than 0.
std::uint32_t parse_count(std::string_view text)
{
    return static_cast<std::uint32_t>(std::max(text::parse_number<std::int32_t>(text), 0));
}

bool parse_switch(std::string_view text)
{
    return text::parse_number<unsigned>(text) != 0;
}

void find_time_wait_settings(const SettingSource& source, PortSettings& settings)
{
    settings.time_wait_reuse = find_setting(source, "tcp_tw_reuse", parse_time_wait_reuse);
    if (const auto delay =
            find_setting(source, "tcp_tw_reuse_delay", text::parse_number<std::uint32_t>))
        settings.time_wait_reuse_delay = std::chrono::milliseconds(*delay);
    settings.timestamps = find_setting(source, "tcp_timestamps", parse_switch);
    settings.largest_time_wait = find_setting(source, "tcp_max_tw_buckets", parse_count);
    if (const auto length = find_setting(source, "tcp_fin_timeout", parse_count))
        settings.fin_wait2_length = std::chrono::seconds(*length);
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
    if (range.size() % 2 == 0 || range.size() == 1)
        return ports;
    net::PortSet first;
    first.insert(range.low);
    return ports -= first;
}

PortSettings find_port_settings(const SettingSource& source, SettingsNeeded needed)
{
    PortSettings settings;
    settings.range = find_range(source);
    settings.reserved = find_if_present(source, "ip_local_reserved_ports", net::parse_port_list)
                            .value_or(net::PortSet());
    if (needed == SettingsNeeded::ports_and_time_wait)
        find_time_wait_settings(source, settings);
    return settings;
}

std::optional<std::uint16_t> find_unprivileged_port_start(const SettingSource& source)
{
    return find_setting(source, "ip_unprivileged_port_start", text::parse_number<std::uint16_t>);
}

PortSettings read_port_settings(SettingsNeeded needed)
{
    return find_port_settings(own_files(), needed);
}

std::optional<std::uint16_t> read_unprivileged_port_start()
{
    return find_unprivileged_port_start(own_files());
}

} // namespace kernel
