#include "tests/live/lab.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <fcntl.h>
#include <fstream>
#include <iterator>
#include <net/if.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sched.h>
#include <sstream>
#include <stdexcept>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <system_error>
#include <thread>
#include <unistd.h>

#include <boost/test/unit_test.hpp>
#include <fmt/format.h>

#include "common/kernel/proc_file.h"
#include "tests/live/system_call.h"

#ifndef IP_LOCAL_PORT_RANGE
#define IP_LOCAL_PORT_RANGE 51
#endif
#ifndef TCP_FASTOPEN_NO_COOKIE
#define TCP_FASTOPEN_NO_COOKIE 34
#endif

namespace lab {
namespace {

constexpr const char* sysctl_directory = "/proc/sys/net/ipv4/";

void write_file(const std::string& path, std::string_view text)
{
    const FileDescriptor file(open(path.c_str(), O_WRONLY | O_CLOEXEC));
    check(file.number() >= 0, path.c_str());
    // The kernel takes a long list of ports a page at a time.
    while (!text.empty()) {
        const ssize_t length = write(file.number(), text.data(), text.size());
        check(length > 0, path.c_str());
        text.remove_prefix(static_cast<std::size_t>(length));
    }
}

/// An address and port as the socket calls want them.
struct SocketAddress {
    sockaddr_storage storage{};
    socklen_t length = 0;

    SocketAddress(const Endpoint& endpoint, bool ipv6_socket)
    {
        if (ipv6_socket) {
            auto& address = reinterpret_cast<sockaddr_in6&>(storage);
            address.sin6_family = AF_INET6;
            address.sin6_port = htons(endpoint.port);
            std::memcpy(&address.sin6_addr, endpoint.address.words().data(),
                        sizeof address.sin6_addr);
            length = sizeof address;
        } else {
            auto& address = reinterpret_cast<sockaddr_in&>(storage);
            address.sin_family = AF_INET;
            address.sin_port = htons(endpoint.port);
            address.sin_addr.s_addr = endpoint.address.low_word();
            length = sizeof address;
        }
    }

    [[nodiscard]] const sockaddr* get() const
    {
        return reinterpret_cast<const sockaddr*>(&storage);
    }
};

template <class Value>
void set_option(const FileDescriptor& socket, int level, int option, const Value& value)
{
    check(setsockopt(socket.number(), level, option, &value, sizeof value) == 0, "setsockopt");
}

bool needs_ipv6(const Endpoint& endpoint, const Manner& manner)
{
    return manner.ipv6_socket || !endpoint.address.is_ipv4();
}

FileDescriptor make_socket(bool ipv6, const Manner& manner)
{
    FileDescriptor made(socket(ipv6 ? AF_INET6 : AF_INET,
                               (manner.tcp ? SOCK_STREAM : SOCK_DGRAM) | SOCK_CLOEXEC, 0));
    check(made.number() >= 0, "socket");
    if (manner.no_port)
        set_option(made, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, 1);
    if (manner.reuse_address)
        set_option(made, SOL_SOCKET, SO_REUSEADDR, 1);
    if (manner.reuse_port)
        set_option(made, SOL_SOCKET, SO_REUSEPORT, 1);
    if (ipv6)
        set_option(made, IPPROTO_IPV6, IPV6_V6ONLY, manner.ipv6_only ? 1 : 0);
    if (!manner.device.empty())
        check(setsockopt(made.number(), SOL_SOCKET, SO_BINDTODEVICE, manner.device.data(),
                         static_cast<socklen_t>(manner.device.size())) == 0,
              "SO_BINDTODEVICE");
    if (manner.ports)
        set_option(made, IPPROTO_IP, IP_LOCAL_PORT_RANGE,
                   std::uint32_t{manner.ports->low} | std::uint32_t{manner.ports->high} << 16);
    if (manner.deferred) {
        set_option(made, IPPROTO_TCP, TCP_FASTOPEN_CONNECT, 1);
        set_option(made, IPPROTO_TCP, TCP_FASTOPEN_NO_COOKIE, 1);
    }
    return made;
}

int try_bind_to(const FileDescriptor& socket, const Endpoint& endpoint, bool ipv6)
{
    const SocketAddress address(endpoint, ipv6);
    return ::bind(socket.number(), address.get(), address.length) == 0 ? 0 : errno;
}

} // namespace

bool enter()
{
    if (geteuid() == 0 && unshare(CLONE_NEWNET) == 0)
        return true;
    const uid_t user = geteuid();
    const gid_t group = getegid();
    if (unshare(CLONE_NEWUSER | CLONE_NEWNET) != 0)
        return false;
    write_file("/proc/self/setgroups", "deny");
    write_file("/proc/self/uid_map", fmt::format("0 {} 1", user));
    write_file("/proc/self/gid_map", fmt::format("0 {} 1", group));
    return true;
}

Namespace::Namespace(net::PortRange range)
{
    check(unshare(CLONE_NEWNET) == 0, "unshare(CLONE_NEWNET)");
    const FileDescriptor control(socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0));
    ifreq request{};
    std::strcpy(request.ifr_name, "lo");
    request.ifr_flags = IFF_UP;
    check(ioctl(control.number(), SIOCSIFFLAGS, &request) == 0, "SIOCSIFFLAGS");

    const SocketAddress second(at("10.9.0.1", 0), false);
    request = {};
    std::strcpy(request.ifr_name, "lo:0");
    std::memcpy(&request.ifr_addr, second.get(), sizeof request.ifr_addr);
    check(ioctl(control.number(), SIOCSIFADDR, &request) == 0, "SIOCSIFADDR");
    set_sysctl("ip_local_port_range", fmt::format("{} {}", range.low, range.high));
}

