// The records of a snapshot, and the tuples that their numbers stand for.
#include "common/sockets/connections.h"

#include <array>
#include <limits>

#include <boost/test/unit_test.hpp>

#include "common/ports/tuple_counts.h"
#include "common/sockets/snapshot.h"
#include "tests/unit/sample.h"

namespace {

using namespace std::chrono_literals;
using sockets::Connection;
using sockets::Connections;
using sockets::Socket;
using sockets::SocketState;

Connections make(const std::vector<Socket>& sockets)
{
    Connections connections;
    for (const Socket& socket : sockets)
        connections.add(socket);
    connections.settle();
    return connections;
}

std::vector<Connection> list(const Connections& connections)
{
    std::vector<Connection> found;
    connections.for_each([&](const Connection& connection) { found.push_back(connection); });
    return found;
}

Connection only(const Socket& socket)
{
    const std::vector<Connection> found = list(make({socket}));
    BOOST_REQUIRE(found.size() == 1U);
    return found.front();
}

BOOST_AUTO_TEST_SUITE(connections)

BOOST_AUTO_TEST_CASE(what_a_program_has_has_an_owner_and_what_is_closed_a_time)
{
    Socket socket = sample::connection(40000);
    BOOST_TEST(Connection(socket, 7).owner() == 7);
    BOOST_TEST(!Connection(socket, 65535).expires_in().has_value());

    socket = sample::time_wait(40000, 1s);
    BOOST_TEST(Connection(socket, 7).owner() == sockets::nobody);
    BOOST_TEST((Connection(socket, 7).expires_in() == 59s));
}

BOOST_AUTO_TEST_CASE(a_fin_wait2_has_the_one_or_the_other)
{
    const Socket closed = sample::fin_wait2(40000, 5s);
    BOOST_TEST((Connection(closed, sockets::nobody).state() == SocketState::fin_wait2));
    BOOST_TEST((Connection(closed, sockets::nobody).expires_in() == 5s));
    BOOST_TEST(Connection(closed, sockets::nobody).owner() == sockets::nobody);

    const Socket held = sample::in_state(sample::connection(40000), SocketState::fin_wait2);
    BOOST_TEST((Connection(held, 7).state() == SocketState::fin_wait2));
    BOOST_TEST(!Connection(held, 7).expires_in().has_value());
    BOOST_TEST(Connection(held, 7).owner() == 7);
}

BOOST_AUTO_TEST_CASE(there_is_none_at_first)
{
    const Connections connections = make({});
    BOOST_TEST(connections.size() == 0U);
    BOOST_TEST(list(connections).empty());
    BOOST_TEST(!connections.find({}).has_value());
}

BOOST_AUTO_TEST_CASE(a_record_keeps_state_port_and_tuple)
{
    Socket socket = sample::connection(65535, "10.0.0.5", "10.0.0.1");
    socket.device = std::numeric_limits<std::uint32_t>::max();
    socket.remote_port = 65534;
    const Connections connections = make({socket});
    const Connection connection = list(connections).front();
    BOOST_TEST(connection.local_port == 65535U);
    const net::Tuple tuple = connections.tuple(connection.tuple);
    BOOST_TEST(tuple.source.text() == "10.0.0.1");
    BOOST_TEST(tuple.destination.text() == "10.0.0.5");
    BOOST_TEST(tuple.destination_port == 65534U);
    BOOST_TEST(tuple.device == std::numeric_limits<std::uint32_t>::max());
}

BOOST_AUTO_TEST_CASE(every_state_is_kept)
{
    for (int number = 1; number <= static_cast<int>(SocketState::bound); ++number) {
        const auto state = static_cast<SocketState>(number);
        const Connection connection = only(sample::in_state(sample::connection(40000), state));
        BOOST_TEST((connection.state() == state), number);
    }
}

BOOST_AUTO_TEST_CASE(what_is_left_of_a_closed_connection_is_kept_to_the_millisecond)
{
    BOOST_TEST(!only(sample::connection(40000)).expires_in().has_value());
    for (const auto left : {0ms, 1ms, 59'999ms, 60'000ms, 65'534ms})
        BOOST_TEST((only(sample::fin_wait2(40000, left)).expires_in() == left), left.count());
}

BOOST_AUTO_TEST_CASE(what_is_left_stays_within_its_bounds)
{
    for (const auto left : {65'535ms, 65'536ms, 100'000ms, 4'294'967'295ms})
        BOOST_TEST((only(sample::fin_wait2(40000, left)).expires_in() == 65'534ms), left.count());
    for (const auto left : {-1ms, -60'000ms, -65'536ms})
        BOOST_TEST((only(sample::fin_wait2(40000, left)).expires_in() == 0ms), left.count());
}

BOOST_AUTO_TEST_CASE(tuples_of_both_families_have_numbers_of_their_own)
{
    const Socket ipv4 = sample::connection(40000);
    const Socket ipv6 = sample::connection(40000, "2001:db8::5", "2001:db8::1");
    const Connections connections = make({ipv4, ipv6, ipv4, ipv6});
    BOOST_TEST(connections.ipv4_tuples() == 1U);
    BOOST_TEST(connections.ipv6_tuples() == 1U);
    BOOST_TEST(connections.size() == 4U);
    for (const Connection& connection : list(connections)) {
        const net::Tuple tuple = connections.tuple(connection.tuple);
        BOOST_REQUIRE(connections.find(tuple).has_value());
        BOOST_TEST(*connections.find(tuple) == connection.tuple);
    }
}

BOOST_AUTO_TEST_CASE(a_tuple_is_found_only_if_every_part_of_it_is_the_same)
{
    for (const char* const destination : {"10.0.0.5", "2001:db8::5"}) {
        const Socket socket = sample::connection(40000, destination, destination);
        const Connections connections = make({socket});
        const net::Tuple tuple = {socket.local_address, socket.remote_address, 5432};
        BOOST_TEST(connections.find(tuple).has_value());
        net::Tuple other = tuple;
        other.device = 1;
        BOOST_TEST(!connections.find(other).has_value());
        other = tuple;
        other.destination_port = 5433;
        BOOST_TEST(!connections.find(other).has_value());
        other = tuple;
        other.destination = net::Address::parse(tuple.destination.is_ipv4() ? "10.0.0.6" : "::5");
        BOOST_TEST(!connections.find(other).has_value());
        other = tuple;
        other.source = net::Address::parse(tuple.source.is_ipv4() ? "10.0.0.6" : "2001:db8::6");
        BOOST_TEST(!connections.find(other).has_value());
    }
}

BOOST_AUTO_TEST_CASE(connections_of_one_tuple_stay_in_order_however_many_others_stand_between)
{
    std::vector<Socket> sockets;
    for (std::uint16_t i = 0; i < 10'000; ++i)
        sockets.push_back(sample::connection(i, i % 3 == 0 ? "10.0.0.5" : "2001:db8::5"));
    const Connections connections = make(sockets);
    std::uint16_t latest_ipv4 = 0;
    std::uint16_t latest_ipv6 = 0;
    connections.for_each([&](const Connection& connection) {
        const bool ipv4 = connections.tuple(connection.tuple).destination.is_ipv4();
        std::uint16_t& latest = ipv4 ? latest_ipv4 : latest_ipv6;
        BOOST_REQUIRE(connection.local_port >= latest);
        latest = connection.local_port;
    });
    BOOST_TEST(latest_ipv4 == 9'999U);
    BOOST_TEST(latest_ipv6 == 9'998U);
}

BOOST_AUTO_TEST_CASE(connections_of_another_list_are_of_the_tuple_that_they_are_added_to)
{
    const net::Tuple ipv4 = {net::Address::parse("10.0.0.1"), net::Address::parse("10.0.0.5"), 5432,
                             3};
    const net::Tuple ipv6 = {net::Address::parse("::1"), net::Address::parse("::1"), 80, 0};
    const net::Tuple without = {ipv4.source, ipv4.destination, 443, 0};
    const Connection one = only(sample::connection(40000));
    const Connection other = only(sample::time_wait(40001, 5s));
    Connections connections;
    connections.add(without, {});
    connections.add(ipv4, {one, other});
    connections.add(ipv6, {other});
    connections.add(ipv4, {one});

    const std::vector<Connection> found = list(connections);
    BOOST_REQUIRE(found.size() == 4U);
    BOOST_TEST((connections.tuple(found[0].tuple) == ipv4));
    BOOST_TEST((connections.tuple(found[1].tuple) == ipv4));
    BOOST_TEST((connections.tuple(found[2].tuple) == ipv6));
    BOOST_TEST(found[3].tuple == found[0].tuple);
    BOOST_TEST(found[1].local_port == 40001);
    BOOST_TEST((found[1].expires_in() == other.expires_in()));
    BOOST_TEST(connections.find(without).has_value());
}

BOOST_AUTO_TEST_CASE(a_value_for_each_tuple_is_zero_at_first_and_found_by_number)
{
    std::vector<Socket> sockets;
    for (int i = 0; i < 300; ++i) {
        sockets.push_back(sample::connection(40000, "10.0.1." + std::to_string(i % 100)));
        sockets.push_back(sample::connection(40000, "2001:db8::" + std::to_string(i % 30)));
    }
    const Connections connections = make(sockets);
    sockets::PerTuple<int> counts(connections);
    connections.for_each([&](const Connection& connection) { ++counts[connection.tuple]; });
    int tuples = 0;
    counts.for_each([&](sockets::TupleNumber number, int count) {
        ++tuples;
        const bool ipv4 = connections.tuple(number).destination.is_ipv4();
        BOOST_TEST(count == (ipv4 ? 3 : 10));
    });
    BOOST_TEST(tuples == 130);
}

BOOST_AUTO_TEST_CASE(values_of_many_tuples_are_zero_at_first_too)
{
    struct Large {
        std::array<std::uint64_t, 16> words{};
    };
    // Just below a huge page, exactly one, and more; the next in the place of the last, perhaps.
    for (const sockets::TupleNumber tuples : {16'383U, 16'384U, 40'000U}) {
        std::vector<Socket> sockets;
        for (sockets::TupleNumber i = 0; i < tuples; ++i)
            sockets.push_back(sample::connection(40000, "10.0." + std::to_string(i / 200) + "." +
                                                            std::to_string(i % 200)));
        const Connections connections = make(sockets);
        sockets::PerTuple<Large> values(connections);
        values.for_each([&](sockets::TupleNumber number, Large& value) {
            BOOST_REQUIRE(value.words == Large().words);
            value.words.fill(number + 1);
        });
        sockets::PerTuple<Large> copy = values;
        values[0].words.fill(0);
        BOOST_TEST(copy[0].words.back() == 1U);
        BOOST_TEST(copy[(tuples - 1) << 1U].words.front() == ((tuples - 1) << 1U) + 1);
    }
}

BOOST_AUTO_TEST_CASE(what_a_census_counts_begins_with_zero_bytes)
{
    const Connections connections = make({sample::connection(40000)});
    const sockets::PerTuple<ports::TupleCounts> counts(connections);
    BOOST_TEST(counts[0].connections() == 0U);
    BOOST_TEST(counts[0].on_held == ports::TupleCounts().on_held);
    BOOST_TEST((counts[0].reuse == ports::TupleCounts().reuse));
    BOOST_TEST(counts[0].watched == ports::TupleCounts().watched);
    BOOST_TEST(counts[0].has_twin == ports::TupleCounts().has_twin);
    BOOST_TEST(ports::TupleCounts().connections() == 0U);
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace
