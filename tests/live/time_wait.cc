#include "tests/live/time_wait.h"

#include <algorithm>
#include <cstdint>
#include <fstream>
#include <netinet/tcp.h>
#include <sstream>
#include <stdexcept>
#include <string>
#include <vector>

#include "tests/live/features.h"
#include "tests/live/system_call.h"

namespace lab {
namespace {

using std::chrono::milliseconds;

/// States as the kernel numbers them (include/net/tcp_states.h).
enum State : unsigned {
    syn_received = 3,
    fin_wait1 = 4,
    time_wait = 6,
    last_ack = 9,
    closing = 11
};

struct Connection {
    unsigned state = 0;
    std::uint16_t local_port = 0;
    milliseconds expires_in{};
};

/// "0: 0100007F:1538 0100007F:9C40 06 00000000:00000000 03:000016A8 …"
Connection parse(const std::string& line)
{
    constexpr milliseconds clock_tick(10); // USER_HZ
    std::istringstream words(line);
    std::string number;
    std::string local;
    std::string remote;
    std::string queues;
    std::string timer;
    Connection connection;
    words >> number >> local >> remote >> std::hex >> connection.state >> queues >> timer;
    if (!words)
        throw std::runtime_error("no line of /proc/net/tcp: " + line);
    const auto after_colon = [](const std::string& text) {
        return std::stoul(text.substr(text.find(':') + 1), nullptr, 16);
    };
    connection.local_port = static_cast<std::uint16_t>(after_colon(local));
    connection.expires_in = clock_tick * after_colon(timer);
    return connection;
}

std::vector<Connection> read_connections()
{
    std::vector<Connection> connections;
    for (const char* const path : {"/proc/net/tcp", "/proc/net/tcp6"}) {
        std::ifstream file(path);
        std::string line;
        std::getline(file, line); // the heading
        while (std::getline(file, line))
            connections.push_back(parse(line));
    }
    return connections;
}

milliseconds age(const Connection& time_wait)
{
    constexpr milliseconds length(60000); // TCP_TIMEWAIT_LEN
    return length - time_wait.expires_in;
}

} // namespace

std::size_t count_time_waits()
{
    std::ifstream file("/proc/net/sockstat");
    for (std::string word; file >> word;) {
        std::size_t count = 0;
        if (word == "tw" && file >> count)
            return count;
    }
    throw std::runtime_error("no TIME_WAIT count in /proc/net/sockstat");
}

void leave_fin_wait2(FileDescriptor& connection)
{
    check(shutdown(connection.number(), SHUT_WR) == 0, "shutdown(SHUT_WR)");
    await_state(connection, TCP_FIN_WAIT2); // the other side may delay its acknowledgement
    connection.close();
}

void leave_server_time_waits(std::size_t wanted, const Endpoint& destination,
                             const FileDescriptor& listener)
{
    const auto add_until_there = [&] {
        if (count_time_waits() >= wanted)
            return true;
        FileDescriptor client = connected(destination);
        FileDescriptor server = accepted(listener);
        close_both(server, client);
        return false;
    };
    await(add_until_there, "the TIME_WAITs of a server");
}

void await_new_second()
{
    const auto second = [] {
        timespec now{};
        check(clock_gettime(CLOCK_MONOTONIC_COARSE, &now) == 0, "clock_gettime");
        return now.tv_sec; // ktime_get_seconds()
    };
    await([&, present = second()] { return second() != present; }, "a new second");
}

void await_age(milliseconds youngest)
{
    await(
        [&] {
            const std::vector<Connection> all = read_connections();
            return std::none_of(all.begin(), all.end(), [&](const Connection& one) {
                return one.state == State::time_wait && age(one) <= youngest;
            });
        },
        "the TIME_WAITs to grow old");
}

milliseconds reusable_age()
{
    return milliseconds(has(Feature::time_wait_delay) ? 1050 : 2200);
}

void settle(net::PortRange range)
{
    const milliseconds clear_of_the_clock =
        has(Feature::time_wait_delay) ? milliseconds(20) : reusable_age();
    const auto is_passing = [&](const Connection& one) {
        switch (one.state) {
        case State::syn_received:
        case State::fin_wait1:
        case State::last_ack:
        case State::closing:
            return true;
        case State::time_wait:
            return range.contains(one.local_port) && age(one) <= clear_of_the_clock;
        default:
            return false;
        }
    };
    await(
        [&] {
            const std::vector<Connection> all = read_connections();
            return std::none_of(all.begin(), all.end(), is_passing);
        },
        "the connections to settle");
}

} // namespace lab
