#include "tests/live/nat_network.h"

#include <cerrno>
#include <cstring>
#include <exception>
#include <netinet/in.h>
#include <poll.h>
#include <sched.h>
#include <stdexcept>
#include <sys/socket.h>
#include <thread>
#include <unistd.h>
#include <vector>

#include <fmt/format.h>

#include "common/kernel/conntrack_counters.h"
#include "tests/live/system_call.h"

namespace lab {
namespace {

/// Serves until it is killed: what it accepted is closed as soon as the other end has closed.
[[noreturn]] void serve(const std::vector<FileDescriptor>& listeners)
{
    std::vector<FileDescriptor> connections;
    while (true) {
        std::vector<pollfd> watched;
        for (const FileDescriptor& listener : listeners)
            watched.push_back({listener.number(), POLLIN, 0});
        for (const FileDescriptor& connection : connections)
            watched.push_back({connection.number(), POLLIN, 0});
        check(poll(watched.data(), watched.size(), -1) > 0, "poll");
        for (std::size_t i = watched.size(); i-- > listeners.size();) {
            if (watched[i].revents != 0)
                connections.erase(connections.begin() +
                                  static_cast<std::ptrdiff_t>(i - listeners.size()));
        }
        for (std::size_t i = 0; i < listeners.size(); ++i) {
            if (watched[i].revents != 0)
                connections.push_back(accepted(listeners[i]));
        }
    }
}

Inhabited::Life live_as_server()
{
    return [](const std::function<void()>& stay) {
        const Namespace network;
        std::vector<FileDescriptor> listeners;
        for (const std::uint16_t port : {443, 80})
            listeners.push_back(listening(at("0.0.0.0", port)));
        std::thread([&] { serve(listeners); }).detach();
        stay();
    };
}

Inhabited::Life live_as_gateway()
{
    return [](const std::function<void()>& stay) {
        const Namespace network;
        set_sysctl("ip_forward", "1");
        stay();
    };
}

void run_script(const std::string& script, const std::vector<Confinement>& confinements = {})
{
    const Output output =
        run({"/bin/sh", "-c", "set -e; PATH=$PATH:/usr/sbin:/sbin; " + script}, confinements);
    if (output.exit_code != 0)
        throw std::runtime_error("cannot make a network with NAT: " + output.error);
}

} // namespace

NatNetwork::NatNetwork(const std::string& statement)
    : server_(live_as_server()), gateway_(live_as_gateway())
{
    run_script(fmt::format("ip link add inner type veth peer name inner netns {0}\n"
                           "ip link set inner up\n"
                           "for last in 1 2 3 4 5 6 7 8 9; do\n"
                           "    ip address add 172.16.1.$last/24 dev inner\n"
                           "done\n"
                           "ip route add default via 172.16.1.254\n",
                           gateway_.process()));
    run_script(fmt::format("ip link add outer type veth peer name outer netns {}\n"
                           "ip link set inner up\n"
                           "ip link set outer up\n"
                           "ip address add 172.16.1.254/24 dev inner\n"
                           "ip address add 172.16.2.254/24 dev outer\n"
                           "ip address add 192.0.2.1/32 dev lo\n"
                           "nft 'table ip nat {{\n"
                           "    chain before {{\n"
                           "        type nat hook prerouting priority -100;\n"
                           "        ip daddr 172.16.3.9 tcp dport 53 dnat to 172.16.2.2:443;\n"
                           "    }}\n"
                           "    chain after {{\n"
                           "        type nat hook postrouting priority 100;\n"
                           "        ip saddr 172.16.1.0/24 meta l4proto tcp {};\n"
                           "    }}\n"
                           "}}'\n",
                           server_.process(), statement),
               {gateway_.inside()});
    run_script("ip link set outer up\n"
               "ip address add 172.16.2.2/24 dev outer\n"
               "ip route add default via 172.16.2.254\n",
               {server_.inside()});
}

void NatNetwork::at_gateway(const std::function<void()>& act) const
{
    std::exception_ptr error;
    std::thread([&] {
        try {
            gateway_.inside()();
            act();
        } catch (...) {
            error = std::current_exception();
        }
    }).join();
    if (error)
        std::rethrow_exception(error);
}

std::uint64_t NatNetwork::count_refused() const
{
    // By a process of its own: /proc/net shows a thread the namespace of its whole process.
    const Output counters = run({"/bin/cat", "/proc/net/stat/nf_conntrack"}, {gateway_.inside()});
    return kernel::parse_conntrack_counter(counters.text, "insert_failed").value();
}

std::optional<FileDescriptor> NatNetwork::pass(const Endpoint& client,
                                               const Endpoint& destination) const
{
    const std::uint64_t refused_before = count_refused();
    FileDescriptor socket(::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
    const int one = 1;
    check(setsockopt(socket.number(), SOL_SOCKET, SO_REUSEADDR, &one, sizeof one) == 0,
          "SO_REUSEADDR");
    const auto address_of = [](const Endpoint& end) {
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_port = htons(end.port);
        address.sin_addr.s_addr = end.address.low_word();
        return address;
    };
    const sockaddr_in from = address_of(client);
    const sockaddr_in to = address_of(destination);
    check(bind(socket.number(), reinterpret_cast<const sockaddr*>(&from), sizeof from) == 0,
          "bind");
    const int connected =
        ::connect(socket.number(), reinterpret_cast<const sockaddr*>(&to), sizeof to);
    if (connected != 0 && errno == EADDRNOTAVAIL)
        return std::nullopt;
    check(connected == 0 || errno == EINPROGRESS, "connect");
    bool is_refused = false;
    await(
        [&] {
            pollfd watched = {socket.number(), POLLOUT, 0};
            if (poll(&watched, 1, 0) == 1)
                return true;
            return is_refused = count_refused() > refused_before;
        },
        "a connection through the gateway");
    if (is_refused)
        return std::nullopt;
    int error = 0;
    socklen_t length = sizeof error;
    check(getsockopt(socket.number(), SOL_SOCKET, SO_ERROR, &error, &length) == 0, "SO_ERROR");
    if (error != 0)
        throw std::runtime_error(
            fmt::format("no connection through the gateway: {}", std::strerror(error)));
    return socket;
}

boost::test_tools::assertion_result can_nat_packets(boost::unit_test::test_unit_id /*test*/)
{
    boost::test_tools::assertion_result can(true);
    try {
        const NatNetwork network("snat to 192.0.2.1");
        static_cast<void>(network.count_refused());
    } catch (const std::exception& error) {
        can = false;
        can.message() << error.what();
    }
    return can;
}

} // namespace lab
