// sockets::parse_capture(): what sysctl, ss, netstat and /proc/net printed, and what is made of it.
#include <algorithm>
#include <stdexcept>

#include "common/sockets/capture_snapshot.h"
#include "tests/fuzz/recordings.h"
#include "tests/fuzz/target.h"

namespace {

using fuzz::promise;
using kernel::SettingsNeeded;
using sockets::SocketState;

/// Whether it is a part of `text`, which outlives the capture.
bool is_part(std::string_view part, std::string_view text)
{
    return part.empty() ||
           (std::greater_equal<>()(part.data(), text.data()) &&
            std::less_equal<>()(part.data() + part.size(), text.data() + text.size()));
}

void look_at(const sockets::CapturedSocket& socket, std::string_view text)
{
    // The longest is that of /proc/net: 32 bits of hundredths of a second.
    constexpr std::chrono::milliseconds longest = std::chrono::hours(12000);
    promise(socket.state >= SocketState::established && socket.state <= SocketState::bound);
    promise(!socket.expires_in ||
            (socket.expires_in->count() >= 0 && *socket.expires_in <= longest));
    for (const sockets::CapturedEnd& end : {socket.local, socket.remote}) {
        promise(is_part(end.device, text));
        promise(!end.star || end.address == net::Address());
    }
}

void look_at(const sockets::Capture& capture, std::string_view text)
{
    // A raw dump has no lines, but takes more bytes for a socket than this.
    const auto lines = static_cast<std::size_t>(std::ranges::count(text, '\n'));
    constexpr std::size_t least_bytes = 16;
    promise(capture.sockets.size() + capture.settings.size() <= lines + text.size() / least_bytes);
    for (const auto& [name, value] : capture.settings)
        promise(is_part(name, text) && is_part(value, text));
    bool any_listens = false;
    for (const sockets::CapturedSocket& socket : capture.sockets) {
        look_at(socket, text);
        any_listens = any_listens || socket.state == SocketState::listening;
    }
    promise(capture.has_listeners || !any_listens);
    promise(sockets::count_time_wait(capture) <= capture.sockets.size());
    promise(sockets::devices_of(capture).size() <= capture.sockets.size());
}

void take_all(const sockets::Capture& capture)
{
    sockets::require_ages(capture);
    const auto settings = sockets::settings_of(capture, SettingsNeeded::ports_and_time_wait);
    const auto snapshot = sockets::take_snapshot(capture, settings, {.udp = capture.has_udp});
    promise(snapshot.connections.size() <= capture.sockets.size());
    promise(snapshot.hidden_at_most <= settings.range.size());
}

void judge(const std::string& text)
{
    try {
        const sockets::Capture capture = sockets::parse_capture(text);
        look_at(capture, text);
        static_cast<void>(sockets::take_snapshot(capture, {}, {.tcp = false}));
        take_all(capture);
    } catch (const std::runtime_error& error) {
        // One line, and nothing in it that only the capture can have brought there.
        const std::string_view complaint = error.what();
        promise(complaint.size() < 200);
        promise(
            std::ranges::all_of(complaint, [](char byte) { return byte >= ' ' && byte <= '~'; }));
    }
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    // A raw dump has to end as it does, and a line by its newline.
    const std::string text(fuzz::text_of(data, size));
    judge(text);
    judge(text + '\n');
    return 0;
}

std::vector<std::string> fuzz::seeds()
{
    const std::string settings = R"(net.ipv4.ip_local_port_range = 32768 60999
net.ipv4.ip_local_reserved_ports =
net.ipv4.tcp_tw_reuse = 2
net.ipv4.tcp_timestamps = 1
net.ipv4.tcp_fin_timeout = 60)";
    const std::string counts = R"(sockets: used 300
TCP: inuse 20 orphan 0 tw 7 alloc 500 mem 0
TCP6: inuse 4)";
    const std::string listener = "LISTEN 0 128 :::5001 :::*";
    const std::string time_wait =
        "TIME-WAIT 0 0 [::ffff:10.0.0.1]:40008 [::ffff:10.0.0.5]:5432 timer:(timewait,32sec,0)";
    const std::string tcp_heading = "  sl  local_address rem_address   st tx_queue tr tm->when";
    const std::string tcp6_heading =
        "  sl  local_address   remote_address  st tx_queue tr tm->when";
    const std::string closed = "   0: 0100007F:9C48 0100007F:1538 06 00000000:00000000 "
                               "03:00001751 00000000     0        0 0 3 000000002f11e534";
    const std::string resolver = "  99: 00000000000000000000000000000000:9C50 "
                                 "00000000000000000000000000000000:0000 07 00000000:00000000 "
                                 "00:00000000 00000000     0        0 49254 2 0 0";
    const std::string tables = tcp_heading + '\n' + closed + '\n' + tcp6_heading + '\n' +
                               tcp_heading + " drops\n" + tcp6_heading + " drops\n" + resolver;
    std::string dump;
    for (const std::string& datagram : fuzz::recorded_pieces("fixtures/dump.bin"))
        dump += datagram;
    constexpr std::size_t end_size = 20; // of the message that ends one family's dump
    dump += dump.substr(dump.size() - std::min(dump.size(), end_size));
    return {settings,
            dump,
            settings + '\n' + dump,
            counts,
            listener,
            time_wait,
            tcp_heading,
            tcp6_heading,
            closed,
            tables,
            settings + '\n' + tables,
            settings + '\n' + counts + '\n' + listener + '\n' + time_wait,
            "ESTAB 0 0 127.0.0.1:40004 127.0.0.1:5432",
            "tcp LISTEN 0 128 *:5001 *:*",
            "udp UNCONN 0 0 [fe80::1]%eth0:546 [::]:*",
            "tcp 0 0 127.0.0.1:40008 127.0.0.1:5432 TIME_WAIT 0 0 - timewait (59.25/0/0)",
            "udp6 0 0 :::546 :::* 0 17 -"};
}