void set_sysctl(std::string_view name, std::string_view value)
{
    write_file(fmt::format("{}{}", sysctl_directory, name), value);
}

std::string read_sysctl(std::string_view name)
{
    return kernel::read_proc_file(fmt::format("{}{}", sysctl_directory, name));
}

void FileDescriptor::close()
{
    if (number_ >= 0)
        ::close(std::exchange(number_, -1));
}

Endpoint at(std::string_view address, std::uint16_t port)
{
    return {net::Address::parse(address), port};
}

Attempt try_bind(const Manner& manner)
{
    const bool ipv6 = needs_ipv6(*manner.bind, manner);
    Attempt attempt = {make_socket(ipv6, manner)};
    attempt.error = try_bind_to(attempt.socket, *manner.bind, ipv6);
    return attempt;
}

Attempt try_connect(const Endpoint& destination, const Manner& manner)
{
    const bool ipv6 = needs_ipv6(destination, manner);
    Attempt attempt = {make_socket(ipv6, manner)};
    if (manner.bind)
        attempt.error = try_bind_to(attempt.socket, *manner.bind, ipv6);
    if (attempt.error != 0)
        return attempt;
    const SocketAddress address(destination, ipv6);
    if (connect(attempt.socket.number(), address.get(), address.length) != 0)
        attempt.error = errno;
    return attempt;
}

FileDescriptor bound(const Manner& manner)
{
    Attempt attempt = try_bind(manner);
    if (!attempt)
        throw std::system_error(attempt.error, std::generic_category(), "bind");
    return std::move(attempt.socket);
}

FileDescriptor connected(const Endpoint& destination, const Manner& manner)
{
    Attempt attempt = try_connect(destination, manner);
    if (!attempt)
        throw std::system_error(attempt.error, std::generic_category(), "connect");
    return std::move(attempt.socket);
}

std::vector<FileDescriptor> connected_times(std::size_t times, const Endpoint& destination,
                                            const Manner& manner)
{
    std::vector<FileDescriptor> connections;
    for (std::size_t i = 0; i < times; ++i)
        connections.push_back(connected(destination, manner));
    return connections;
}

FileDescriptor listening(const Endpoint& local, Manner manner)
{
    constexpr int backlog = 4096;
    manner.bind = local;
    manner.reuse_address = true;
    FileDescriptor listener = bound(manner);
    check(listen(listener.number(), backlog) == 0, "listen");
    return listener;
}

FileDescriptor accepted(const FileDescriptor& listener)
{
    FileDescriptor connection(accept4(listener.number(), nullptr, nullptr, SOCK_CLOEXEC));
    check(connection.number() >= 0, "accept");
    return connection;
}

Endpoint local_endpoint(const FileDescriptor& socket)
{
    sockaddr_storage storage{};
    socklen_t length = sizeof storage;
    check(getsockname(socket.number(), reinterpret_cast<sockaddr*>(&storage), &length) == 0,
          "getsockname");
    if (storage.ss_family == AF_INET) {
        const auto& address = reinterpret_cast<const sockaddr_in&>(storage);
        return {net::Address::ipv4(address.sin_addr.s_addr), ntohs(address.sin_port)};
    }
    const auto& address = reinterpret_cast<const sockaddr_in6&>(storage);
    std::array<std::uint32_t, 4> words{};
    std::memcpy(words.data(), &address.sin6_addr, sizeof words);
    return {net::Address::ipv6(words), ntohs(address.sin6_port)};
}

void churn(std::size_t times, const Endpoint& destination, const FileDescriptor& listener,
           const Manner& manner)
{
    for (std::size_t i = 0; i < times; ++i) {
        FileDescriptor client = connected(destination, manner);
        FileDescriptor server = accepted(listener);
        client.close();
        server.close();
    }
}

net::PortSet ask_connect(const Endpoint& destination, net::PortRange range, Manner manner)
{
    manner.deferred = true;
    net::PortSet given;
    for (std::uint32_t port = range.low; port <= range.high; ++port) {
        const auto one = static_cast<std::uint16_t>(port);
        manner.ports = {one, one};
        if (try_connect(destination, manner))
            given.insert(one);
    }
    return given;
}

net::PortSet ask_bind(const net::Address& address, net::PortRange range, Manner manner)
{
    net::PortSet given;
    for (std::uint32_t port = range.low; port <= range.high; ++port) {
        const auto one = static_cast<std::uint16_t>(port);
        manner.ports = {one, one};
        manner.bind = {address, 0};
        if (try_bind(manner))
            given.insert(one);
    }
    return given;
}

void await(const std::function<bool()>& condition, const char* what, int seconds)
{
    constexpr std::chrono::milliseconds pause(5);
    const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(seconds);
    while (!condition()) {
        BOOST_REQUIRE_MESSAGE(std::chrono::steady_clock::now() < end,
                              "waited " << seconds << " s in vain for " << what);
        std::this_thread::sleep_for(pause);
    }
}

std::array<std::uint64_t, 3> tcp_counters()
{
    std::ifstream file("/proc/net/snmp");
    std::vector<std::string> names;
    for (std::string line; std::getline(file, line);) {
        if (!line.starts_with("Tcp: "))
            continue;
        std::istringstream words(line);
        const std::vector<std::string> fields(std::istream_iterator<std::string>(words), {});
        if (names.empty()) {
            names = fields;
            continue;
        }
        const auto value = [&](const char* name) {
            const auto found = std::find(names.begin(), names.end(), name);
            return std::stoull(fields.at(static_cast<std::size_t>(found - names.begin())));
        };
        return {value("OutSegs"), value("ActiveOpens"), value("AttemptFails")};
    }
    throw std::runtime_error("no TCP counters in /proc/net/snmp");
}

} // namespace lab
