// What check_ephemeral_nat says, against what packets through a gateway get.
#include <random>
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
    std::string statement;
    std::string address;
};

const std::vector<Rule> rules = {
    {"snat to 192.0.2.1:40000-40063", "192.0.2.1"},
    {"snat to 192.0.2.1:40000-40063 random", "192.0.2.1"},
    {"masquerade to :40000-40063", "172.16.2.254"},
    {"masquerade to :40000-40063 fully-random", "172.16.2.254"},
};

std::uint16_t draw(std::mt19937& random, unsigned low, unsigned high)
{
    return static_cast<std::uint16_t>(low + random() % (high - low + 1));
}

/// Connections of clients and of the gateway itself; some are closed again.
std::vector<lab::FileDescriptor> mix(const lab::NatNetwork& network, const std::string& nat_address,
                                     std::mt19937& random)
{
    std::vector<lab::FileDescriptor> open;
    for (unsigned i = draw(random, 5, 80); i > 0; --i) {
        const lab::Endpoint client =
            lab::at(fmt::format("172.16.1.{}", draw(random, 1, 3)), draw(random, 39990, 40075));
        const unsigned kind = draw(random, 0, 9);
        const lab::Endpoint destination = kind == 0   ? lab::at("172.16.2.2", 80)
                                          : kind == 1 ? lab::at("172.16.3.9", 53)
                                                      : lab::at("172.16.2.2", 443);
        if (kind == 2) {
            network.at_gateway([&] {
                lab::Attempt own = lab::try_connect(lab::at("172.16.2.2", 443),
                                                    {.bind = lab::at(nat_address, client.port)});
                if (own)
                    open.push_back(std::move(own.socket));
            });
            continue;
        }
        if (auto connection = network.pass(client, destination))
            open.push_back(*std::move(connection));
        if (kind == 3 && !open.empty())
            open.erase(open.begin() + draw(random, 0, static_cast<unsigned>(open.size()) - 1));
    }
    return open;
}

BOOST_AUTO_TEST_SUITE(nat_packets, *boost::unit_test::precondition(lab::can_nat_packets))

BOOST_AUTO_TEST_CASE(left_is_what_is_asked_and_what_packets_get)
{
    constexpr std::uint32_t mixes = 8;
    std::size_t rows = 0;
    lab::for_each_seed(mixes, [&](std::uint32_t seed) {
        std::mt19937 random(seed);
        const Rule& rule = rules[seed % rules.size()];
        BOOST_TEST_INFO_SCOPE(rule.statement);
        const lab::NatNetwork network(rule.statement);
        std::vector<lab::FileDescriptor> open = mix(network, rule.address, random);
        const lab::Report report = lab::report_of({program, "--ports=40000-40063", "--top=100"},
                                                  {network.gateway().inside()});
        for (const nlohmann::json& row : report.rows("tuples")) {
            ++rows;
            BOOST_TEST_INFO_SCOPE(row.dump());
            const lab::Endpoint destination =
                lab::at(row.at("destination_address").get<std::string>(),
                        row.at("destination_port").get<std::uint16_t>());
            const auto left = row.at("left").get<std::size_t>();
            // Some are still on their way to TIME_WAIT.
            const auto closed =
                row.at("time_wait").get<std::size_t>() + row.at("other").get<std::size_t>();
            std::size_t asked = 0;
            network.at_gateway([&] {
                asked = lab::Gateway()
                            .ask({.client = lab::at("172.16.1.66", 9),
                                  .destination = destination,
                                  .nat = net::Address::parse(rule.address),
                                  .tcp_state = 1},
                                 range)
                            .size();
            });
            BOOST_TEST(left == asked);

            std::size_t given = 0;
            for (std::uint16_t port = 10000; port <= 10064; ++port) {
                auto further = network.pass(lab::at("172.16.1.9", port), destination);
                if (!further)
                    break;
                ++given;
                open.push_back(*std::move(further));
            }
            BOOST_TEST(left <= given);
            BOOST_TEST(given <= left + closed); // newer kernels take their ports, if they may
        }
    });
    BOOST_TEST(rows > 0U);
    BOOST_TEST_MESSAGE(rows << " rows asked about and filled by packets");
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace
