// How many live sockets each owner has, of a tuple and on the ports that a bind() misses.
#include "common/ports/socket_owners.h"

#include <boost/test/unit_test.hpp>

#include "tests/unit/sample.h"

namespace {

using namespace std::chrono_literals;
using ports::SocketsByOwner;
using sockets::Owner;
using sockets::Snapshot;
using sockets::Socket;

const Owner pool = {100, 0};
const Owner churn = {200, 0};

sockets::TupleNumber number_of(const Snapshot& snapshot, const char* destination)
{
    return snapshot.connections
        .find({net::Address::parse("10.0.0.1"), net::Address::parse(destination), 5432})
        .value();
}

/// For connections to each of these destinations.
std::vector<SocketsByOwner> count(const Snapshot& snapshot,
                                  const std::vector<const char*>& destinations)
{
    std::vector<sockets::TupleNumber> tuples;
    for (const char* const destination : destinations)
        tuples.push_back(number_of(snapshot, destination));
    return ports::count_owners(ports::pick_tuples(snapshot, tuples), tuples);
}

/// By owner instead of by number.
std::map<Owner, std::size_t> named(const Snapshot& snapshot, const SocketsByOwner& counted)
{
    std::map<Owner, std::size_t> by_owner;
    for (const auto& [number, sockets] : counted)
        by_owner[snapshot.owners[number]] = sockets;
    return by_owner;
}

using Shares = std::map<Owner, std::size_t>;

Shares of_tcp_at(const Snapshot& snapshot, const char* address)
{
    const auto counted =
        ports::count_bind_owners(snapshot, ports::Protocol::tcp, {net::Address::parse(address)});
    return named(snapshot, counted.front());
}

BOOST_AUTO_TEST_SUITE(socket_owners)

BOOST_AUTO_TEST_CASE(each_tuple_has_its_own_owners_in_the_order_asked_for)
{
    const Snapshot snapshot =
        sample::snapshot({sample::owned(sample::connection(40000), pool),
                          sample::owned(sample::connection(40001, "10.0.0.6"), churn),
                          sample::owned(sample::connection(40002), churn),
                          sample::owned(sample::connection(40003), pool)});
    const auto counted = count(snapshot, {"10.0.0.6", "10.0.0.5"});
    BOOST_REQUIRE(counted.size() == 2);
    BOOST_TEST((named(snapshot, counted[0]) == Shares{{churn, 1}}));
    BOOST_TEST((named(snapshot, counted[1]) == Shares{{pool, 2}, {churn, 1}}));
}

BOOST_AUTO_TEST_CASE(a_time_wait_has_no_owner)
{
    const Snapshot snapshot = sample::snapshot(
        {sample::owned(sample::connection(40000), pool), sample::time_wait(40001, 1s)});
    const auto counted = count(snapshot, {"10.0.0.5"});
    BOOST_TEST((named(snapshot, counted.front()) == Shares{{pool, 1}}));
}

BOOST_AUTO_TEST_CASE(a_connection_that_is_dumped_twice_counts_as_it_was_last)
{
    const Snapshot snapshot = sample::snapshot({sample::owned(sample::connection(40000), pool),
                                                sample::owned(sample::connection(40000), churn),
                                                sample::owned(sample::connection(40001), pool),
                                                sample::time_wait(40001, 0s)});
    const auto counted = count(snapshot, {"10.0.0.5"});
    BOOST_TEST((named(snapshot, counted.front()) == Shares{{churn, 1}}));
}

BOOST_AUTO_TEST_CASE(the_wildcard_misses_every_socket_and_an_address_its_own_and_the_wildcards)
{
    const Snapshot snapshot =
        sample::snapshot({sample::owned(sample::listener(40000, "0.0.0.0"), pool),
                          sample::owned(sample::bound(40001, "10.0.0.2"), pool),
                          sample::owned(sample::bound(40002, "2001:db8::1"), churn),
                          sample::owned(sample::connection(40003), churn),
                          sample::owned(sample::connection(40004), churn)});
    BOOST_TEST((of_tcp_at(snapshot, "::") == Shares{{pool, 2}, {churn, 3}}));
    BOOST_TEST((of_tcp_at(snapshot, "0.0.0.0") == Shares{{pool, 2}, {churn, 2}}));
    BOOST_TEST((of_tcp_at(snapshot, "10.0.0.1") == Shares{{pool, 1}, {churn, 2}}));
    BOOST_TEST((of_tcp_at(snapshot, "10.0.0.2") == Shares{{pool, 2}}));
    BOOST_TEST((of_tcp_at(snapshot, "2001:db8::1") == Shares{{churn, 1}}));
}

BOOST_AUTO_TEST_CASE(the_ipv6_wildcard_takes_a_port_of_ipv4_unless_it_keeps_out_of_it)
{
    Socket both = sample::owned(sample::listener(40000), pool);
    both.ipv6_only = false;
    Socket ipv6_only = sample::owned(sample::listener(40001), churn);
    ipv6_only.ipv6_only = true;
    const Snapshot snapshot = sample::snapshot({both, ipv6_only});
    BOOST_TEST((of_tcp_at(snapshot, "10.0.0.1") == Shares{{pool, 1}}));
    BOOST_TEST((of_tcp_at(snapshot, "2001:db8::1") == Shares{{pool, 1}, {churn, 1}}));
}

BOOST_AUTO_TEST_CASE(udp_has_owners_of_its_own)
{
    Snapshot snapshot(sample::settings());
    snapshot.add_tcp(sample::owned(sample::bound(40000), pool));
    snapshot.add_udp(
        sample::owned(sample::holder(40000, sockets::SocketState::closed, "10.0.0.1"), churn));
    const auto counted =
        ports::count_bind_owners(snapshot, ports::Protocol::udp, {net::Address::parse("::")});
    BOOST_TEST((named(snapshot, counted.front()) == Shares{{churn, 1}}));
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace
