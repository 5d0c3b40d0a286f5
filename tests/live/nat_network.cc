#include "tests/live/nat_network.h"

#include <cerrno>
#include <cstring>
#include <exception>
#include <poll.h>
#include <stdexcept>
#include <sys/socket.h>
#include <system_error>
#include <thread>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "common/kernel/conntrack_counters.h"
#include "common/kernel/proc_file.h"
#include "tests/live/server.h"
#include "tests/live/system_call.h"

namespace lab {
namespace {

/// A link-local address is no source until its duplicates have been looked for, for up to two
/// seconds. The gateway looks for the server from there (ndisc_solicit()), and gives up after
/// three.
void detect_no_duplicates()
{
    set_sysctl("../ipv6/conf/default/accept_dad", "0");
}

Inhabited::Life live_as_server(const NatFamily& family)
{
    return [any = family.name == "ip6" ? "::" : "0.0.0.0"](const std::function<void()>& stay) {
        const Namespace network;
        detect_no_duplicates();
        std::vector<FileDescriptor> listeners;
        for (const std::uint16_t port : {443, 80})
            listeners.push_back(listening(at(any, port), {.reuse_port = true}));
        std::thread([&] { serve(listeners); }).detach();
        stay();
    };
}

Inhabited::Life live_as_gateway()
{
    return [](const std::function<void()>& stay) {
        const Namespace network;
        detect_no_duplicates();
        set_sysctl("ip_forward", "1");
        set_sysctl("../ipv6/conf/all/forwarding", "1");
        stay();
    };
}

std::string run_script(const std::string& script, const std::vector<Confinement>& confinements = {})
{
    const Output output =
        run({"/bin/sh", "-c", "set -e; PATH=$PATH:/usr/sbin:/sbin; " + script}, confinements);
    if (output.exit_code != 0)
        throw std::runtime_error("cannot make a network with NAT: " + output.error);
    return output.text;
}

/// A device whose other end came up later is ready only once the kernel has worked off that event
/// (linkwatch_do_dev()). Until then it sends nothing, and has no link-local address. An IPv6
/// address is none to connect from until the kernel has come to it (addrconf_dad_work()).
void await_links(const std::vector<Confinement>& confinements = {})
{
    const std::string print_unready = R"(
        links=$(ip -o link show type veth)
        test "$links"
        echo "$links" | grep -v ' state UP ' || true
        ip -o -6 address show tentative
    )";
    await([&] { return run_script(print_unready, confinements).empty(); },
          "the links of a network");
}

} // namespace

