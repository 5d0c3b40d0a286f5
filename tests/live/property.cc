// The proof: in a random mix of sockets, what the checks say is left is what the kernel gives, port
// by port. The checks run as users run them, and every row of their reports is compared.
//
// ROUNDS sets the number of mixes and SEED the first one's seed; mix number n has the seed SEED +
// n, so that a disagreement can be made again alone: SEED=... ROUNDS=1.
#include <cstdlib>
#include <random>
#include <string>

#include <boost/test/unit_test.hpp>
#include <fmt/format.h>

#include "tests/live/mix.h"
#include "tests/live/report.h"
#include "tests/live/time_wait.h"

namespace {

using nlohmann::json;

std::uint32_t from_environment(const char* name, std::uint32_t fallback)
{
    const char* const text = std::getenv(name);
    return text == nullptr ? fallback : static_cast<std::uint32_t>(std::stoul(text));
}

std::size_t count_usable(net::PortRange range)
{
    net::PortSet ports;
    ports.insert(range);
    return (ports - net::parse_port_list(lab::read_sysctl("ip_local_reserved_ports"))).size();
}

/// For bind(), towards every address that has sockets and both wildcards.
void check_binds(net::PortRange range)
{
    const lab::Report report = lab::report_of({"plugins/check_ephemeral_binds", "--top", "10000"});
    for (const json& row : report.rows("addresses")) {
        const bool tcp = row.at("protocol") == "TCP";
        const std::size_t size = count_usable(tcp ? lab::searched(range) : range);
        BOOST_TEST(row.at("used").get<std::size_t>() + row.at("left").get<std::size_t>() == size,
                   row.dump() << " of " << size << " ports");
    }
    lab::compare_addresses_with_kernel(report, range);
}

/// For connect(), towards every tuple that has connections, and a new one.
void check_ports(net::PortRange range)
{
    const lab::Report report = lab::report_of({"plugins/check_ephemeral_ports", "--top", "10000"});
    const std::size_t size = count_usable(lab::searched(range));
    BOOST_TEST(report.metric("range_size") == size);
    const std::string contradiction = lab::find_contradiction(report);
    BOOST_TEST(contradiction.empty(), contradiction);
    lab::compare_tuples_with_kernel(report, range);

    const net::PortSet given = lab::ask_connect(lab::at("127.77.77.77", 9), lab::searched(range));
    if (report.has("held"))
        BOOST_TEST(report.metric("held") == size - given.size());
    if (report.rows("tuples").empty() && !report.has("left_least"))
        BOOST_TEST(report.metric("left") == given.size());
}

BOOST_AUTO_TEST_CASE(left_is_what_the_kernel_gives_in_every_random_mix)
{
    const std::uint32_t rounds = from_environment("ROUNDS", 300);
    const std::uint32_t seed = from_environment("SEED", std::random_device()());
    BOOST_TEST_MESSAGE("ROUNDS=" << rounds << " SEED=" << seed);
    for (std::uint32_t round = 0; round < rounds; ++round) {
        BOOST_TEST_INFO_SCOPE("SEED=" << seed + round);
        const lab::Mix mix(seed + round);
        lab::settle(mix.range());
        // Before anybody is asked about connect(), which takes TIME_WAITs over.
        check_binds(mix.range());
        check_ports(mix.range());
    }
}

} // namespace
