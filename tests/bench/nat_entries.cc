// A gateway's table of connection tracking for the benchmarks, in a network namespace of its own:
// no packet passes, the entries are made by ctnetlink. One tuple is at 90 %, the rest is spread
// over 40.
//
// Usage: nat_entries COUNT, as root or under `unshare -Ur`. Prints "ready TUPLES", and stays until
// its standard input ends. /proc/PID/ns/net leads to the namespace.
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <system_error>
#include <unistd.h>

#include <fmt/format.h>

#include "tests/live/lab.h"
#include "tests/live/nat_lab.h"

namespace {

constexpr unsigned worst = 58000;
constexpr unsigned others = 40;
constexpr unsigned clients = 1000;
constexpr unsigned lowest_port = 1024; // of those that NAT takes

/// Each has its client's port, so that the kernel need not search.
void make_entries(unsigned count)
{
    lab::Gateway gateway;
    const net::Address nat = net::Address::parse("192.0.2.1");
    for (unsigned i = 0; i < count; ++i) {
        const bool is_of_worst = i < worst;
        const unsigned tuple = is_of_worst ? 0 : 1 + (i - worst) % others;
        const unsigned port = lowest_port + (is_of_worst ? i : (i - worst) / others);
        const unsigned client = i % clients;
        const int error = gateway.pass(
            {.client = lab::at(fmt::format("172.16.{}.{}", client / 250, 1 + client % 250),
                               static_cast<std::uint16_t>(port)),
             .destination = lab::at(fmt::format("10.1.0.{}", 1 + tuple), 443),
             .nat = nat});
        if (error != 0)
            throw std::system_error(error, std::generic_category(), fmt::format("entry {}", i));
    }
}

} // namespace

int main(int argc, char* argv[])
{
    if (argc != 2)
        return EXIT_FAILURE;
    try {
        const lab::Namespace network;
        const auto count = static_cast<unsigned>(std::atoi(argv[1]));
        make_entries(count);
        std::printf("ready %u\n", count > worst ? 1 + others : 1);
        std::fflush(stdout);
        char byte = 0;
        [[maybe_unused]] const ssize_t length = read(STDIN_FILENO, &byte, 1);
    } catch (const std::exception& error) {
        std::fprintf(stderr, "nat_entries: %s\n", error.what());
        return EXIT_FAILURE;
    }
    return EXIT_SUCCESS;
}
