// The connections of a few tuples, one by one.
#include "common/ports/by_tuple.h"

#include <boost/test/unit_test.hpp>
#include <fmt/format.h>

#include "tests/unit/sample.h"

namespace {

using namespace std::chrono_literals;
using ports::ConnectionsByTuple;
using ports::pick_tuples;
using sockets::Connection;
using sockets::Snapshot;
using sockets::Socket;
using sockets::SocketState;

sockets::TupleNumber number_of(const Snapshot& snapshot, const char* destination)
{
    const auto number = snapshot.connections.find(
        {net::Address::parse("10.0.0.1"), net::Address::parse(destination), 5432});
    BOOST_REQUIRE(number.has_value());
    return *number;
}

BOOST_AUTO_TEST_SUITE(by_tuple)

BOOST_AUTO_TEST_CASE(nothing_is_picked_if_nothing_was_asked_for)
{
    BOOST_TEST(pick_tuples(sample::snapshot({sample::connection(40000)}), {}).empty());
    BOOST_TEST(pick_tuples(sample::snapshot({}), {}).empty());
}

BOOST_AUTO_TEST_CASE(the_connections_of_the_tuples_that_were_asked_for_come_as_they_were_dumped)
{
    const Snapshot snapshot =
        sample::snapshot({sample::connection(40003), sample::connection(40000, "10.0.0.6"),
                          sample::connection(40001), sample::connection(40009, "10.0.0.7"),
                          sample::connection(40002)});
    const std::vector<std::uint16_t> ports = {40003, 40001, 40002};
    const auto wanted = number_of(snapshot, "10.0.0.5");
    const auto other = number_of(snapshot, "10.0.0.7");
    const ConnectionsByTuple picked = pick_tuples(snapshot, {other, wanted, other});
    BOOST_TEST(picked.size() == 2U);
    BOOST_REQUIRE(picked.at(wanted).size() == 3U);
    for (std::size_t i = 0; i < ports.size(); ++i) {
        BOOST_TEST(picked.at(wanted)[i].local_port == ports[i]);
        BOOST_TEST(picked.at(wanted)[i].tuple == wanted);
    }
    BOOST_REQUIRE(picked.at(other).size() == 1U);
    BOOST_TEST(picked.at(other).front().local_port == 40009U);
}

BOOST_AUTO_TEST_CASE(without_doubles_the_others_are_in_the_order_of_the_dump)
{
    const Snapshot snapshot = sample::snapshot(
        {sample::connection(40003), sample::connection(40000), sample::connection(40003),
         sample::connection(40001), sample::connection(40002), sample::connection(40001)});
    const auto number = number_of(snapshot, "10.0.0.5");
    std::vector<std::uint16_t> ports;
    const ConnectionsByTuple picked = pick_tuples(snapshot, {number});
    for (const Connection& connection : picked.at(number))
        ports.push_back(connection.local_port);
    BOOST_TEST(ports == std::vector<std::uint16_t>({40000, 40003, 40002, 40001}),
               boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(many_tuples_that_were_asked_for_have_each_its_own_connections)
{
    constexpr std::uint16_t many = 600;
    std::vector<Socket> sockets;
    for (std::uint16_t i = 0; i < many; ++i)
        sockets.push_back(sample::connection(static_cast<std::uint16_t>(40000 + i % 64),
                                             fmt::format("10.0.{}.{}", i / 200, i % 200)));
    const Snapshot snapshot = sample::snapshot(sockets);
    std::vector<sockets::TupleNumber> tuples;
    snapshot.connections.for_each(
        [&](const Connection& connection) { tuples.push_back(connection.tuple); });
    const ConnectionsByTuple picked = pick_tuples(snapshot, tuples);
    BOOST_TEST(picked.size() == many);
    for (std::uint16_t i = 0; i < many; ++i) {
        BOOST_REQUIRE(picked.at(tuples[i]).size() == 1U);
        BOOST_TEST(picked.at(tuples[i]).front().local_port == 40000U + i % 64);
    }
}

BOOST_AUTO_TEST_CASE(a_tuple_that_nobody_has_is_there_without_connections)
{
    const Snapshot snapshot = sample::snapshot({sample::connection(40000)});
    const ConnectionsByTuple picked = pick_tuples(snapshot, {98, 99});
    BOOST_TEST(picked.size() == 2U);
    BOOST_TEST(picked.at(98).empty());
    BOOST_TEST(picked.at(99).empty());
}

BOOST_AUTO_TEST_CASE(a_connection_that_is_in_the_dump_twice_counts_once_as_it_was_last)
{
    // The dump shows it established, and later, in another bucket, in TIME_WAIT. However many
    // others come between or behind them, the later one is the last.
    for (std::uint16_t between = 0; between < 40; between += 13) {
        for (std::uint16_t behind = 0; behind < 40; behind += 3) {
            std::vector<Socket> sockets = {sample::connection(40000)};
            for (std::uint16_t i = 0; i < between; ++i)
                sockets.push_back(sample::connection(40001 + i, "10.0.0.6"));
            sockets.push_back(sample::time_wait(40000, 0ms));
            for (std::uint16_t i = 0; i < behind; ++i)
                sockets.push_back(sample::connection(40001 + i, "10.0.0.7"));
            const Snapshot snapshot = sample::snapshot(sockets);
            const auto number = number_of(snapshot, "10.0.0.5");
            const ConnectionsByTuple picked = pick_tuples(snapshot, {number});
            BOOST_REQUIRE(picked.at(number).size() == 1U);
            BOOST_TEST((picked.at(number).front().state() == SocketState::time_wait),
                       between << " between, " << behind << " behind");
        }
    }
}

BOOST_AUTO_TEST_CASE(the_same_port_of_another_tuple_is_another_connection)
{
    const Snapshot snapshot =
        sample::snapshot({sample::connection(40000), sample::connection(40000, "10.0.0.6")});
    const auto one = number_of(snapshot, "10.0.0.5");
    const auto other = number_of(snapshot, "10.0.0.6");
    const ConnectionsByTuple picked = pick_tuples(snapshot, {one, other});
    BOOST_TEST(picked.at(one).size() == 1U);
    BOOST_TEST(picked.at(other).size() == 1U);
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace
