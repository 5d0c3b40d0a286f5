// What check_ephemeral_nat says, against what packets through a gateway get.
#include <map>
#include <random>
#include <set>
#include <string>
#include <vector>

#include <boost/test/unit_test.hpp>
#include <fmt/format.h>

#include "tests/live/lab.h"
#include "tests/live/mix.h"
#include "tests/live/nat_lab.h"
#include "tests/live/nat_network.h"
#include "tests/live/report.h"

namespace {

const std::string program = "plugins/check_ephemeral_nat";
constexpr net::PortRange range = {40000, 40063};

struct Rule {
    lab::NatFamily family;
    std::string statement;
    std::string address; ///< one of those that it gives
};

const std::vector<Rule> rules = {
    {lab::nat_ipv4, "snat to 192.0.2.1:40000-40063", "192.0.2.1"},
    {lab::nat_ipv4, "snat to 192.0.2.1:40000-40063 random", "192.0.2.1"},
    {lab::nat_ipv4, "snat to 192.0.2.1-192.0.2.4:40000-40063", "192.0.2.1"},
    {lab::nat_ipv4, "masquerade to :40000-40063", "172.16.2.254"},
    {lab::nat_ipv4, "masquerade to :40000-40063 fully-random", "172.16.2.254"},
    {lab::nat_ipv6, "snat to [2001:db8::1]:40000-40063", "2001:db8::1"},
    {lab::nat_ipv6, "snat to [2001:db8::1]-[2001:db8::4]:40000-40063 random", "2001:db8::1"},
    {lab::nat_ipv6, "masquerade to :40000-40063", "fd00:2::254"},
};

std::uint16_t draw(std::mt19937& random, unsigned low, unsigned high)
{
    return static_cast<std::uint16_t>(low + random() % (high - low + 1));
}

struct Mix {
    std::vector<lab::FileDescriptor> open;
    std::map<std::string, std::set<unsigned>> clients; ///< by destination, after DNAT
};

std::string place(const net::Address& address, unsigned port)
{
    return fmt::format("{} {}", address.text(), port);
}

/// Connections from the server to the gateway: NAT cannot give their ports to others.
void come_in(const lab::NatNetwork& network, const Rule& rule, std::mt19937& random,
             std::vector<lab::FileDescriptor>& open)
{
    std::set<std::uint16_t> ports;
    for (unsigned i = draw(random, 0, 8); i > 0; --i)
        ports.insert(draw(random, 39990, 40075));
    for (const std::uint16_t port : ports) {
        const lab::Endpoint gateway = lab::at(rule.address, port);
        network.gateway().act_inside([&] { open.push_back(lab::listening(gateway)); });
        open.push_back(network.connect_from_server(draw(random, 0, 3) == 0 ? 80 : 443, gateway));
    }
}

/// Connections of clients and of the gateway itself; some are closed again.
Mix mix(const lab::NatNetwork& network, const Rule& rule, std::mt19937& random)
{
    const lab::NatFamily& family = rule.family;
    const std::string server = family.outside + "2";
    Mix made;
    come_in(network, rule, random, made.open);
    for (unsigned i = draw(random, 5, 80); i > 0; --i) {
        const unsigned client = draw(random, 1, 3);
        const std::uint16_t port = draw(random, 39990, 40075);
        const unsigned kind = draw(random, 0, 9);
        if (kind == 2) {
            network.gateway().act_inside([&] {
                lab::Attempt own =
                    lab::try_connect(lab::at(server, 443), {.bind = lab::at(rule.address, port)});
                if (own)
                    made.open.push_back(std::move(own.socket));
            });
            continue;
        }
        const std::uint16_t service = kind == 0 ? 80 : 443;
        auto connection =
            network.pass(lab::at(fmt::format("{}{}", family.inside, client), port),
                         kind == 1 ? lab::at(family.renamed + "9", 53) : lab::at(server, service));
        if (connection) {
            made.open.push_back(*std::move(connection));
            made.clients[place(net::Address::parse(server), service)].insert(client);
        }
        if (kind == 3 && !made.open.empty())
            made.open.erase(made.open.begin() +
                            draw(random, 0, static_cast<unsigned>(made.open.size()) - 1));
    }
    return made;
}

/// How many connections more these clients get: each keeps to one address of a pool.
std::size_t fill(const lab::NatNetwork& network, const lab::NatFamily& family,
                 const std::set<unsigned>& clients, const lab::Endpoint& destination,
                 std::vector<lab::FileDescriptor>& open)
{
    std::size_t given = 0;
    for (const unsigned client : clients) {
        for (std::uint16_t port = 10000; port <= 10064; ++port) {
            auto further = network.pass(lab::at(fmt::format("{}{}", family.inside, client), port),
                                        destination);
            if (!further)
                break;
            ++given;
            open.push_back(*std::move(further));
        }
    }
    return given;
}

struct Total {
    lab::Endpoint destination;
    std::size_t left = 0;
    std::size_t closed = 0;
};

BOOST_AUTO_TEST_SUITE(nat_packets, *boost::unit_test::precondition(lab::can_nat_packets))

BOOST_AUTO_TEST_CASE(left_is_what_is_asked_and_what_packets_get)
{
    constexpr std::uint32_t mixes = 16;
    std::size_t rows = 0;
    lab::for_each_seed(mixes, [&](std::uint32_t seed) {
        std::mt19937 random(seed);
        const Rule& rule = rules[seed % rules.size()];
        BOOST_TEST_INFO_SCOPE(rule.statement);
        const lab::NatNetwork network(rule.family, rule.statement);
        Mix made = mix(network, rule, random);
        const lab::Report report = lab::report_of({program, "--ports=40000-40063", "--top=100"},
                                                  {network.gateway().inside()});
        std::map<std::string, Total> totals;
        for (const nlohmann::json& row : report.rows("tuples")) {
            ++rows;
            BOOST_TEST_INFO_SCOPE(row.dump());
            const lab::Endpoint destination =
                lab::at(row.at("destination_address").get<std::string>(),
                        row.at("destination_port").get<std::uint16_t>());
            const auto left = row.at("left").get<std::size_t>();
            std::size_t asked = 0;
            network.gateway().act_inside([&] {
                asked = lab::Gateway()
                            .ask({.client = lab::at(rule.family.inside + "66", 9),
                                  .destination = destination,
                                  .nat = net::Address::parse(row.at("source").get<std::string>()),
                                  .tcp_state = 1},
                                 range)
                            .size();
            });
            BOOST_TEST(left == asked);
            Total& total = totals[place(destination.address, destination.port)];
            total.destination = destination;
            total.left += left;
            // Some are still on their way to TIME_WAIT.
            total.closed +=
                row.at("time_wait").get<std::size_t>() + row.at("other").get<std::size_t>();
        }
        for (const auto& [name, total] : totals) {
            BOOST_TEST_INFO_SCOPE(name);
            const std::size_t given =
                fill(network, rule.family, made.clients[name], total.destination, made.open);
            BOOST_TEST(total.left <= given);
            // Newer kernels take the ports of closed connections, if they may.
            BOOST_TEST(given <= total.left + total.closed);
        }
    });
    BOOST_TEST(rows > 0U);
    BOOST_TEST_MESSAGE(rows << " rows asked about and filled by packets");
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace
