#include "tests/live/tracer.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstring>
#include <linux/net.h>
#include <linux/netlink.h>
#include <linux/sock_diag.h>
#include <netinet/in.h>
#include <string_view>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/uio.h>

#include "tests/live/ptrace.h"

namespace lab {
namespace {

#ifdef SYS_socketcall
/// On i386 the C library makes all calls of sockets by one number, and their arguments are words in
/// memory (net/socket.c).
SystemCall find_call(pid_t process, SystemCall call)
{
    if (call.number != SYS_socketcall)
        return call;
    std::array<unsigned long, 3> words{};
    const std::string bytes = read_memory(process, call.arguments[1], sizeof words);
    std::memcpy(words.data(), bytes.data(), bytes.size());
    if (call.arguments[0] == SYS_SENDMSG)
        call.number = SYS_sendmsg;
    else if (call.arguments[0] == SYS_SEND || call.arguments[0] == SYS_SENDTO)
        call.number = SYS_sendto;
    else if (call.arguments[0] == SYS_SOCKET)
        call.number = SYS_socket;
    else if (call.arguments[0] == SYS_BIND)
        call.number = SYS_bind;
    else if (call.arguments[0] == SYS_CONNECT)
        call.number = SYS_connect;
    std::copy(words.begin(), words.end(), call.arguments.begin());
    return call;
}
#else
SystemCall find_call(pid_t /*process*/, const SystemCall& call)
{
    return call;
}
#endif

/// The first bytes of what a call sends; nothing if it is no such call.
std::string find_message(pid_t process, const SystemCall& made)
{
    constexpr std::size_t enough = 64;
    const SystemCall call = find_call(process, made);
    std::uint64_t address = call.arguments[1];
    std::size_t length = call.arguments[2];
    if (call.number == SYS_sendmsg) {
        msghdr header{};
        iovec part{};
        const std::string bytes = read_memory(process, address, sizeof header);
        std::memcpy(&header, bytes.data(), bytes.size());
        const std::string parts =
            read_memory(process, reinterpret_cast<std::uint64_t>(header.msg_iov), sizeof part);
        std::memcpy(&part, parts.data(), parts.size());
        address = reinterpret_cast<std::uint64_t>(part.iov_base);
        length = part.iov_len;
    } else if (call.number != SYS_sendto && call.number != SYS_write)
        return {};
    return read_memory(process, address, std::min(length, enough));
}

bool is_tcp_dump(const std::string& message)
{
    constexpr unsigned tcpdiag_getsock = 18; // the older request, of both families
    nlmsghdr header{};
    struct {
        std::uint8_t family;
        std::uint8_t protocol;
    } request{};
    if (message.size() < sizeof header + sizeof request)
        return false;
    std::memcpy(&header, message.data(), sizeof header);
    std::memcpy(&request, message.data() + sizeof header, sizeof request);
    return (header.nlmsg_flags & NLM_F_DUMP) == NLM_F_DUMP &&
           (header.nlmsg_type == tcpdiag_getsock ||
            (header.nlmsg_type == SOCK_DIAG_BY_FAMILY && request.protocol == IPPROTO_TCP));
}

bool opens_tcp_file(pid_t process, const SystemCall& call)
{
    constexpr std::size_t longest_path = 64;
    if (call.number != SYS_openat)
        return false;
    const std::string bytes = read_memory(process, call.arguments[1], longest_path);
    const std::string_view path = std::string_view(bytes).substr(0, bytes.find('\0'));
    return path.ends_with("/net/tcp") || path.ends_with("/net/tcp6");
}

class Counter : public CallWatcher {
public:
    void enter(pid_t process, const SystemCall& call) override
    {
        const std::uint64_t number = find_call(process, call).number;
        calls.sockets += number == SYS_socket ? 1 : 0;
        calls.binds += number == SYS_bind ? 1 : 0;
        calls.connects += number == SYS_connect ? 1 : 0;
        calls.dumps += is_tcp_dump(find_message(process, call)) ? 1 : 0;
        calls.proc_files += opens_tcp_file(process, call) ? 1 : 0;
    }

    Calls calls; // NOLINT: a plain result
};

} // namespace

Calls trace_calls(const std::vector<std::string>& command,
                  const std::vector<Confinement>& confinements)
{
    Counter counter;
    const int exit_code = trace(command, counter, confinements);
    counter.calls.exit_code = exit_code;
    return counter.calls;
}

} // namespace lab
