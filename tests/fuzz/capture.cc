// sockets::parse_capture(): what sysctl, ss and netstat printed.
#include <stdexcept>

#include "common/sockets/capture_snapshot.h"
#include "tests/fuzz/target.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    try {
        // A line that does not end is refused before all else.
        std::string text(fuzz::text_of(data, size));
        text += '\n';
        const sockets::Capture capture = sockets::parse_capture(text);
        static_cast<void>(sockets::take_snapshot(capture, {}, {.tcp = false}));
        static_cast<void>(
            sockets::settings_of(capture, kernel::SettingsNeeded::ports_and_time_wait));
    } catch (const std::runtime_error&) {
        return 0;
    }
    return 0;
}

std::vector<std::string> fuzz::seeds()
{
    return {R"(net.ipv4.ip_local_port_range = 32768 60999
net.ipv4.ip_local_reserved_ports =
net.ipv4.tcp_tw_reuse = 2
net.ipv4.tcp_timestamps = 1
net.ipv4.tcp_fin_timeout = 60)",
            R"(sockets: used 300
TCP: inuse 20 orphan 0 tw 7 alloc 500 mem 0
TCP6: inuse 4)",
            "ESTAB 0 0 127.0.0.1:40004 127.0.0.1:5432",
            "TIME-WAIT 0 0 [::ffff:10.0.0.1]:40008 [::ffff:10.0.0.5]:5432 timer:(timewait,32sec,0)",
            "tcp LISTEN 0 128 *:5001 *:*",
            "udp UNCONN 0 0 [fe80::1]%eth0:546 [::]:*",
            "LISTEN 0 128 :::5001 :::*",
            "tcp 0 0 127.0.0.1:40008 127.0.0.1:5432 TIME_WAIT 0 0 - timewait (59.25/0/0)",
            "udp6 0 0 :::546 :::* 0 17 -"};
}
