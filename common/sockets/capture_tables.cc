#include "common/sockets/capture_tables.h"

#include <algorithm>
#include <stdexcept>

#include <fmt/format.h>

#include "common/sockets/procfs.h"
#include "common/sockets/query.h"
#include "common/text/words.h"

namespace sockets {
namespace {

/// Whether a heading or a socket may begin so. Nearly all lines of ss do not.
bool may_be_of_table(std::string_view line)
{
    const std::size_t begin = line.find_first_not_of(' ');
    return begin != std::string_view::npos &&
           (line[begin] == 's' || (line[begin] >= '0' && line[begin] <= '9'));
}

/// "12:", which begins a socket, as well as an interface of `ip address`.
bool is_number(std::string_view word)
{
    return word.size() > 1 && word.find_first_not_of("0123456789") == word.size() - 1 &&
           word.ends_with(':');
}

/// "0100007F:1538"
bool is_end(std::string_view word)
{
    constexpr std::size_t ipv4_digits = 8;
    constexpr std::size_t ipv6_digits = 32;
    constexpr std::size_t port_digits = 4;
    const std::size_t colon = word.find(':');
    return (colon == ipv4_digits || colon == ipv6_digits) &&
           word.size() == colon + 1 + port_digits &&
           word.find_first_not_of("0123456789ABCDEF:") == std::string_view::npos;
}

/// Whether `address` is loopback, or IPv4 as IPv6 holds it, if its numbers are turned round. No
/// host has such an address of its own.
bool is_of_other_byte_order(const net::Address& address)
{
    auto words = address.words();
    for (std::uint32_t& word : words)
        word = __builtin_bswap32(word);
    if (address.is_ipv4())
        return net::Address::ipv4(words.back()) == net::Address::parse("127.0.0.1");
    const net::Address turned = net::Address::ipv6(words);
    return turned.is_ipv4() || turned == net::Address::parse("::1");
}

[[noreturn]] void fail()
{
    throw std::invalid_argument("not a socket in the form of the tables of /proc/net");
}

} // namespace

void CaptureTables::take_heading(std::string_view line)
{
    text::Words words(line);
    words.next();
    if (words.next() != "local_address")
        return;
    const bool ipv6 = words.next() == "remote_address";
    const bool datagrams = line.find(" drops") != std::string_view::npos;
    const Table table = datagrams ? ipv6 ? udp6 : udp : ipv6 ? tcp6 : tcp;
    if (seen_.at(table))
        throw std::invalid_argument("a table of /proc/net comes twice; give one each of tcp, tcp6, "
                                    "udp and udp6, and no other");
    seen_.at(table) = true;
    current_ = table;
}

CapturedSocket CaptureTables::parse(std::string_view line, Table table)
{
    Socket socket;
    try {
        socket = parse_procfs_line(line);
    } catch (const std::invalid_argument&) {
        fail(); // its text quotes the line
    }
    if (is_of_other_byte_order(socket.local_address))
        throw std::invalid_argument("an address in the other byte order; take the capture with "
                                    "ss -tano");
    CapturedSocket captured = as_captured(socket);
    captured.udp = table == udp || table == udp6;
    if (captured.udp && !udp_states.contains(socket.state))
        fail();
    return captured;
}

std::optional<CapturedSocket> CaptureTables::take(std::string_view line)
{
    if (!may_be_of_table(line)) {
        current_.reset();
        return std::nullopt;
    }
    text::Words words(line);
    const std::string_view first = words.next();
    if (current_ && is_number(first))
        return parse(line, *current_);
    current_.reset();
    if (first == "sl")
        take_heading(line);
    else if (is_number(first) && is_end(words.next()))
        throw std::invalid_argument("a socket of /proc/net without the heading of its table; give "
                                    "the whole of it");
    return std::nullopt;
}

void CaptureTables::require_both_families(bool has_ipv6) const
{
    const auto require = [&](Table ipv4, Table ipv6, std::string_view name) {
        if (seen_.at(ipv6) && !seen_.at(ipv4))
            throw std::runtime_error(
                fmt::format("the capture has /proc/net/{0}6 without {0}; take both", name));
        if (seen_.at(ipv4) && !seen_.at(ipv6) && has_ipv6)
            throw std::runtime_error(
                fmt::format("the capture has /proc/net/{0} without {0}6; take both, or, if that "
                            "host has no IPv6, put /proc/net/sockstat* before it",
                            name));
    };
    require(tcp, tcp6, "tcp");
    require(udp, udp6, "udp");
}

} // namespace sockets
