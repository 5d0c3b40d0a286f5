#include "plugins/host.h"

#include <utility>

#include <fmt/format.h>

#include "common/plugin/standard_input.h"
#include "common/ports/wider_range.h"
#include "common/sockets/capture_snapshot.h"
#include "plugins/reader_option.h"

namespace checks {
namespace {

using sockets::Capture;

sockets::Wanted with_ports(const HostNeeds& needs, const kernel::PortSettings& settings,
                           std::optional<std::uint16_t> unprivileged_port_start)
{
    sockets::Wanted wanted = needs.wanted;
    if (needs.widens)
        wanted.ports = ports::widen(settings.range, unprivileged_port_start);
    return wanted;
}

Host look_here(sockets::Reader reader, const HostNeeds& needs)
{
    const kernel::PortSettings settings = kernel::read_port_settings(needs.settings);
    const auto start = kernel::read_unprivileged_port_start();
    sockets::Wanted wanted = with_ports(needs, settings, start);
    wanted.reader = reader;
    return {sockets::take_snapshot(settings, wanted), start, {}, {}, {}};
}

/// What would make the figures more exact; and the capture's devices, which it numbers by itself.
std::vector<std::string> tell_capture(const Capture& capture)
{
    std::vector<std::string> notes;
    if (capture.sockstat.empty())
        notes.emplace_back("With `cat /proc/net/sockstat*` before ss, the capture would tell how "
                           "many sockets may be bound only.");
    const std::vector<std::string> devices = sockets::devices_of(capture);
    for (std::size_t i = 0; i < devices.size(); ++i)
        notes.push_back(fmt::format("Interface {} is {}.", i + 1, devices[i]));
    return notes;
}

Host look_at_capture(const HostNeeds& needs)
{
    constexpr std::size_t most = std::size_t{256} << 20;
    const std::string text = plugin::read_standard_input(most);
    const Capture capture = sockets::parse_capture(text);
    const kernel::PortSettings settings = sockets::settings_of(capture, needs.settings);
    if (needs.settings == kernel::SettingsNeeded::ports_and_time_wait)
        sockets::require_ages(capture);
    const auto start = sockets::unprivileged_port_start_of(capture);
    return {sockets::take_snapshot(capture, settings, with_ports(needs, settings, start)), start,
            sockets::count_time_wait(capture), kernel::Oracle("the sockets are those of a capture"),
            tell_capture(capture)};
}

} // namespace

void declare_source(plugin::Options& options, HostSource& source)
{
    options.add(plugin::switch_option(
        "stdin", {},
        "judge the host whose settings, counts and sockets are on standard input, as `sysctl "
        "net.ipv4`, `cat /proc/net/sockstat*` and `ss -tuano` print them; instead of ss also "
        "netstat -W, or /proc/net/tcp, tcp6, udp and udp6",
        source.is_capture));
    options.add(reader_option(source.reader));
}

Host look_at_host(const HostSource& source, const HostNeeds& needs)
{
    if (!source.is_capture)
        return look_here(source.reader, needs);
    if (source.reader != sockets::Reader::automatic)
        throw plugin::UsageError("--reader has nothing to read with --stdin");
    if (needs.owners)
        throw plugin::UsageError("--who finds no owners with --stdin: a capture has none");
    return look_at_capture(needs);
}

} // namespace checks
