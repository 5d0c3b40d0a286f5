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

#include "common/kernel/reader_unavailable.h"
#include "common/text/number.h"

namespace sockets {
namespace {

using kernel::ReaderUnavailable;

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
        throw std::invalid_argument("an address of an unexpected length");
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

/// A file of /proc/net, line by line.
class LineReader {
public:
    /// Reads the heading. Throws ReaderUnavailable if the file cannot be read.
    explicit LineReader(std::string path) : path_(std::move(path)), file_(open(path_))
    {
        if (!read_line())
            throw ReaderUnavailable(fmt::format("{} is empty", path_));
    }

    /// The next socket; nothing at the end.
    std::optional<Socket> next()
    {
        const auto line = read_line();
        if (!line)
            return std::nullopt;
        try {
            return parse_procfs_line(*line);
        } catch (const std::invalid_argument& error) {
            throw std::runtime_error(
                fmt::format("line {} of {} is malformed: {}", line_number_, path_, error.what()));
        }
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

    std::optional<std::string_view> read_line()
    {
        char* text = text_.release();
        const ssize_t length = getline(&text, &capacity_, file_.get());
        text_.reset(text);
        if (length < 0 && std::ferror(file_.get()) != 0)
            fail(path_);
        if (length < 0)
            return std::nullopt;
        ++line_number_;
        std::string_view line(text, static_cast<std::size_t>(length));
        if (line.ends_with('\n'))
            line.remove_suffix(1);
        return line;
    }

    std::string path_;
    FileHandle file_;
    std::unique_ptr<char, Free> text_;
    std::size_t capacity_ = 0;
    std::size_t line_number_ = 0;
};

void read_sockets(LineReader& lines, const Query& query, const SocketSink& sink)
{
    while (const std::optional<Socket> socket = lines.next()) {
        if (query.local_ports.contains(socket->local_port) && query.states.contains(socket->state))
            sink(*socket);
    }
}

/// IPv6 can be switched off, and then there is no second file.
void read_files(const std::string& ipv4, const std::string& ipv6, const Query& query,
                const SocketSink& sink)
{
    LineReader lines(ipv4);
    read_sockets(lines, query, sink);
    if (access(ipv6.c_str(), F_OK) != 0 && errno == ENOENT)
        return;
    try {
        LineReader more(ipv6);
        read_sockets(more, query, sink);
    } catch (const ReaderUnavailable& error) {
        // Too late for another reader: it would hand out the IPv4 sockets again.
        throw std::runtime_error(error.what());
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
    read_files(tcp, tcp6, query, sink);
}

void read_tcp_by_procfs(const Query& query, const SocketSink& sink)
{
    read_files("/proc/net/tcp", "/proc/net/tcp6", query, sink);
}

void read_udp_files(const std::string& udp, const std::string& udp6, net::PortRange local_ports,
                    const SocketSink& sink)
{
    read_files(udp, udp6, {local_ports, udp_states}, sink);
}

void read_udp_by_procfs(net::PortRange local_ports, const SocketSink& sink)
{
    read_files("/proc/net/udp", "/proc/net/udp6", {local_ports, udp_states}, sink);
}

} // namespace sockets
