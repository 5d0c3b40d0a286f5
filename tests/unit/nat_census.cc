// Which ports NAT's tuples use, and what they refuse.
#include <netinet/in.h>

#include <boost/test/unit_test.hpp>

#include "common/conntrack/nat_census.h"

namespace {

using conntrack::Entry;
using conntrack::NatUsage;
using conntrack::State;

const net::Address nat = net::Address::parse("192.0.2.1");
const net::Endpoint server = {net::Address::parse("10.2.0.2"), 443};
constexpr std::chrono::seconds length(120);

Entry masqueraded(const char* client, std::uint16_t original, std::uint16_t port,
                  State state = State::established)
{
    Entry entry;
    entry.protocol = IPPROTO_TCP;
    entry.original = {{net::Address::parse(client), original}, server};
    entry.reply = {server, {nat, port}};
    entry.state = state;
    return entry;
}

struct Table {
    conntrack::NatTable table{length};
    std::optional<net::PortRange> range;

    void add(const Entry& entry) { table.add(entry); }
    std::vector<NatUsage> worst(std::size_t rows = 5)
    {
        table.settle();
        const conntrack::NatCensus census(table, range, length);
        return census.find_worst(census.select([](const conntrack::NatTuple&) { return true; }),
                                 rows);
    }
};

BOOST_FIXTURE_TEST_SUITE(nat_census, Table)

BOOST_AUTO_TEST_CASE(connections_that_nat_left_alone_are_no_tuple_of_nat)
{
    Entry entry = masqueraded("192.0.2.1", 40000, 40000);
    add(entry);
    BOOST_TEST(worst().empty());
}

BOOST_AUTO_TEST_CASE(the_gateways_own_and_what_comes_from_the_destination_use_ports_too)
{
    add(masqueraded("10.1.0.2", 40000, 40000));
    add(masqueraded("192.0.2.1", 40001, 40001)); // its own, left alone
    Entry incoming;                              // from the destination to the NAT address
    incoming.protocol = IPPROTO_TCP;
    incoming.original = {server, {nat, 40002}};
    incoming.reply = {{nat, 40002}, server};
    add(incoming);
    Entry forwarded; // as above, and a DNAT led it on
    forwarded.protocol = IPPROTO_TCP;
    forwarded.original = {server, {nat, 40005}};
    forwarded.reply = {{net::Address::parse("10.1.0.9"), 80}, server};
    add(forwarded);
    Entry elsewhere = masqueraded("10.1.0.2", 40003, 40003);
    elsewhere.original.destination.port = elsewhere.reply.source.port = 80;
    add(elsewhere);
    Entry in_zone = masqueraded("10.1.0.2", 40004, 40004);
    in_zone.zone = 7;
    add(in_zone);
    const auto rows = worst();
    BOOST_REQUIRE(rows.size() == 3U);
    BOOST_TEST(rows.front().used == 4U);
    BOOST_TEST(rows.front().left() == 64508U);
    BOOST_TEST(rows.front().clients == 1U);
}

BOOST_AUTO_TEST_CASE(connections_from_low_ports_have_a_range_of_their_own)
{
    for (std::uint16_t i = 1; i <= 400; ++i)
        add(masqueraded("10.1.0.2", 123, i));
    for (std::uint16_t i = 0; i < 500; ++i)
        add(masqueraded("10.1.0.3", static_cast<std::uint16_t>(40000 + i),
                        static_cast<std::uint16_t>(40000 + i)));
    const auto rows = worst();
    BOOST_REQUIRE(rows.size() == 2U);
    BOOST_TEST((rows[0].range == net::PortRange{1, 511}));
    BOOST_TEST(rows[0].used == 400U);
    BOOST_TEST(rows[1].used == 500U);
}

BOOST_AUTO_TEST_CASE(a_rule_that_picks_at_random_is_known_by_what_kept_its_port)
{
    for (std::uint16_t i = 0; i < 200; ++i)
        add(masqueraded("10.1.0.2", static_cast<std::uint16_t>(40000 + i),
                        static_cast<std::uint16_t>(2000 + 300 * i)));
    for (std::uint16_t i = 0; i < 5; ++i) // picked by chance
        add(masqueraded("10.1.0.3", static_cast<std::uint16_t>(50000 + i),
                        static_cast<std::uint16_t>(50000 + i)));
    BOOST_TEST(!worst().front().keeps_ports);
    Table keeping;
    for (std::uint16_t i = 0; i < 200; ++i)
        keeping.add(masqueraded("10.1.0.2", static_cast<std::uint16_t>(40000 + i),
                                static_cast<std::uint16_t>(40000 + i)));
    BOOST_TEST(keeping.worst().front().keeps_ports);
}

BOOST_AUTO_TEST_CASE(a_full_range_refuses_everything_and_evicts_time_waits_perhaps)
{
    range = net::PortRange{40000, 40063};
    for (std::uint16_t port = 40000; port <= 40063; ++port) {
        Entry entry = masqueraded("10.1.0.2", port, port, State::time_wait);
        entry.is_evictable = true;
        entry.expires_in = std::chrono::seconds(119);
        add(entry);
    }
    const auto rows = worst();
    BOOST_TEST(rows.front().left() == 0U);
    BOOST_TEST(rows.front().refused.most == 1);
    BOOST_TEST(rows.front().refused.least < 1e-6);
    BOOST_TEST(rows.front().time_wait == 64U);
    BOOST_TEST(rows.front().close_rate > 10);
    BOOST_TEST(rows.front().projected > 64U);
}

/// The kernel tells whole seconds of what is left: 119 of one that was closed just now.
BOOST_AUTO_TEST_CASE(a_steady_hundred_closes_a_second_are_a_hundred)
{
    std::uint16_t port = 20000;
    for (int age = 0; age < 120; ++age) {
        for (int i = 0; i < 100; ++i, ++port) {
            Entry entry = masqueraded("10.1.0.2", port, port, State::time_wait);
            entry.expires_in = std::chrono::seconds(119 - age);
            add(entry);
        }
    }
    const NatUsage usage = worst().front();
    BOOST_TEST(usage.time_wait == 12000U);
    BOOST_TEST(usage.close_rate == 100);
    BOOST_TEST(usage.projected == 12000U);
}

/// Of closed ones it is not known whether they are evicted; of open ones it is.
BOOST_AUTO_TEST_CASE(who_refuses_for_certain_is_found_beside_who_perhaps_refuses_more)
{
    range = net::PortRange{40000, 40063};
    const auto fill = [&](const char* to, std::uint16_t ports, bool is_closed) {
        for (std::uint16_t i = 0; i < ports; ++i) {
            const auto port = static_cast<std::uint16_t>(40000 + i);
            Entry entry = masqueraded("10.1.0.2", port, port,
                                      is_closed ? State::time_wait : State::established);
            entry.original.destination.address = entry.reply.source.address =
                net::Address::parse(to);
            entry.is_evictable = is_closed;
            add(entry);
        }
    };
    fill("10.2.0.3", 64, true);
    fill("10.2.0.4", 64, false);
    fill("10.2.0.5", 63, false);
    const auto rows = worst(1);
    BOOST_REQUIRE(rows.size() == 2U);
    BOOST_TEST(rows[0].refused.least < 0.01);
    BOOST_TEST(rows[1].refused.least == 1);
}

BOOST_AUTO_TEST_CASE(any_port_may_be_kept_if_the_rule_has_no_range)
{
    for (std::uint16_t port = 600; port < 1024; ++port)
        add(masqueraded("10.1.0.3", port, port));
    for (std::uint16_t port = 520; port < 540; ++port)
        add(masqueraded("10.1.0.2", port, port));
    // 20 of 444 came from ports that are not searched, yet kept, like the others.
    const NatUsage usage = worst().front();
    BOOST_TEST(usage.keeps_ports);
    BOOST_TEST(usage.refused.most > 0.8);
    BOOST_TEST(usage.refused.most < 0.9);
}

BOOST_AUTO_TEST_CASE(half_is_refused_of_what_searches_fail_if_half_keeps_its_port)
{
    range = net::PortRange{40000, 41023};
    net::PortSet used;
    for (std::uint16_t i = 0; i < 704; ++i) {
        const auto port = static_cast<std::uint16_t>(40000 + i);
        used.insert(port);
        // Every other one came from one of 64 ports that are free.
        add(masqueraded("10.1.0.2", i % 2 == 0 ? port : static_cast<std::uint16_t>(40960 + i % 64),
                        port));
    }
    const double failed = conntrack::share_of_failed_searches(*range, used, {}).most;
    BOOST_TEST(failed > 0.01);
    BOOST_TEST(worst().front().refused.most == failed / 2, boost::test_tools::tolerance(1e-9));
}

BOOST_AUTO_TEST_CASE(all_search_if_the_rule_picks_at_random_though_their_own_ports_are_free)
{
    range = net::PortRange{40000, 41023};
    net::PortSet used;
    for (std::uint16_t i = 0; i < 704; ++i) {
        const auto port = static_cast<std::uint16_t>(40000 + i);
        used.insert(port);
        add(masqueraded("10.1.0.2", static_cast<std::uint16_t>(40960 + i % 64), port));
    }
    const double failed = conntrack::share_of_failed_searches(*range, used, {}).most;
    BOOST_TEST(worst().front().refused.most == failed, boost::test_tools::tolerance(1e-9));
}

BOOST_AUTO_TEST_CASE(picks_beyond_the_range_given_are_told)
{
    range = net::PortRange{40000, 40063};
    add(masqueraded("10.1.0.2", 40000, 50000));
    BOOST_REQUIRE(worst().front().picked_elsewhere.has_value());
    BOOST_TEST((*worst().front().picked_elsewhere == net::PortRange{50000, 50000}));
}

BOOST_AUTO_TEST_CASE(a_port_that_the_gateway_picks_for_itself_contradicts_no_rule)
{
    range = net::PortRange{40000, 40063};
    add(masqueraded("10.1.0.2", 40000, 40000));
    add(masqueraded("192.0.2.1", 40000, 17319));
    BOOST_TEST(!worst().front().picked_elsewhere.has_value());
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace
