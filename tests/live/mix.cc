#include "tests/live/mix.h"

#include <algorithm>
#include <array>
#include <sys/socket.h>

#include <fmt/format.h>

#include "tests/live/features.h"

namespace lab {

Mix::Mix(std::uint32_t seed) : random_(seed), range_(draw_range(random_)), network_(range_)
{
    constexpr std::uint32_t fewest_actions = 10;
    constexpr std::uint32_t most_actions = 120;
    set_up();
    for (std::uint32_t i = draw(fewest_actions, most_actions); i > 0; --i)
        act();
}

std::uint32_t Mix::draw(std::uint32_t lowest, std::uint32_t highest)
{
    // Not std::uniform_int_distribution, whose result differs between libraries.
    return lowest + static_cast<std::uint32_t>(random_()) % (highest - lowest + 1);
}

net::PortRange Mix::draw_range(std::mt19937& random)
{
    const auto low = static_cast<std::uint16_t>(40000 + random() % 2);
    return {low, static_cast<std::uint16_t>(low + 15 + random() % 50)};
}

void Mix::set_up()
{
    set_sysctl("tcp_tw_reuse", fmt::format("{}", draw(0, 2)));
    if (one_in(6))
        set_sysctl("tcp_timestamps", "0");
    // Almost at once or never: in between, a TIME_WAIT could come of age between the count and the
    // question.
    const char* const delay = one_in(2) ? "1" : "60000";
    if (has(Feature::time_wait_delay))
        set_sysctl("tcp_tw_reuse_delay", delay);
    if (one_in(2))
        set_sysctl("ip_local_reserved_ports",
                   fmt::format("{},{}-{},5432", draw_port(), range_.high - 3, range_.high + 3));

    for (const auto& [local, server] :
         std::vector<std::pair<Endpoint, Endpoint>>{{at("0.0.0.0", 5432), at("127.0.0.1", 5432)},
                                                    {at("::", 5433), at("127.0.0.1", 5433)},
                                                    {at("::1", 5434), at("::1", 5434)},
                                                    {at("10.9.0.1", 5435), at("10.9.0.1", 5435)}}) {
        listeners_.push_back(listening(local));
        servers_.push_back(server);
    }
}

void Mix::act()
{
    using Act = void (Mix::*)();
    constexpr std::array<Act, 10> once_in_16 = {&Mix::bind,           &Mix::listen_or_close,
                                                &Mix::use_udp,        &Mix::leave_time_wait,
                                                &Mix::half_close,     &Mix::close_one,
                                                &Mix::proxy,          &Mix::share_port,
                                                &Mix::pair_by_device, &Mix::connect_within_a_part};
    const std::uint32_t drawn = draw(0, 15);
    const Act act = drawn < once_in_16.size() ? once_in_16.at(drawn) : &Mix::connect;
    (this->*act)();
}

void Mix::listen_or_close()
{
    if (one_in(3))
        listen();
    else
        close_one();
}

Endpoint Mix::draw_server()
{
    Endpoint server = pick(servers_);
    if (server.port == 5433 && one_in(3))
        server.address = net::Address::parse("::1");
    else if (server.port == 5432 && one_in(3))
        server.address = net::Address::parse("10.9.0.1");
    return server;
}

void Mix::connect()
{
    const Endpoint server = draw_server();
    Manner manner;
    manner.ipv6_socket = one_in(4);
    manner.reuse_address = one_in(4);
    manner.reuse_port = one_in(6);
    if (one_in(2)) {
        const bool ipv4 = server.address.is_ipv4();
        const char* const source = !ipv4 ? "::1" : one_in(2) ? "127.0.0.1" : "10.9.0.1";
        manner.bind =
            at(one_in(8) ? (ipv4 ? "0.0.0.0" : "::") : source, one_in(3) ? draw_port() : 0);
        manner.no_port = manner.bind->port == 0 && one_in(2);
    }
    keep(try_connect(server, manner));
}

/// As HAProxy and others may: each connection has a destination of its own, and calls bind() first.
void Mix::proxy()
{
    for (std::uint32_t i = draw(1, 8); i > 0; --i) {
        Manner manner;
        manner.bind = at(one_in(2) ? "127.0.0.1" : "10.9.0.1", 0);
        keep(try_connect(at(fmt::format("127.0.1.{}", draw(1, 254)), 5432), manner));
    }
}

/// A connection from another source address on a port that has connections already.
void Mix::share_port()
{
    if (sockets_.empty())
        return;
    const Endpoint taken = local_endpoint(sockets_[draw_index()]);
    if (!range_.contains(taken.port))
        return;
    Manner manner;
    manner.bind = at(one_in(2) ? "10.9.0.1" : "127.0.0.3", 0);
    manner.no_port = true;
    keep(try_connect_on(taken.port, at("127.0.0.1", 5432), manner));
}

/// On the device lo, and twins without a device. The kernel may give both the same port; nothing is
/// sent then, because packets could not be told apart.
void Mix::pair_by_device()
{
    const Endpoint server = local_endpoint(device_listener_);
    if (one_in(4)) {
        Attempt client = try_connect(server, {.device = "lo"});
        if (client) {
            const FileDescriptor other_end = accepted(device_listener_);
            client.socket.close(); // the first to close is left in TIME_WAIT
        }
        return;
    }
    for (std::uint32_t i = draw(1, 6); i > 0; --i) {
        Manner manner;
        manner.deferred = true;
        manner.device = one_in(3) ? "" : "lo";
        if (one_in(4))
            manner.bind = at("127.0.0.1", 0);
        keep(try_connect(server, manner));
    }
}

/// By IP_LOCAL_PORT_RANGE, as programs divide the range among themselves.
void Mix::connect_within_a_part()
{
    if (!has(Feature::local_port_range))
        return connect();
    const std::uint16_t one = draw_port();
    const std::uint16_t other = draw_port();
    Manner manner;
    manner.ports = {std::min(one, other), std::max(one, other)};
    for (std::uint32_t i = draw(1, 4); i > 0; --i)
        keep(try_connect(draw_server(), manner));
}

void Mix::bind()
{
    Manner manner;
    manner.bind =
        at(pick(std::vector<const char*>{"0.0.0.0", "127.0.0.1", "10.9.0.1", "::", "::1"}),
           one_in(2) ? draw_port() : 0);
    manner.reuse_address = one_in(3);
    manner.reuse_port = one_in(4);
    manner.ipv6_only = one_in(3);
    keep(try_bind(manner));
}

void Mix::listen()
{
    Manner manner;
    manner.bind =
        at(pick(std::vector<const char*>{"0.0.0.0", "127.0.0.1", "10.9.0.1", "::", "::1"}),
           draw_port());
    manner.reuse_address = one_in(2);
    manner.reuse_port = one_in(3);
    manner.ipv6_only = one_in(3);
    constexpr int backlog = 4096; // nobody accepts
    Attempt attempt = try_bind(manner);
    if (!attempt || ::listen(attempt.socket.number(), backlog) != 0)
        return;
    if (manner.bind->address.is_wildcard())
        manner.bind->address =
            net::Address::parse(manner.bind->address.is_ipv4() ? "127.0.0.1" : "::1");
    listeners_.push_back(std::move(attempt.socket));
    servers_.push_back(*manner.bind);
}

void Mix::use_udp()
{
    Manner manner;
    manner.tcp = false;
    if (one_in(2))
        return keep(try_connect(at(one_in(2) ? "127.0.0.1" : "::1", 53), manner));
    manner.bind =
        at(pick(std::vector<const char*>{"0.0.0.0", "127.0.0.1", "10.9.0.1", "::", "::1"}),
           one_in(2) ? draw_port() : 0);
    manner.reuse_address = one_in(3);
    manner.ipv6_only = one_in(3);
    keep(try_bind(manner));
}

void Mix::leave_time_wait()
{
    const Endpoint server = at("127.0.0.1", 5432);
    Manner manner;
    if (one_in(3))
        manner.bind = at(one_in(2) ? "127.0.0.1" : "10.9.0.1", 0);
    for (std::uint32_t i = draw(1, 5); i > 0; --i) {
        Attempt client = try_connect(server, manner);
        // Others may stand in the queue before ours: any accepted end will do to be closed.
        if (client)
            sockets_.push_back(accepted(listeners_.front()));
    }
}

void Mix::half_close()
{
    if (!sockets_.empty())
        ::shutdown(sockets_[draw_index()].number(), SHUT_WR);
}

void Mix::close_one()
{
    if (sockets_.empty())
        return;
    std::swap(sockets_[draw_index()], sockets_.back());
    sockets_.pop_back();
}

void Mix::keep(Attempt attempt)
{
    if (attempt)
        sockets_.push_back(std::move(attempt.socket));
}

} // namespace lab
