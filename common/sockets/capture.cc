#include "common/sockets/capture.h"

#include <algorithm>
#include <stdexcept>
#include <tuple>

#include <fmt/format.h>

#include "common/sockets/capture_dump.h"
#include "common/sockets/capture_tables.h"
#include "common/text/number.h"

namespace sockets {
namespace {

class CaptureParser {
public:
    Capture parse(std::string_view text);

private:
    void take_line(std::string_view line);
    void take_printed(std::string_view line);
    void keep(const CapturedSocket& socket);
    bool take_setting(std::string_view line);
    bool take_count(std::string_view line);
    void note_cut(std::string_view line);
    void refuse_cut_addresses() const;
    void look_at_sources();

    Capture capture_;
    CaptureTables tables_;
    bool has_printed_tcp_ = false;  ///< sockets of TCP that ss or netstat printed
    bool has_dump_ = false;         ///< a raw dump
    bool has_netid_ = false;        ///< ss was asked for more than TCP
    bool has_unix_sockets_ = false; ///< by -x, and not by -u
    bool cut_ = false;              ///< an address of netstat's is as long as its column
    bool whole_ = false;            ///< one is longer, so -W was given
};

/// "net.ipv4.tcp_tw_reuse = 2"
bool CaptureParser::take_setting(std::string_view line)
{
    constexpr std::string_view prefix = "net.ipv4.";
    const std::size_t equals = line.find('=');
    if (!line.starts_with(prefix) || equals == std::string_view::npos)
        return false;
    const std::string_view name = text::trim(line.substr(prefix.size(), equals - prefix.size()));
    std::string_view value = line.substr(equals + 1);
    if (value.ends_with('\r'))
        value.remove_suffix(1);
    if (!capture_.settings.emplace(name, text::trim(value)).second)
        throw std::invalid_argument("a setting comes twice; give one capture at a time");
    return true;
}

/// A line of /proc/net/sockstat, such as "TCP: inuse 20 orphan 0 tw 7 alloc 500 mem 0".
bool CaptureParser::take_count(std::string_view line)
{
    std::string* const text =
        line.starts_with("TCP6: inuse ") ? &capture_.sockstat6
        : line.starts_with("sockets: used ") || line.starts_with("TCP: inuse ") ? &capture_.sockstat
                                                                                : nullptr;
    if (text == nullptr)
        return false;
    text->append(line).append("\n");
    return true;
}

/// netstat's columns of addresses are 23 characters wide without -W.
void CaptureParser::note_cut(std::string_view line)
{
    constexpr std::size_t width = 23;
    for (std::size_t begin = 0; begin < line.size();) {
        const std::size_t end = std::min(line.find(' ', begin), line.size());
        const std::string_view word = line.substr(begin, end - begin);
        if (std::count(word.begin(), word.end(), ':') > 1) {
            cut_ = cut_ || word.size() == width;
            whole_ = whole_ || word.size() > width;
        }
        begin = end + 1;
    }
}

void CaptureParser::refuse_cut_addresses() const
{
    if (cut_ && !whole_)
        throw std::runtime_error("netstat may have cut IPv6 addresses off; take the capture with "
                                 "netstat -W, or with ss -tano");
}

void CaptureParser::keep(const CapturedSocket& socket)
{
    capture_.has_listeners = capture_.has_listeners || socket.state == SocketState::listening;
    capture_.has_ages = capture_.has_ages || socket.expires_in.has_value();
    capture_.has_udp = capture_.has_udp || socket.udp;
    capture_.sockets.push_back(socket);
}

/// What ss or netstat printed.
void CaptureParser::take_printed(std::string_view line)
{
    has_netid_ = has_netid_ || line.starts_with("Netid");
    has_unix_sockets_ = has_unix_sockets_ || line.starts_with("u_");
    if (line.starts_with("tcp6 ") || line.starts_with("udp6 "))
        note_cut(line);
    const auto socket = parse_capture_line(line);
    if (!socket)
        return;
    has_printed_tcp_ = has_printed_tcp_ || !socket->udp;
    // Only since then are there brackets, and "0.0.0.0" for the wildcard of IPv4; netstat has that
    // as well, but no star for an address.
    capture_.star_is_dual_stack = capture_.star_is_dual_stack ||
                                  line.find('[') != std::string_view::npos ||
                                  line.find(" 0.0.0.0:") != std::string_view::npos;
    keep(*socket);
}

void CaptureParser::take_line(std::string_view line)
{
    if (line.find('\0') != std::string_view::npos)
        throw std::invalid_argument("a NUL byte; this is not the output of ss, and no raw "
                                    "dump begins within a line");
    if (const auto socket = tables_.take(line))
        keep(*socket);
    else if (!take_setting(line) && !take_count(line))
        take_printed(line);
}

/// The counts of /proc/net/sockstat6 say whether there is IPv6.
void CaptureParser::look_at_sources()
{
    tables_.require_both_families(capture_.sockstat.empty() || !capture_.sockstat6.empty());
    if (tables_.has_tcp() + has_printed_tcp_ + has_dump_ > 1)
        throw std::runtime_error("the capture has its TCP sockets more than once; give one of "
                                 "/proc/net/tcp, the output of ss or netstat, and ss -D");
    capture_.has_listeners = capture_.has_listeners || tables_.has_tcp();
    capture_.has_udp = capture_.has_udp || tables_.has_udp();
}

/// Of two connections between the same ends one cannot be.
void refuse_repeated_connections(const std::vector<CapturedSocket>& sockets)
{
    using Ends = std::tuple<net::Address, std::uint16_t, net::Address, std::uint16_t,
                            std::string_view, std::uint32_t>;
    std::vector<Ends> connections;
    for (const CapturedSocket& socket : sockets) {
        if (!socket.udp && socket.remote.port != 0)
            connections.emplace_back(socket.local.address, socket.local.port, socket.remote.address,
                                     socket.remote.port, socket.local.device, socket.interface);
    }
    std::sort(connections.begin(), connections.end());
    if (std::adjacent_find(connections.begin(), connections.end()) != connections.end())
        throw std::runtime_error("the capture has a connection twice; give one capture of one "
                                 "network namespace at a time");
}

Capture CaptureParser::parse(std::string_view text)
{
    std::size_t number = 0;
    while (!text.empty() && !begins_dump(text)) {
        ++number;
        const std::size_t end = text.find('\n');
        if (end == std::string_view::npos)
            throw std::runtime_error("the capture ends within a line, so the rest of it is "
                                     "missing; take it again");
        try {
            take_line(text.substr(0, end));
        } catch (const std::invalid_argument& error) {
            refuse_cut_addresses();
            throw std::runtime_error(
                fmt::format("line {} of the capture is malformed: {}", number, error.what()));
        }
        text.remove_prefix(end + 1);
    }
    has_dump_ = !text.empty();
    if (has_dump_)
        parse_captured_dump(text, [&](const CapturedSocket& socket) { keep(socket); });
    refuse_cut_addresses();
    look_at_sources();
    // The heading has this column if ss was asked for more than TCP, though there be none.
    capture_.has_udp = capture_.has_udp || (has_netid_ && !has_unix_sockets_);
    refuse_repeated_connections(capture_.sockets);
    std::stable_partition(
        capture_.sockets.begin(), capture_.sockets.end(),
        [](const CapturedSocket& socket) { return socket.state == SocketState::listening; });
    return std::move(capture_);
}

} // namespace

Capture parse_capture(std::string_view text)
{
    return CaptureParser().parse(text);
}

} // namespace sockets
