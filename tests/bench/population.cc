// A population of sockets for the benchmarks, as forgery.h makes them.
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
#include <csignal>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fcntl.h>
#include <linux/ipv6.h>
#include <net/if.h>
#include <netinet/in.h>
#include <sched.h>
#include <stdexcept>
#include <string>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/bench/forgery.h"

namespace {

using forgery::check;
using forgery::make_socket;
using forgery::Share;

void write_sysctl(const std::string& name, const std::string& value)
{
    const std::string path = "/proc/sys/net/ipv4/" + name;
    const int file = open(path.c_str(), O_WRONLY | O_CLOEXEC);
    check(file >= 0 && write(file, value.data(), value.size()) > 0, path.c_str());
    close(file);
}

/// Loopback with the networks of the forged connections on it.
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
    sockaddr_in address{};
    address.sin_family = AF_INET;
    check(inet_pton(AF_INET, "10.0.0.1", &address.sin_addr) == 1, "inet_pton");
    std::memcpy(&request.ifr_addr, &address, sizeof request.ifr_addr);
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
    write_sysctl("ip_local_port_range", std::to_string(forgery::lowest_port) + ' ' +
                                            std::to_string(forgery::highest_port));
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
[[noreturn]] void hold(forgery::Maker make, const Share& share, const Pipe& made, const Pipe& gate)
{
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    close(gate.writer());
    try {
        make(share);
    } catch (const std::exception& error) {
        std::fprintf(stderr, "process %zu: %s\n", share.number, error.what());
        _exit(EXIT_FAILURE);
    }
    char byte = 0;
    if (write(made.writer(), &byte, 1) == 1) [[maybe_unused]]
        const ssize_t length = read(gate.reader(), &byte, 1);
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

void populate(forgery::Maker make, std::size_t count)
{
    const std::size_t share_size = descriptors_a_process();
    const Pipe made;
    const Pipe gate;
    std::size_t shares = 0;
    for (std::size_t first = 0; first < count; first += share_size) {
        const Share share = {shares++, first, std::min(first + share_size, count), count};
        const pid_t process = fork();
        check(process >= 0, "fork");
        if (process == 0)
            hold(make, share, made, gate);
    }
    close(made.writer());
    await(made, shares);

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
    const auto kind = argc == 3 ? forgery::makers().find(argv[1]) : forgery::makers().end();
    if (kind == forgery::makers().end()) {
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
