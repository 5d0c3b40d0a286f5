// A population of sockets for the benchmarks: a million connections that cost no packet.
//
// A socket in repair mode (TCP_REPAIR, made for moving processes between hosts) that calls
// connect() is ESTABLISHED at once: tcp_connect() sends nothing where tp->repair is set. It stands
// in the same tables as any other, so that a dump of it costs the same. IP_LOCAL_PORT_RANGE gives
// it the port that we want without bind(), which would make the port a held one.
//
// One process cannot have a million descriptors, so several hold the sockets. All of it is in a
// network namespace of its own, with a hash table of its own (tcp_child_ehash_entries, Linux 6.1)
// of the size that a host with 24 GiB has: neither do the host's other sockets make the figures
// noisy, nor ours the host slow.
//
// Usage: population KIND COUNT, as root or under `unshare -Ur`. Prints "ready" and stays until its
// standard input ends. /proc/PID/ns/net leads to the namespace.
#include <algorithm>
#include <arpa/inet.h>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fcntl.h>
#include <linux/ipv6.h>
#include <map>
#include <net/if.h>
#include <netinet/tcp.h>
#include <sched.h>
#include <stdexcept>
#include <string>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <system_error>
#include <unistd.h>

#ifndef IP_LOCAL_PORT_RANGE
#define IP_LOCAL_PORT_RANGE 51
#endif

namespace {

constexpr std::uint16_t lowest_port = 10000; // of the ephemeral range, as busy hosts set it
constexpr std::uint16_t highest_port = 65535;
constexpr std::uint16_t destination_port = 443;

void check(bool good, const char* what)
{
    if (!good)
        throw std::system_error(errno, std::generic_category(), what);
}

/// An address of 10.0.0.0/8 or fd00::/64 and a port, as the socket calls want them.
class Endpoint {
public:
    static Endpoint ipv4(std::size_t host, std::uint16_t port)
    {
        constexpr std::uint32_t network = 0x0a000000;
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_port = htons(port);
        address.sin_addr.s_addr = htonl(network | static_cast<std::uint32_t>(host));
        return Endpoint(address);
    }

    static Endpoint ipv6(std::size_t host, std::uint16_t port)
    {
        constexpr std::size_t last_word = 12;
        sockaddr_in6 address{};
        address.sin6_family = AF_INET6;
        address.sin6_port = htons(port);
        check(inet_pton(AF_INET6, "fd00::", &address.sin6_addr) == 1, "inet_pton");
        const std::uint32_t word = htonl(static_cast<std::uint32_t>(host));
        std::memcpy(&address.sin6_addr.s6_addr[last_word], &word, sizeof word);
        return Endpoint(address);
    }

    [[nodiscard]] int family() const { return storage_.ss_family; }
    [[nodiscard]] const sockaddr* get() const
    {
        return reinterpret_cast<const sockaddr*>(&storage_);
    }
    [[nodiscard]] socklen_t length() const { return length_; }

private:
    template <class Native>
    explicit Endpoint(const Native& native) : length_(sizeof native)
    {
        std::memcpy(&storage_, &native, sizeof native);
    }

