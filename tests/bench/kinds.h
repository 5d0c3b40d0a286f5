// The populations that the benchmarks know: who has which ports, and what is known of that by the
// way they are made.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>

namespace kinds {

constexpr std::uint16_t lowest_port = 10000; // of the ephemeral range, as busy hosts set it

/// What one process of several makes: the connections from `first` to `end` of `count`.
struct Share {
    std::size_t number; ///< of the process
    std::size_t first;
    std::size_t end;
    std::size_t count;
};

struct Kind {
    /// Makes a share, and leaves the sockets open. Its addresses are of 10.0.0.0/8 and fd00::/64.
    /// Throws std::system_error.
    void (*make)(const Share& share);
    /// How many tuples it has of `count` connections.
    std::size_t (*tuples)(std::size_t count);
    /// How many ports it keeps from everybody.
    std::size_t (*held)(std::size_t count) = [](std::size_t) -> std::size_t { return 0; };
    std::uint16_t highest_port = 65535; ///< of the ephemeral range
    /// Real connections that the first process goes on to open and close, in so many tuples in
    /// turn.
    std::size_t closes_a_second = 0;
    std::size_t closing_tuples = 1;
};

/// By the kind's name.
const std::map<std::string, Kind>& all();

/// One real connection, opened and closed by this process, in the n-th of its closing tuples. It is
/// no fault if the tuple has no port left.
void open_and_close(std::size_t process, std::size_t tuple);

} // namespace kinds
