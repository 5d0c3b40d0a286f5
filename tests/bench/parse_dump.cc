// What one socket costs us, in instructions: datagrams as the kernel makes them, parsed and
// counted. tests/bench/check_instructions runs it under callgrind.
//
// Usage: parse_dump few|spread|closed SOCKETS, for connections in 40 tuples or in one each, or for
// TIME_WAITs in 11. Without arguments it prints what compiled it, as the number of instructions
// hangs on that.
#include <arpa/inet.h>
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <linux/inet_diag.h>
#include <linux/netlink.h>
#include <linux/sock_diag.h>
#include <netinet/in.h>
#include <span>
#include <string_view>
#include <vector>

#include "common/ports/by_tuple.h"
#include "common/ports/census.h"
#include "common/sockets/dump_message.h"
#include "common/sockets/snapshot.h"

namespace {

constexpr std::uint32_t sequence = 1;
constexpr net::PortRange range = {10000, 65535};
constexpr std::size_t tuples_of_a_report = 22; ///< counted one by one: rows, and those in danger

/// An established IPv4 socket as Linux 6.18 describes it to root: 124 bytes.
/// inet_diag_msg_attrs_fill() adds the attributes unasked.
struct Message {
    nlmsghdr header = {sizeof(Message), TCPDIAG_GETSOCK, NLM_F_MULTI, sequence, 0};
    inet_diag_msg body = {};
    nlattr shutdown_header = {sizeof(nlattr) + 1, INET_DIAG_SHUTDOWN};
    std::uint32_t shutdown = 0;
    nlattr mark_header = {sizeof(nlattr) + 4, INET_DIAG_MARK};
    std::uint32_t mark = 0;
    nlattr cgroup_header = {sizeof(nlattr) + 8, INET_DIAG_CGROUP_ID};
    std::array<std::uint32_t, 2> cgroup = {1, 0};
    nlattr options_header = {sizeof(nlattr) + 2, INET_DIAG_SOCKOPT};
    std::uint32_t options = 0;
};
static_assert(sizeof(Message) == 124);

constexpr std::size_t messages_a_datagram = 32768 / sizeof(Message);
using Datagram = std::array<Message, messages_a_datagram>;

struct Kind {
    std::size_t tuples;
    bool closed;
};

Kind make_kind(std::string_view name, std::size_t sockets)
{
    if (name == "closed")
        return {11, true};
    return {name == "few" ? 40 : sockets, false};
}

Message make_message(std::size_t i, const Kind& kind)
{
    constexpr unsigned char time_wait_timer = 3;
    constexpr std::uint32_t time_wait_length = 60000; // milliseconds
    constexpr std::size_t ports_in_use =
        24999; // no divisor of the tuples, so that none is there twice
    constexpr std::uint32_t source = 0x0a000001; // 10.0.0.1
    Message message;
    message.body.idiag_family = AF_INET;
    message.body.idiag_state = static_cast<std::uint8_t>(sockets::SocketState::established);
    message.body.idiag_inode = 1;
    if (kind.closed) {
        message.body.idiag_state = static_cast<std::uint8_t>(sockets::SocketState::time_wait);
        message.body.idiag_inode = 0;
        message.body.idiag_timer = time_wait_timer;
        message.body.idiag_expires = static_cast<std::uint32_t>(i % time_wait_length);
    }
    message.body.id.idiag_sport = htons(static_cast<std::uint16_t>(range.low + i % ports_in_use));
    message.body.id.idiag_dport = htons(443);
    message.body.id.idiag_src[0] = htonl(source);
    message.body.id.idiag_dst[0] = htonl(static_cast<std::uint32_t>(source + 1 + i % kind.tuples));
    return message;
}

} // namespace

/// What is measured, so its name has to stay as check_instructions knows it. Returns the ports used
/// by the worst tuple.
extern "C" [[gnu::noinline]] std::size_t count_sockets(const std::vector<Datagram>& datagrams,
                                                       sockets::Snapshot& snapshot)
{
    const auto sink = [&](const sockets::Socket& socket) __attribute__((always_inline))
    {
        snapshot.add_tcp(socket);
    };
    for (const Datagram& datagram : datagrams)
        sockets::parse_dump(std::as_bytes(std::span(datagram)), sequence, sink);
    snapshot.connections.settle();
    ports::Census census(snapshot, ports::find_shown_as_held(snapshot),
                         ports::TimeWaitPolicy::kernel_rule, {});
    std::vector<sockets::TupleNumber> tuples;
    for (const ports::TupleUsage& usage : census.first(tuples_of_a_report, ports::has_fewer_left))
        tuples.push_back(usage.number);
    census.recount(ports::pick_tuples(snapshot, tuples));
    return census.usage(tuples.front()).used;
}

int main(int argc, char* argv[])
{
    if (argc != 3) {
#if defined(__clang__) || !defined(__OPTIMIZE__) || defined(__SANITIZE_ADDRESS__)
        std::puts("unknown");
#elif defined(__x86_64__)
        std::printf("gcc %d x86_64\n", __GNUC__);
#else
        std::printf("gcc %d\n", __GNUC__);
#endif
        return EXIT_SUCCESS;
    }
    const std::size_t sockets = std::strtoull(argv[2], nullptr, 10);
    const Kind kind = make_kind(argv[1], sockets);
    std::vector<Datagram> datagrams(sockets / messages_a_datagram);
    for (std::size_t i = 0; i < datagrams.size() * messages_a_datagram; ++i)
        datagrams[i / messages_a_datagram][i % messages_a_datagram] = make_message(i, kind);

    kernel::PortSettings settings;
    settings.range = range;
    sockets::Snapshot snapshot(settings);
    const std::size_t used = count_sockets(datagrams, snapshot);
    std::printf("%zu sockets, %zu ports used\n", snapshot.connections.size(), used);
}
