#include "common/sockets/procfs.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <optional>
#include <stdexcept>
#include <system_error>
#include <tuple>
#include <unistd.h>
#include <utility>

#include <fmt/format.h>

#include "common/sockets/reader.h"
#include "common/text/number.h"

namespace sockets {
namespace {

/// The fields of a line, which spaces part.
class Fields {
public:
    explicit Fields(std::string_view line) : rest_(line) {}

    std::string_view next()
    {
        rest_.remove_prefix(std::min(rest_.find_first_not_of(' '), rest_.size()));
        if (rest_.empty())
            throw std::invalid_argument("the line ends too early");
        const std::string_view field = rest_.substr(0, rest_.find(' '));
        rest_.remove_prefix(field.size());
        return field;
    }

private:
    std::string_view rest_;
};

/// `field` cut in two at its first colon.
std::pair<std::string_view, std::string_view> split_at_colon(std::string_view field)
{
    const std::size_t colon = field.find(':');
    if (colon == std::string_view::npos)
        throw std::invalid_argument("a field without its colon");
    return {field.substr(0, colon), field.substr(colon + 1)};
}

/// "0100007F:1538". The kernel prints the address as 32-bit numbers of this machine's byte order,
/// eight digits each, one for IPv4 and four for IPv6 (get_tcp4_sock(), get_tcp6_sock()).
std::pair<net::Address, std::uint16_t> parse_endpoint(std::string_view field)
{
    constexpr std::size_t word_digits = 8;
    const auto [address, port] = split_at_colon(field);
    std::array<std::uint32_t, 4> words{};
    if (address.size() != word_digits && address.size() != words.size() * word_digits)
        throw std::invalid_argument("an address of a strange length");
    for (std::size_t i = 0; i * word_digits < address.size(); ++i)
        words.at(i) =
            text::parse_hexadecimal<std::uint32_t>(address.substr(i * word_digits, word_digits));
    return {address.size() == word_digits ? net::Address::ipv4(words[0])
                                          : net::Address::ipv6(words),
            text::parse_hexadecimal<std::uint16_t>(port)};
}

/// "03:0000176E": the timer's kind, and the time until it runs out, in hundredths of a second
/// (USER_HZ).
std::optional<std::chrono::milliseconds> parse_time_wait_timer(std::string_view field)
{
    constexpr unsigned time_wait_timer = 3;
    constexpr std::chrono::milliseconds tick(10);
    const auto [kind, ticks] = split_at_colon(field);
    if (text::parse_hexadecimal<unsigned>(kind) != time_wait_timer)
        return std::nullopt;
    return tick * text::parse_hexadecimal<std::uint32_t>(ticks);
}

/// A file of /proc/net, line by line, with the next line in view.
class LineReader {
public:
    /// Reads the heading. Throws ReaderUnavailable where the file cannot be read.
    explicit LineReader(std::string path) : path_(std::move(path)), file_(open(path_))
    {
        advance();
        if (!line_)
            throw ReaderUnavailable(fmt::format("{} is empty", path_));
        advance();
    }

    /// The next socket, not yet taken; nothing at the end.
    [[nodiscard]] std::optional<Socket> peek() const
    {
        if (!line_)
            return std::nullopt;
        try {
            return parse_procfs_line(*line_);
        } catch (const std::invalid_argument& error) {
            throw std::runtime_error(
                fmt::format("line {} of {} is malformed: {}", line_number_, path_, error.what()));
        }
    }

    void advance()
    {
        char* text = text_.release();
        const ssize_t length = getline(&text, &capacity_, file_.get());
        text_.reset(text);
        if (length < 0 && std::ferror(file_.get()) != 0)
            fail(path_);
        line_.reset();
        if (length < 0)
            return;
        ++line_number_;
        line_ = std::string_view(text, static_cast<std::size_t>(length));
        if (line_->ends_with('\n'))
            line_->remove_suffix(1);
    }

private:
    struct Close {
        void operator()(std::FILE* file) const { std::fclose(file); }
    };
    struct Free {
        void operator()(char* text) const { std::free(text); }
    };
    using FileHandle = std::unique_ptr<std::FILE, Close>;

