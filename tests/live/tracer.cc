#include "tests/live/tracer.h"

#include <algorithm>
#include <array>
#include <csignal>
#include <cstdint>
#include <cstring>
#include <fcntl.h>
#include <linux/net.h>
#include <linux/netlink.h>
#include <linux/sock_diag.h>
#include <netinet/in.h>
#include <string_view>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/live/system_call.h"

namespace lab {
namespace {

/// struct ptrace_syscall_info of a call's beginning, and the request for it (Linux 5.3), which
/// older C libraries do not know.
struct SystemCall {
    std::uint8_t op;
    std::array<std::uint8_t, 3> padding;
    std::uint32_t architecture;
    std::uint64_t instruction;
    std::uint64_t stack;
    std::uint64_t number;
    std::array<std::uint64_t, 6> arguments;
};
constexpr auto get_system_call = static_cast<__ptrace_request>(0x420e);
constexpr std::uint8_t entry = 1;

/// Up to `size` bytes of the process' memory at `address`.
std::string read_memory(pid_t process, std::uint64_t address, std::size_t size)
{
    std::string bytes(size, '\0');
    iovec here = {bytes.data(), bytes.size()};
    iovec there = {reinterpret_cast<void*>(address), size}; // NOLINT: an address in that process
    const ssize_t length = process_vm_readv(process, &here, 1, &there, 1, 0);
    bytes.resize(length > 0 ? static_cast<std::size_t>(length) : 0);
    return bytes;
}

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

[[noreturn]] void become_traced(const std::vector<std::string>& command,
                                std::vector<Confinement> confinements)
{
    dup2(open("/dev/null", O_WRONLY | O_CLOEXEC), STDOUT_FILENO);
    // The leak sanitizer refuses to be traced.
    confinements.push_back(set_environment("ASAN_OPTIONS", "detect_leaks=0"));
    // Last, so that what the confinements do is not looked at.
    confinements.emplace_back([] {
        check(ptrace(PTRACE_TRACEME, 0, nullptr, nullptr) == 0, "PTRACE_TRACEME");
        raise(SIGSTOP);
    });
    become(command, confinements);
}

} // namespace

Calls trace_calls(const std::vector<std::string>& command,
                  const std::vector<Confinement>& confinements)
{
    const pid_t process = fork();
    check(process >= 0, "fork");
    if (process == 0)
        become_traced(command, confinements);

    int status = 0;
    check(waitpid(process, &status, 0) == process && WIFSTOPPED(status), "waitpid");
    check(ptrace(PTRACE_SETOPTIONS, process, nullptr,
                 PTRACE_O_TRACESYSGOOD | PTRACE_O_TRACEEXEC | PTRACE_O_EXITKILL) == 0,
          "PTRACE_SETOPTIONS");
    constexpr int system_call_stop = SIGTRAP | 0x80;
    Calls calls;
    int signal = 0;
    while (ptrace(PTRACE_SYSCALL, process, nullptr, signal) == 0 &&
           waitpid(process, &status, 0) == process && WIFSTOPPED(status)) {
        signal = 0;
        if (WSTOPSIG(status) != system_call_stop) {
            signal = WSTOPSIG(status) == SIGTRAP ? 0 : WSTOPSIG(status); // SIGTRAP: the exec
            continue;
        }
        SystemCall call{};
        check(ptrace(get_system_call, process, sizeof call, &call) > 0, "PTRACE_GET_SYSCALL_INFO");
        if (call.op != entry)
            continue;
        const std::uint64_t number = find_call(process, call).number;
        calls.sockets += number == SYS_socket ? 1 : 0;
        calls.binds += number == SYS_bind ? 1 : 0;
        calls.connects += number == SYS_connect ? 1 : 0;
        calls.dumps += is_tcp_dump(find_message(process, call)) ? 1 : 0;
        calls.proc_files += opens_tcp_file(process, call) ? 1 : 0;
    }
    calls.exit_code = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
    return calls;
}

} // namespace lab