NatNetwork::NatNetwork(const NatFamily& family, const std::string& statement)
    : server_address_(family.outside + "2"), server_(live_as_server(family)),
      gateway_(live_as_gateway())
{
    detect_no_duplicates();
    const std::string server = family.name == "ip6" ? "[" + server_address_ + "]" : server_address_;
    const auto words = [&](const std::string& script) {
        return fmt::format(
            fmt::runtime(script), fmt::arg("family", family.name), fmt::arg("in", family.inside),
            fmt::arg("out", family.outside), fmt::arg("renamed", family.renamed),
            fmt::arg("own", family.owned), fmt::arg("length", family.prefix_length),
            fmt::arg("server", server), fmt::arg("gateway_process", gateway_.process()),
            fmt::arg("server_process", server_.process()), fmt::arg("statement", statement));
    };
    run_script(words(R"(
        ip link add inner type veth peer name inner netns {gateway_process}
        ip link set inner up
        for number in 1 2 3 4 5 6 7 8 9; do
            ip address add {in}$number/{length} dev inner
        done
    )"));
    run_script(words(R"(
        ip link add outer type veth peer name outer netns {server_process}
        ip link set inner up
        ip link set outer up
        ip address add {in}254/{length} dev inner
        ip address add {out}254/{length} dev outer
        for number in 1 2 3 4; do
            ip address add {own}$number dev lo
        done
        nft '
            table {family} nat {{
                chain zones {{
                    type filter hook prerouting priority -300;
                    {family} saddr {in}3 ct original zone set 7;
                }}
                chain before {{
                    type nat hook prerouting priority -100;
                    {family} daddr {renamed}9 tcp dport 53 dnat to {server}:443;
                }}
                chain after {{
                    type nat hook postrouting priority 100;
                    {family} saddr {in}0/{length} meta l4proto tcp {statement};
                }}
            }}
        '
    )"),
               {gateway_.inside()});
    run_script(words(R"(
        ip link set outer up
        ip address add {out}2/{length} dev outer
        ip route add default via {out}254
    )"),
               {server_.inside()});
    run_script(words("ip route add default via {in}254"));
    await_links();
    await_links({gateway_.inside()});
    await_links({server_.inside()});
}

void NatNetwork::add_clients()
{
    run_script(
        fmt::format("ip route add local {}{}/26 dev lo", nat_ipv4.inside, first_added_client));
}

void NatNetwork::reject_further() const
{
    run_script("nft 'table inet answers { chain input { type filter hook input priority 0; "
               "tcp flags & (syn | ack) == syn reject with tcp reset; }; }'",
               {server_.inside()});
}

FileDescriptor NatNetwork::connect_from_server(std::uint16_t service,
                                               const Endpoint& destination) const
{
    FileDescriptor connection;
    server_.act_inside([&] {
        connection =
            connected(destination, {.bind = at(server_address_, service), .reuse_port = true});
    });
    return connection;
}

std::uint64_t NatNetwork::count_refused() const
{
    const std::string counters =
        kernel::read_proc_file(fmt::format("/proc/{}/net/stat/nf_conntrack", gateway_.process()));
    return kernel::parse_conntrack_counter(counters, "insert_failed").value();
}

NatNetwork::Passage NatNetwork::start(const Endpoint& client, const Endpoint& destination) const
{
    const std::uint64_t refused_before = count_refused();
    Attempt attempt =
        try_connect(destination, {.bind = client, .reuse_address = true, .nonblocking = true});
    if (attempt.error == EADDRNOTAVAIL)
        return {.is_there_already = true};
    if (attempt.error != EINPROGRESS)
        throw std::system_error(attempt.error, std::generic_category(),
                                "a connection to the gateway");
    Passage passage = {.socket = std::move(attempt.socket)};
    await(
        [&] {
            pollfd watched = {passage.socket.number(), POLLOUT, 0};
            if (poll(&watched, 1, 0) == 1)
                return true;
            return passage.is_refused = count_refused() > refused_before;
        },
        "a connection through the gateway");
    if (!passage.is_refused) {
        socklen_t length = sizeof passage.error;
        check(getsockopt(passage.socket.number(), SOL_SOCKET, SO_ERROR, &passage.error, &length) ==
                  0,
              "SO_ERROR");
    }
    return passage;
}

std::optional<FileDescriptor> NatNetwork::pass(const Endpoint& client,
                                               const Endpoint& destination) const
{
    Passage passage = start(client, destination);
    if (passage.is_there_already || passage.is_refused)
        return std::nullopt;
    if (passage.error != 0)
        throw std::runtime_error(
            fmt::format("no connection through the gateway: {}", std::strerror(passage.error)));
    return std::move(passage.socket);
}

std::optional<bool> NatNetwork::refuses(const Endpoint& client, const Endpoint& destination) const
{
    const Passage passage = start(client, destination);
    if (passage.is_there_already)
        return std::nullopt;
    if (!passage.is_refused && passage.error != ECONNREFUSED)
        throw std::runtime_error(
            fmt::format("{} does not reject a connection", destination.text()));
    return passage.is_refused;
}

boost::test_tools::assertion_result can_nat_packets(boost::unit_test::test_unit_id /*test*/)
{
    boost::test_tools::assertion_result can(true);
    try {
        const NatNetwork network(nat_ipv4, "snat to 192.0.2.1");
        network.reject_further();
        static_cast<void>(network.count_refused());
    } catch (const std::exception& error) {
        can = false;
        can.message() << error.what();
    }
    return can;
}

} // namespace lab
