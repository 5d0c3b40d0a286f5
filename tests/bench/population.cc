// A population of sockets for the benchmarks, as kinds.h has them.
//
// One process cannot have a million descriptors, so several hold the sockets. All of it is in a
// network namespace of its own, with a hash table of its own (tcp_child_ehash_entries, Linux 6.1)
// of the size that a host with 24 GiB has: neither do the host's other sockets make the figures
// noisy, nor ours the host slow.
//
// Usage: population KIND COUNT, as root or under `unshare -Ur`. Prints "ready LOW HIGH TUPLES", the
// ephemeral range and the number of tuples, and stays until its standard input ends.
// /proc/PID/ns/net leads to the namespace. It fails if the kernel does not confirm that as many
// ports are held as should be.
#include <algorithm>
#include <arpa/inet.h>
#include <array>
#include <chrono>
#include <csignal>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fcntl.h>
#include <linux/ipv6.h>
#include <net/if.h>
#include <netinet/in.h>
#include <poll.h>
#include <sched.h>
#include <stdexcept>
#include <string>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/bench/forgery.h"
#include "tests/bench/kinds.h"
#include "tests/bench/question.h"

namespace {

using forgery::check;
using forgery::make_socket;
using kinds::Kind;
using kinds::Share;

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

void enter_namespace(const Kind& kind)
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
                 std::to_string(kinds::lowest_port) + ' ' + std::to_string(kind.highest_port));
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

/// How long closes go on before it is "ready", so that a check sees at which rate they come.
constexpr unsigned settling_seconds = 5;

/// Opens and closes connections at the kind's pace, until `gate` has no writer any more.
void go_on_closing(const Kind& kind, std::size_t process, const Pipe& gate)
{
    using Clock = std::chrono::steady_clock;
    using std::chrono::milliseconds;
    const auto interval = std::chrono::nanoseconds(std::chrono::seconds(1)) / kind.closes_a_second;
    pollfd end = {gate.reader(), POLLIN, 0};
    milliseconds pause(0);
    auto due = Clock::now();
    for (std::size_t i = 0; poll(&end, 1, static_cast<int>(pause.count())) == 0; ++i) {
        kinds::open_and_close(process, i % kind.closing_tuples);
        due += interval;
        pause = std::max(std::chrono::ceil<milliseconds>(due - Clock::now()), milliseconds(0));
    }
}

/// A process that makes its share, says so, and keeps it until `gate` has no writer any more.
[[noreturn]] void hold(const Kind& kind, const Share& share, const Pipe& made, const Pipe& gate)
{
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    close(gate.writer());
    try {
        kind.make(share);
        char byte = 0;
        check(write(made.writer(), &byte, 1) == 1, "write");
        if (share.number == 0 && kind.closes_a_second > 0)
            go_on_closing(kind, share.number, gate);
        [[maybe_unused]] const ssize_t length = read(gate.reader(), &byte, 1);
    } catch (const std::exception& error) {
        std::fprintf(stderr, "process %zu: %s\n", share.number, error.what());
        _exit(EXIT_FAILURE);
    }
    _exit(EXIT_SUCCESS);
}

/// Throws if the kernel holds other than the ports that this population should keep from everybody:
/// then it is not what it stands for.
void confirm_held(const Kind& kind, std::size_t count)
{
    const question::OneSocket kernel;
    std::size_t held = 0;
    for (std::uint32_t port = kinds::lowest_port; port <= kind.highest_port; ++port)
        held += kernel.is_held(static_cast<std::uint16_t>(port)) ? 1 : 0;
    const std::size_t expected = count == 0 ? 0 : kind.held(count);
    if (held != expected)
        throw std::runtime_error("the kernel says that " + std::to_string(held) + " and not " +
                                 std::to_string(expected) + " ports are held");
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
    const std::size_t share_size = descriptors_a_process();
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
    confirm_held(kind, count);
    if (kind.closes_a_second > 0)
        sleep(settling_seconds);

    std::printf("ready %u %u %zu\n", unsigned{kinds::lowest_port}, unsigned{kind.highest_port},
                kind.tuples(count));
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
    const auto& kinds = kinds::all();
    const auto kind = argc == 3 ? kinds.find(argv[1]) : kinds.end();
    if (kind == kinds.end()) {
        std::fputs("usage: population KIND COUNT, with one of the kinds", stderr);
        for (const auto& [name, unused] : kinds)
            std::fprintf(stderr, " %s", name.c_str());
        std::fputs("\n", stderr);
        return EXIT_FAILURE;
    }
    try {
        enter_namespace(kind->second);
        populate(kind->second, std::strtoull(argv[2], nullptr, 10));
    } catch (const std::exception& error) {
        std::fprintf(stderr, "population: %s\n", error.what());
        return EXIT_FAILURE;
    }
}
