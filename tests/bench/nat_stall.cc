// For how long packets through a gateway are held up while programs read its table of connection
// tracking: the longest round trip of an echo request (RFC 792) while each of them runs.
//
// To make an entry for a packet, the kernel takes locks that a dump of the table takes, too
// (nf_conntrack_confirm(), ctnetlink_dump_table()). So each request is a connection of its own: it
// has the next identifier.
//
// Usage: nat_stall ENTRIES ROUNDS PROGRAM..., as root or under `unshare -Ur`. In each round every
// program runs once in the gateway's network namespace. Prints for each run the program's number,
// and microseconds.
#include <array>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <exception>
#include <netinet/in.h>
#include <netinet/ip.h>
#include <netinet/ip_icmp.h>
#include <string>
#include <sys/socket.h>
#include <thread>
#include <vector>

#include <fmt/format.h>

#include "tests/live/nat_lab.h"
#include "tests/live/nat_network.h"
#include "tests/live/program.h"
#include "tests/live/system_call.h"

namespace {

using Clock = std::chrono::steady_clock;

constexpr std::chrono::seconds lost(2); ///< an answer that has not come by then

std::uint16_t checksum_of(const icmphdr& header)
{
    std::array<std::uint16_t, sizeof header / 2> words{};
    std::memcpy(words.data(), &header, sizeof header);
    std::uint32_t sum = 0;
    for (const std::uint16_t word : words)
        sum += word;
    sum = (sum & 0xffffU) + (sum >> 16U);
    return static_cast<std::uint16_t>(~(sum + (sum >> 16U)));
}

/// Asks the server again and again, and keeps the longest round trip.
class Pinger {
public:
    Pinger() : socket_(socket(AF_INET, SOCK_RAW | SOCK_CLOEXEC, IPPROTO_ICMP))
    {
        lab::check(socket_.number() >= 0, "a raw socket");
        sockaddr_in server{};
        server.sin_family = AF_INET;
        server.sin_addr.s_addr = net::Address::parse(lab::nat_ipv4.outside + "2").low_word();
        lab::check(connect(socket_.number(), reinterpret_cast<sockaddr*>(&server), sizeof server) ==
                       0,
                   "connect");
        thread_ = std::thread([this] {
            while (!done_)
                ask();
        });
    }
    ~Pinger()
    {
        done_ = true;
        thread_.join();
    }
    Pinger(const Pinger&) = delete;
    Pinger& operator=(const Pinger&) = delete;

    /// The longest one since the last call, in microseconds.
    std::int64_t take_longest() { return longest_.exchange(0); }

private:
    void ask()
    {
        icmphdr request{};
        request.type = ICMP_ECHO;
        request.un.echo.id = ++identifier_;
        request.checksum = checksum_of(request);
        const auto begin = Clock::now();
        lab::check(send(socket_.number(), &request, sizeof request, 0) == sizeof request, "send");
        bool is_over = false;
        Clock::duration length{};
        while (!is_over) {
            is_over = is_answered();
            length = Clock::now() - begin;
            is_over = is_over || length > lost;
        }
        const std::int64_t microseconds =
            std::chrono::duration_cast<std::chrono::microseconds>(length).count();
        if (microseconds > longest_)
            longest_ = microseconds;
    }

    bool is_answered()
    {
        struct {
            iphdr ip;
            icmphdr icmp;
        } answer{};
        return recv(socket_.number(), &answer, sizeof answer, MSG_DONTWAIT) == sizeof answer &&
               answer.icmp.type == ICMP_ECHOREPLY && answer.icmp.un.echo.id == identifier_;
    }

    lab::FileDescriptor socket_;
    std::uint16_t identifier_ = 0;
    std::atomic<bool> done_ = false;
    std::atomic<std::int64_t> longest_ = 0;
    std::thread thread_;
};

void fill_table(unsigned entries)
{
    lab::Gateway gateway;
    constexpr unsigned ports = 60000; // of each client
    for (unsigned i = 0; i < entries; ++i)
        lab::check(gateway.pass({.client = lab::at(fmt::format("172.16.1.{}", 100 + i / ports),
                                                   static_cast<std::uint16_t>(1024 + i % ports)),
                                 .destination = lab::at("172.16.2.9", 443)}) == 0,
                   "an entry");
}

} // namespace

int main(int argc, char* argv[])
{
    if (argc < 4)
        return EXIT_FAILURE;
    try {
        const lab::NatNetwork network(lab::nat_ipv4, "snat to 192.0.2.1");
        const auto entries = static_cast<unsigned>(std::atoi(argv[1]));
        network.gateway().act_inside([&] { fill_table(entries); });
        Pinger pinger;
        for (int round = std::atoi(argv[2]); round > 0; --round) {
            for (int program = 3; program < argc; ++program) {
                pinger.take_longest();
                lab::run({argv[program]}, {network.gateway().inside()});
                std::printf("%d %lld\n", program - 3,
                            static_cast<long long>(pinger.take_longest()));
            }
        }
    } catch (const std::exception& error) {
        std::fprintf(stderr, "nat_stall: %s\n", error.what());
        return EXIT_FAILURE;
    }
    return EXIT_SUCCESS;
}