    sockaddr_storage storage_{};
    socklen_t length_;
};

template <class Value>
void set_option(int socket, int level, int option, const Value& value)
{
    check(setsockopt(socket, level, option, &value, sizeof value) == 0, "setsockopt");
}

int make_socket(int family)
{
    const int made = socket(family, SOCK_STREAM | SOCK_CLOEXEC, 0);
    check(made >= 0, "socket");
    return made;
}

void connect_to(int socket, const Endpoint& destination)
{
    check(connect(socket, destination.get(), destination.length()) == 0, "connect");
}

void bind_to(int socket, const Endpoint& local)
{
    check(bind(socket, local.get(), local.length()) == 0, "bind");
}

int listen_at(const Endpoint& local)
{
    constexpr int longest_queue = 4096;
    const int made = make_socket(local.family());
    set_option(made, SOL_SOCKET, SO_REUSEADDR, 1);
    bind_to(made, local);
    check(listen(made, longest_queue) == 0, "listen");
    return made;
}

/// A connection from `port` as if connect() had chosen that port.
void forge_outgoing(std::uint16_t port, const Endpoint& destination)
{
    constexpr unsigned high_shift = 16;
    const int made = make_socket(destination.family());
    set_option(made, IPPROTO_TCP, TCP_REPAIR, 1);
    set_option(made, IPPROTO_IP, IP_LOCAL_PORT_RANGE,
               std::uint32_t{port} | std::uint32_t{port} << high_shift);
    connect_to(made, destination);
}

/// The ephemeral port of connection `i`. They go round in a number of ports that is well below the
/// thresholds, so that the checks need not ask the kernel which ones are held.
std::uint16_t ephemeral_port(std::size_t i)
{
    constexpr std::size_t ports_in_use = 25000;
    return static_cast<std::uint16_t>(lowest_port + i % ports_in_use);
}

/// What one process of several makes: the connections from `first` to `end` of `count`.
struct Share {
    std::size_t number; ///< of the process
    std::size_t first;
    std::size_t end;
    std::size_t count;
};

/// Connections to 40 destinations, one after the other.
void forge_40_tuples(const Share& share)
{
    constexpr std::size_t tuples = 40;
    const std::size_t connections = (share.count + tuples - 1) / tuples;
    for (std::size_t i = share.first; i < share.end; ++i)
        forge_outgoing(ephemeral_port(i % connections),
                       Endpoint::ipv4(2 + i / connections, destination_port));
}

void forge_tuples_of_their_own(const Share& share)
{
    for (std::size_t i = share.first; i < share.end; ++i)
        forge_outgoing(ephemeral_port(i), Endpoint::ipv4(2 + i, destination_port));
}

void forge_ipv6_tuples_of_their_own(const Share& share)
{
    for (std::size_t i = share.first; i < share.end; ++i)
        forge_outgoing(ephemeral_port(i), Endpoint::ipv6(2 + i, destination_port));
}

/// What a server has whose port lies inside the range.
void forge_inbound(const Share& share)
{
    constexpr std::uint16_t server_port = 20000;
    if (share.number == 0)
        listen_at(Endpoint::ipv4(1, server_port));
    for (std::size_t i = share.first; i < share.end; ++i) {
        const int made = make_socket(AF_INET);
        set_option(made, IPPROTO_TCP, TCP_REPAIR, 1); // with which bind() shares any port
        bind_to(made, Endpoint::ipv4(1, server_port));
        connect_to(made, Endpoint::ipv4(2 + i, ephemeral_port(i)));
    }
}

/// Real connections to a service below the range, both ends of each. The end that connects is the
/// older one, so it is closed first when the process ends, and is left in TIME_WAIT.
void make_pairs(const Share& share)
{
    constexpr std::size_t first_service = 1024;
    const Endpoint server =
        Endpoint::ipv4(1, static_cast<std::uint16_t>(first_service + share.number));
    const int listener = listen_at(server);
    for (std::size_t i = share.first; i < share.end; ++i) {
        connect_to(make_socket(AF_INET), server);
        check(accept4(listener, nullptr, nullptr, SOCK_CLOEXEC) >= 0, "accept");
    }
}

struct Kind {
    void (*make)(const Share& share);
    std::size_t descriptors = 1; ///< for one connection
    bool close = false;          ///< once all are made
};

const std::map<std::string, Kind> kinds = {
    {"few", {forge_40_tuples}},
    {"spread", {forge_tuples_of_their_own}},
    {"ipv6", {forge_ipv6_tuples_of_their_own}},
    {"inbound", {forge_inbound}},
    {"time_wait", {make_pairs, 2, true}},
};

void write_sysctl(const std::string& name, const std::string& value)
{
    const std::string path = "/proc/sys/net/ipv4/" + name;
    const int file = open(path.c_str(), O_WRONLY | O_CLOEXEC);
    check(file >= 0 && write(file, value.data(), value.size()) > 0, path.c_str());
    close(file);
}

/// Loopback with the networks of Endpoint on it.
void set_up_loopback()
{
    constexpr std::uint32_t ipv6_prefix_length = 64;
    const int control = make_socket(AF_INET);
    ifreq request{};
    std::strcpy(request.ifr_name, "lo");
    request.ifr_flags = IFF_UP;
    check(ioctl(control, SIOCSIFFLAGS, &request) == 0, "SIOCSIFFLAGS");
    request = {};
    std::strcpy(request.ifr_name, "lo:0");
    std::memcpy(&request.ifr_addr, Endpoint::ipv4(1, 0).get(), sizeof request.ifr_addr);
    check(ioctl(control, SIOCSIFADDR, &request) == 0, "SIOCSIFADDR of 10.0.0.1");
    close(control);

    const int ipv6_control = make_socket(AF_INET6);
    in6_ifreq ipv6_request{};
    check(inet_pton(AF_INET6, "fd00::1", &ipv6_request.ifr6_addr) == 1, "inet_pton");
    ipv6_request.ifr6_prefixlen = ipv6_prefix_length;
    ipv6_request.ifr6_ifindex = static_cast<int>(if_nametoindex("lo"));
    check(ioctl(ipv6_control, SIOCSIFADDR, &ipv6_request) == 0, "SIOCSIFADDR of fd00::1");
    close(ipv6_control);
}

void enter_namespace()
{
    check(unshare(CLONE_NEWNET) == 0, "unshare(CLONE_NEWNET)");
    if (access("/proc/sys/net/ipv4/tcp_child_ehash_entries", W_OK) == 0) {
        write_sysctl("tcp_child_ehash_entries", "262144");
        check(unshare(CLONE_NEWNET) == 0, "unshare(CLONE_NEWNET)");
    } else {
        std::fputs("no tcp_child_ehash_entries: this host's own sockets are walked over too\n",
                   stderr);
    }
    set_up_loopback();
    write_sysctl("ip_local_port_range",
                 std::to_string(lowest_port) + ' ' + std::to_string(highest_port));
    write_sysctl("tcp_max_tw_buckets", "2000000");
}

std::size_t descriptors_a_process()
{
    constexpr std::size_t reserve = 50; // for what is open already, and a listener
    rlimit limit{};
    check(getrlimit(RLIMIT_NOFILE, &limit) == 0, "getrlimit");
    limit.rlim_cur = limit.rlim_max;
    check(setrlimit(RLIMIT_NOFILE, &limit) == 0, "setrlimit");
    return limit.rlim_cur - reserve;
}

class Pipe {
public:
    Pipe() { check(pipe2(ends_.data(), O_CLOEXEC) == 0, "pipe2"); }

