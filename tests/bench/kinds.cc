#include "tests/bench/kinds.h"

#include <algorithm>
#include <map>

#include "tests/bench/forgery.h"

namespace kinds {
namespace {

using forgery::Endpoint;

constexpr std::uint16_t destination_port = 443;
constexpr std::size_t ports = 65536 - lowest_port;
/// Connections that are in nobody's way go round in these, well below the thresholds.
constexpr std::size_t ports_in_use = 25000;
constexpr std::size_t few_tuples = 40;

std::uint16_t port_at(std::size_t i)
{
    return static_cast<std::uint16_t>(lowest_port + i);
}

/// Connections `first` to `end` of `count`, one tuple after the other.
void forge_tuples(std::size_t tuples, std::size_t first_destination, Share share)
{
    const std::size_t connections = (share.count + tuples - 1) / tuples;
    for (std::size_t i = share.first; i < share.end; ++i)
        forgery::forge_outgoing(
            port_at(i % connections % ports_in_use),
            Endpoint::ipv4(first_destination + i / connections, destination_port));
}

void forge_40_tuples(const Share& share)
{
    constexpr std::size_t first_destination = 2;
    forge_tuples(few_tuples, first_destination, share);
}

/// One tuple has `percent` of the range, the other 39 the rest of the connections.
template <std::size_t percent>
void forge_one_worst(const Share& share)
{
    constexpr std::size_t of_the_worst = ports * percent / 100;
    for (std::size_t i = share.first; i < std::min(share.end, of_the_worst); ++i)
        forgery::forge_outgoing(port_at(i), Endpoint::ipv4(2, destination_port));
    if (share.end > of_the_worst)
        forge_tuples(few_tuples - 1, 3,
                     {share.number, std::max(share.first, of_the_worst) - of_the_worst,
                      share.end - of_the_worst, share.count - of_the_worst});
}

void forge_tuples_of_their_own(const Share& share)
{
    for (std::size_t i = share.first; i < share.end; ++i)
        forgery::forge_outgoing(port_at(i % ports_in_use), Endpoint::ipv4(2 + i, destination_port));
}

void forge_ipv6_tuples_of_their_own(const Share& share)
{
    for (std::size_t i = share.first; i < share.end; ++i)
        forgery::forge_outgoing(port_at(i % ports_in_use), Endpoint::ipv6(2 + i, destination_port));
}

/// What a proxy has that binds before it connects, from as many of its addresses as it takes, to
/// ever new destinations.
void forge_bound_connections(const Share& share)
{
    for (std::size_t i = share.first; i < share.end; ++i)
        forgery::forge_bound(Endpoint::ipv4(1 + i / ports, port_at(i % ports)),
                             Endpoint::ipv4(2 + i, destination_port));
}

/// What a server has whose port lies inside the range.
void forge_inbound(const Share& share)
{
    constexpr std::uint16_t server_port = 20000;
    const Endpoint server = Endpoint::ipv4(1, server_port);
    if (share.number == 0)
        forgery::listen_at(server);
    for (std::size_t i = share.first; i < share.end; ++i)
        forgery::forge_inbound(server, Endpoint::ipv4(2 + i, port_at(i % ports_in_use)));
}

/// A service below the range: each process opens and closes connections to its own.
Endpoint service(std::size_t process, std::size_t number)
{
    constexpr std::size_t first_service = 1024;
    constexpr std::size_t services_a_process = 20;
    return Endpoint::ipv4(
        1, static_cast<std::uint16_t>(first_service + process * services_a_process + number));
}

constexpr std::size_t time_waits_a_tuple = 20000;

/// Connections that were closed by the end that opened them. The first service is for those that
/// follow: connect() searches long for the last ports of a tuple.
void make_time_waits(const Share& share)
{
    for (std::size_t i = share.first; i < share.end; ++i)
        open_and_close(share.number, 1 + (i - share.first) / time_waits_a_tuple);
}

// In danger: 45 % live, and more is closed in a minute than there is left.
constexpr std::size_t endangered_tuples = 16;
constexpr std::size_t endangered_ports = 2000;
constexpr std::size_t endangered_live = 900;
constexpr std::size_t endangered_sockets = endangered_tuples * endangered_live;

/// A few endangered tuples among many that have one connection each.
void forge_endangered(const Share& share)
{
    for (std::size_t i = share.first; i < share.end; ++i) {
        if (i < endangered_sockets)
            forgery::forge_outgoing(port_at(i / endangered_tuples),
                                    service(0, i % endangered_tuples));
        else
            forgery::forge_outgoing(port_at(i % endangered_ports),
                                    Endpoint::ipv4(2 + i, destination_port));
    }
}

std::size_t every_one(std::size_t count)
{
    return count;
}

std::size_t forty(std::size_t count)
{
    return std::min(count, few_tuples);
}

} // namespace

void open_and_close(std::size_t process, std::size_t tuple)
{
    static std::map<std::size_t, int> listeners;
    const Endpoint server = service(process, tuple);
    const auto [listener, is_new] = listeners.try_emplace(tuple);
    if (is_new)
        listener->second = forgery::listen_at(server);
    forgery::open_and_close(listener->second, server);
}

const std::map<std::string, Kind>& all()
{
    static const std::map<std::string, Kind> kinds = {
        {"few", {forge_40_tuples, forty}},
        {"worst70", {forge_one_worst<70>, forty}},
        {"worst95", {forge_one_worst<95>, forty}},
        {"spread", {forge_tuples_of_their_own, every_one}},
        {"ipv6", {forge_ipv6_tuples_of_their_own, every_one}},
        {"bound",
         {forge_bound_connections, every_one,
          [](std::size_t count) { return std::min(count, ports); }}},
        {"endangered",
         {.make = forge_endangered,
          .tuples =
              [](std::size_t count) {
                  return count - std::min(count, endangered_sockets) + endangered_tuples;
              },
          .highest_port = static_cast<std::uint16_t>(lowest_port + endangered_ports - 1),
          .closes_a_second = 352, // 22 a tuple: after a minute 1,320 ports, of which it has 1,100
          .closing_tuples = endangered_tuples}},
        {"inbound",
         {forge_inbound, [](std::size_t) -> std::size_t { return 0; },
          [](std::size_t) -> std::size_t { return 1; }}},
        {"time_wait",
         {.make = make_time_waits,
          .tuples = [](std::size_t count) { return 1 + count / time_waits_a_tuple; },
          .closes_a_second = 1100}}, // to the first tuple: in a minute 66,000, more than there are
    };
    return kinds;
}

} // namespace kinds