    [[noreturn]] static void fail(const std::string& path)
    {
        throw ReaderUnavailable(
            fmt::format("cannot read {}: {}", path, std::generic_category().message(errno)));
    }

    static FileHandle open(const std::string& path)
    {
        FileHandle file(std::fopen(path.c_str(), "re"));
        if (!file)
            fail(path);
        return file;
    }

    std::string path_;
    FileHandle file_;
    std::unique_ptr<char, Free> text_;
    std::size_t capacity_ = 0;
    std::optional<std::string_view> line_;
    std::size_t line_number_ = 0;
};

/// IPv6 can be switched off, and then there is neither tcp6 nor udp6.
std::optional<LineReader> open_if_present(const std::string& path)
{
    if (access(path.c_str(), F_OK) != 0 && errno == ENOENT)
        return std::nullopt;
    return std::optional<LineReader>(std::in_place, path);
}

void hand_on(const Socket& socket, const Query& query, const SocketSink& sink)
{
    if (query.local_ports.contains(socket.local_port) &&
        query.remote_ports.contains(socket.remote_port) && query.states.contains(socket.state))
        sink(socket);
}

/// tcp_seq_start() walks the table of listeners first, so they are the beginning of each file.
void read_listeners(LineReader& lines, const Query& query, const SocketSink& sink)
{
    for (auto socket = lines.peek(); socket && socket->state == SocketState::listening;
         socket = lines.peek()) {
        hand_on(*socket, query, sink);
        lines.advance();
    }
}

void read_rest(LineReader& lines, const Query& query, const SocketSink& sink)
{
    for (auto socket = lines.peek(); socket; socket = lines.peek()) {
        hand_on(*socket, query, sink);
        lines.advance();
    }
}

} // namespace

Socket parse_procfs_line(std::string_view line)
{
    constexpr auto last_state = static_cast<unsigned>(SocketState::bound);
    Fields fields(line);
    fields.next(); // the number of the line
    Socket socket;
    std::tie(socket.local_address, socket.local_port) = parse_endpoint(fields.next());
    std::tie(socket.remote_address, socket.remote_port) = parse_endpoint(fields.next());
    const auto state = text::parse_hexadecimal<unsigned>(fields.next());
    if (state == 0 || state > last_state)
        throw std::invalid_argument(fmt::format("no socket state has the number {}", state));
    socket.state = static_cast<SocketState>(state);
    fields.next(); // the queues
    socket.expires_in = parse_time_wait_timer(fields.next());
    fields.next(); // retransmissions
    socket.user = text::parse_number<std::uint32_t>(fields.next());
    fields.next(); // unanswered probes
    socket.inode = text::parse_number<std::uint32_t>(fields.next());
    return socket;
}

void read_tcp_files(const std::string& tcp, const std::string& tcp6, const Query& query,
                    const SocketSink& sink)
{
    LineReader ipv4(tcp);
    std::optional<LineReader> ipv6 = open_if_present(tcp6);
    read_listeners(ipv4, query, sink);
    if (ipv6)
        read_listeners(*ipv6, query, sink);
    read_rest(ipv4, query, sink);
    if (ipv6)
        read_rest(*ipv6, query, sink);
}

void read_tcp_by_procfs(const Query& query, const SocketSink& sink)
{
    read_tcp_files("/proc/net/tcp", "/proc/net/tcp6", query, sink);
}

void read_udp_files(const std::string& udp, const std::string& udp6, net::PortRange local_ports,
                    const SocketSink& sink)
{
    const Query query = {local_ports, udp_states};
    LineReader ipv4(udp);
    std::optional<LineReader> ipv6 = open_if_present(udp6);
    read_rest(ipv4, query, sink);
    if (ipv6)
        read_rest(*ipv6, query, sink);
}

void read_udp_by_procfs(net::PortRange local_ports, const SocketSink& sink)
{
    read_udp_files("/proc/net/udp", "/proc/net/udp6", local_ports, sink);
}

} // namespace sockets