    [[nodiscard]] int reader() const { return ends_[0]; }
    [[nodiscard]] int writer() const { return ends_[1]; }

private:
    std::array<int, 2> ends_{};
};

/// A process that makes its share, says so, and keeps it until `gate` has no writer any more.
[[noreturn]] void hold(const Kind& kind, const Share& share, const Pipe& made, const Pipe& gate)
{
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    close(gate.writer());
    try {
        kind.make(share);
    } catch (const std::exception& error) {
        std::fprintf(stderr, "process %zu: %s\n", share.number, error.what());
        _exit(EXIT_FAILURE);
    }
    char byte = 0;
    if (write(made.writer(), &byte, 1) == 1)
        [[maybe_unused]] const ssize_t length = read(gate.reader(), &byte, 1);
    _exit(EXIT_SUCCESS);
}

/// Waits for the processes of all shares to have said that they are done, or for the first one to
/// fail.
void await(const Pipe& made, std::size_t shares)
{
    char byte = 0;
    for (std::size_t i = 0; i < shares; ++i) {
        if (read(made.reader(), &byte, 1) != 1)
            throw std::runtime_error("a process could not make its share");
    }
}

void populate(const Kind& kind, std::size_t count)
{
    const std::size_t share_size = descriptors_a_process() / kind.descriptors;
    const Pipe made;
    const Pipe gate;
    std::size_t shares = 0;
    for (std::size_t first = 0; first < count; first += share_size) {
        const Share share = {shares++, first, std::min(first + share_size, count), count};
        const pid_t process = fork();
        check(process >= 0, "fork");
        if (process == 0)
            hold(kind, share, made, gate);
    }
    close(made.writer());
    await(made, shares);
    if (kind.close) {
        close(gate.writer());
        while (wait(nullptr) > 0) {
        }
    }

    std::puts("ready");
    std::fflush(stdout);
    char byte = 0;
    [[maybe_unused]] const ssize_t length = read(STDIN_FILENO, &byte, 1);
    close(gate.writer());
    while (wait(nullptr) > 0) {
    }
}

} // namespace

int main(int argc, char* argv[])
{
    const auto kind = argc == 3 ? kinds.find(argv[1]) : kinds.end();
    if (kind == kinds.end()) {
        std::fputs("usage: population few|spread|ipv6|inbound|time_wait COUNT\n", stderr);
        return EXIT_FAILURE;
    }
    try {
        enter_namespace();
        populate(kind->second, std::strtoull(argv[2], nullptr, 10));
    } catch (const std::exception& error) {
        std::fprintf(stderr, "population: %s\n", error.what());
        return EXIT_FAILURE;
    }
}
