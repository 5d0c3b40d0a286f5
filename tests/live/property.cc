// The proof: in a random mix of sockets, what we compute to be left is what the kernel gives, port
// by port.
//
// ROUNDS sets the number of mixes and SEED the first one's seed; mix number n has the seed SEED +
// n, so that a disagreement can be made again alone: SEED=... ROUNDS=1.
#include <cstdlib>
#include <limits>
#include <random>
#include <string>

#include <boost/test/unit_test.hpp>
#include <fmt/format.h>

#include "common/kernel/oracle.h"
#include "common/kernel/port_settings.h"
#include "common/ports/bind_census.h"
#include "common/ports/census.h"
#include "common/sockets/reader.h"
#include "tests/live/mix.h"

namespace {

std::uint32_t from_environment(const char* name, std::uint32_t fallback)
{
    const char* const text = std::getenv(name);
    return text == nullptr ? fallback : static_cast<std::uint32_t>(std::stoul(text));
}

ports::Census count(const kernel::PortSettings& settings, const net::PortSet& held)
{
    ports::Census census(settings, ports::TimeWaitPolicy::kernel_rule, {}, held);
    sockets::read_tcp_sockets(sockets::Reader::sock_diag, {settings.range},
                              [&](const sockets::Socket& socket) { census.add(socket); });
    return census;
}

std::size_t ask_kernel(const ports::Tuple& tuple, net::PortRange range)
{
    lab::Manner manner;
    manner.bind = {tuple.source, 0};
    manner.no_port = true;
    return lab::ask_connect({tuple.destination, tuple.destination_port}, range, manner).size();
}

void check_tuples(const kernel::PortSettings& settings, const lab::Mix& mix)
{
    const ports::Census shown = count(settings, {});
    const net::PortSet held = kernel::Oracle().held_among(shown.doubtful());
    const ports::Census census = count(settings, shown.held() | held);
    for (const ports::TupleUsage& usage : census.worst(std::numeric_limits<std::size_t>::max())) {
        const std::size_t given = ask_kernel(usage.tuple, mix.range());
        BOOST_TEST(usage.left == given, "from " << usage.tuple.source.text() << " to "
                                                << ports::format_destination(usage.tuple)
                                                << ": computed " << usage.left
                                                << ", the kernel gives " << given);
    }
}

/// For bind(), towards every address that has sockets and both wildcards.
void check_binds(const kernel::PortSettings& settings, const lab::Mix& mix, bool tcp)
{
    ports::BindCensus census(settings);
    const auto add = [&](const sockets::Socket& socket) { census.add(socket); };
    if (tcp)
        sockets::read_tcp_sockets(sockets::Reader::sock_diag, {settings.range}, add);
    else
        sockets::read_udp_sockets(sockets::Reader::sock_diag, settings.range, add);

    for (const ports::BindUsage& usage : census.by_address()) {
        lab::Manner manner;
        manner.tcp = tcp;
        const std::size_t given = lab::ask_bind(usage.address, mix.range(), manner).size();
        BOOST_TEST((usage.left <= given && given <= usage.left + usage.doubtful),
                   (tcp ? "TCP" : "UDP")
                       << " bind to " << usage.address.text() << ": computed " << usage.left
                       << " and " << usage.doubtful << " in doubt, the kernel gives " << given);
    }
}

BOOST_AUTO_TEST_CASE(left_is_what_the_kernel_gives_in_every_random_mix)
{
    const std::uint32_t rounds = from_environment("ROUNDS", 300);
    const std::uint32_t seed = from_environment("SEED", std::random_device()());
    BOOST_TEST_MESSAGE("ROUNDS=" << rounds << " SEED=" << seed);
    for (std::uint32_t round = 0; round < rounds; ++round) {
        BOOST_TEST_INFO_SCOPE("SEED=" << seed + round);
        const lab::Mix mix(seed + round);
        const kernel::PortSettings settings =
            kernel::read_port_settings(kernel::SettingsNeeded::ports_and_time_wait);
        lab::settle(settings.range);
        check_binds(settings, mix, true);
        check_binds(settings, mix, false);
        check_tuples(settings, mix);
    }
}

} // namespace
