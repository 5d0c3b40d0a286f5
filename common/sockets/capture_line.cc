#include "common/sockets/capture_line.h"

#include <algorithm>
#include <array>
#include <stdexcept>
#include <utility>

#include "common/sockets/capture_timer.h"
#include "common/text/number.h"
#include "common/text/words.h"

namespace sockets {
namespace {

struct StateName {
    std::string_view of_ss;
    std::string_view of_netstat;
    SocketState state;
};

constexpr std::array<StateName, 11> state_names = {{
    {"ESTAB", "ESTABLISHED", SocketState::established},
    {"SYN-SENT", "SYN_SENT", SocketState::syn_sent},
    {"SYN-RECV", "SYN_RECV", SocketState::syn_received},
    {"FIN-WAIT-1", "FIN_WAIT1", SocketState::fin_wait1},
    {"FIN-WAIT-2", "FIN_WAIT2", SocketState::fin_wait2},
    {"TIME-WAIT", "TIME_WAIT", SocketState::time_wait},
    {"UNCONN", "CLOSE", SocketState::closed},
    {"CLOSE-WAIT", "CLOSE_WAIT", SocketState::close_wait},
    {"LAST-ACK", "LAST_ACK", SocketState::last_ack},
    {"LISTEN", "LISTEN", SocketState::listening},
    {"CLOSING", "CLOSING", SocketState::closing},
}};

using NameOf = std::string_view StateName::*;

std::optional<SocketState> find_state(std::string_view word, NameOf name)
{
    const auto* const found =
        std::find_if(state_names.begin(), state_names.end(),
                     [&](const StateName& each) { return each.*name == word; });
    if (found == state_names.end())
        return std::nullopt;
    return found->state;
}

bool is_count(std::string_view word)
{
    return text::find_number<std::uint32_t>(word).has_value();
}

std::uint16_t parse_port(std::string_view text)
{
    if (text == "*")
        return 0;
    if (const auto port = text::find_number<std::uint16_t>(text))
        return *port;
    throw std::invalid_argument(
        "a port that is not a number; ask ss or netstat for numbers with -n");
}

/// "10.0.0.1%eth0:80", "[fe80::1]%eth0:80", "fe80::1%eth0:80", "*:80", ":::80".
CapturedEnd parse_end(std::string_view word)
{
    const std::size_t colon = word.rfind(':');
    if (colon == std::string_view::npos)
        throw std::invalid_argument("an address without its port");
    CapturedEnd end;
    end.port = parse_port(word.substr(colon + 1));
    std::string_view host = word.substr(0, colon);
    end.enclosed = host.starts_with('[');
    if (const std::size_t percent = host.find('%'); percent != std::string_view::npos) {
        end.device = host.substr(percent + 1);
        host = host.substr(0, percent);
        // An old ss puts the bracket behind the device.
        if (host.starts_with('[') && end.device.ends_with(']')) {
            end.device.remove_suffix(1);
            host.remove_prefix(1);
        }
        if (end.device.empty())
            throw std::invalid_argument("a % without its device");
    }
    if (host.starts_with('[') && host.ends_with(']'))
        host = host.substr(1, host.size() - 2);
    end.star = host == "*";
    if (!end.star)
        end.address = net::Address::parse(host);
    return end;
}

std::optional<std::chrono::milliseconds> find_netstat_timer(text::Words& words)
{
    for (std::string_view word = words.next(); !word.empty(); word = words.next()) {
        if (word == "timewait")
            return parse_netstat_time(words.next());
    }
    return std::nullopt;
}

[[noreturn]] void fail_without_state()
{
    throw std::invalid_argument("a socket without its state; leave \"state\" and -B out: ss -tano");
}

/// Behind the state.
CapturedSocket parse_ss(SocketState state, text::Words& words)
{
    if (!is_count(words.next()) || !is_count(words.next()))
        throw std::invalid_argument("a state without its two queues");
    CapturedSocket socket;
    socket.state = state;
    socket.local = parse_end(words.next());
    socket.remote = parse_end(words.next());
    // A FIN_WAIT2 that no program holds is a TIME_WAIT to ss, too (tcp_time_wait()).
    if (state == SocketState::time_wait || state == SocketState::fin_wait2)
        socket.expires_in = parse_ss_timer(words.next());
    return socket;
}

/// Behind the protocol and the first queue.
CapturedSocket parse_netstat(bool udp, text::Words& words)
{
    if (!is_count(words.next()))
        throw std::invalid_argument("a protocol without its two queues");
    CapturedSocket socket;
    socket.local = parse_end(words.next());
    socket.remote = parse_end(words.next());
    const auto state = find_state(words.next(), &StateName::of_netstat);
    // netstat leaves the state of a UDP socket blank if it has no peer.
    if (!state && (!udp || socket.remote.port != 0))
        fail_without_state();
    socket.state = state.value_or(SocketState::closed);
    if (socket.state == SocketState::time_wait || socket.state == SocketState::fin_wait2)
        socket.expires_in = find_netstat_timer(words);
    return socket;
}

/// In the kernel's table a TCP socket that neither listens nor is connected is one that is bound;
/// ss has one word for both.
void tell_bound_from_closed(CapturedSocket& socket)
{
    if (!socket.udp && socket.state == SocketState::closed)
        socket.state = SocketState::bound;
}

} // namespace

CapturedSocket as_captured(const Socket& socket)
{
    CapturedSocket captured;
    captured.state = socket.state;
    captured.local.address = socket.local_address;
    captured.local.port = socket.local_port;
    captured.remote.address = socket.remote_address;
    captured.remote.port = socket.remote_port;
    captured.interface = socket.device;
    captured.expires_in = socket.expires_in;
    captured.ipv6_only = socket.ipv6_only;
    return captured;
}

std::optional<CapturedSocket> parse_capture_line(std::string_view line)
{
    if (line.empty() || text::is_space(line.front()))
        return std::nullopt;
    text::Words words(line);
    std::string_view first = words.next();
    const bool udp = first == "udp" || first == "udp6";
    const bool netid = udp || first == "tcp" || first == "tcp6";
    if (netid)
        first = words.next();
    std::optional<CapturedSocket> socket;
    if (const auto state = find_state(first, &StateName::of_ss)) {
        socket = parse_ss(*state, words);
    } else if (is_count(first)) {
        if (!netid)
            fail_without_state();
        socket = parse_netstat(udp, words);
    } else if (netid) {
        throw std::invalid_argument("a protocol without a state or queues");
    }
    if (socket) {
        socket->udp = udp;
        tell_bound_from_closed(*socket);
    }
    return socket;
}

} // namespace sockets
