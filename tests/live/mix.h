// A random mix of sockets, as wild as a host can have, for the strongest of our tests.
#pragma once

#include <cstdint>
#include <functional>
#include <random>
#include <vector>

#include "tests/live/lab.h"

namespace lab {

class Mix {
public:
    /// Makes a namespace with random settings and fills it. The same seed makes the same calls.
    explicit Mix(std::uint32_t seed);

    [[nodiscard]] net::PortRange range() const { return range_; }

private:
    /// A whole number in [lowest, highest].
    std::uint32_t draw(std::uint32_t lowest, std::uint32_t highest);
    bool one_in(std::uint32_t times) { return draw(1, times) == 1; }
    template <class Value>
    const Value& pick(const std::vector<Value>& values)
    {
        return values[draw(0, static_cast<std::uint32_t>(values.size()) - 1)];
    }

    static net::PortRange draw_range(std::mt19937& random);
    void set_up();
    void act();
    void connect();
    void proxy();
    void share_port();
    void pair_by_device();
    void connect_within_a_part();
    void bind();
    void listen();
    void listen_or_close();
    void use_udp();
    void leave_time_wait();
    void half_close();
    void close_one();
    void keep(Attempt attempt);
    Endpoint draw_server();
    /// Of one of `sockets_`.
    std::size_t draw_index() { return draw(0, static_cast<std::uint32_t>(sockets_.size()) - 1); }
    std::uint16_t draw_port() { return static_cast<std::uint16_t>(draw(range_.low, range_.high)); }

    std::mt19937 random_;
    net::PortRange range_;
    Namespace network_;
    FileDescriptor device_listener_ = listening(at("127.0.2.1", 5436));
    std::vector<FileDescriptor> listeners_;
    std::vector<Endpoint> servers_; ///< the address to connect to for each of `listeners_`
    std::vector<FileDescriptor> sockets_;
};

/// Calls `visit` ROUNDS times, or `rounds` if the environment does not say, with a seed each. The
/// first one is SEED, or drawn; number n is SEED + n, so that a disagreement can be made again
/// alone: SEED=... ROUNDS=1.
void for_each_seed(std::uint32_t rounds, const std::function<void(std::uint32_t)>& visit);

/// Makes a mix of each seed, and calls `compare` with its range, settled.
void for_each_mix(std::uint32_t rounds, const std::function<void(net::PortRange)>& compare);

} // namespace lab
