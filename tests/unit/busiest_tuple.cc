// The tuple with the most connections.
#include "common/ports/busiest_tuple.h"

#include <boost/test/unit_test.hpp>

#include "tests/unit/sample.h"

namespace {

using namespace std::chrono_literals;
using sockets::Snapshot;
using sockets::Socket;

std::string busiest(const std::vector<Socket>& sockets)
{
    const auto found = ports::find_busiest_tuple(sample::snapshot(sockets));
    return !found ? "none"
                  : std::to_string(found->connections) + " to " + found->tuple.destination.text();
}

BOOST_AUTO_TEST_SUITE(busiest_tuple)

BOOST_AUTO_TEST_CASE(connections_of_every_state_count)
{
    BOOST_TEST(busiest({sample::connection(40000), sample::time_wait(40001, 5s),
                        sample::fin_wait2(40002, 5s), sample::connection(40000, "10.0.0.4"),
                        sample::connection(40001, "10.0.0.4")}) == "3 to 10.0.0.5");
}

BOOST_AUTO_TEST_CASE(a_connection_that_is_in_the_dump_twice_counts_once)
{
    BOOST_TEST(busiest({sample::connection(40000), sample::connection(40001),
                        sample::time_wait(40000, 5s)}) == "2 to 10.0.0.5");
}

BOOST_AUTO_TEST_CASE(it_may_be_of_ipv6)
{
    BOOST_TEST(busiest({sample::connection(40000), sample::connection(40001, "fd00::5", "fd00::1"),
                        sample::connection(40002, "fd00::5", "fd00::1")}) == "2 to fd00::5");
}

BOOST_AUTO_TEST_CASE(of_several_with_as_many_it_is_the_first_by_address)
{
    BOOST_TEST(busiest({sample::connection(40000, "10.0.0.6"), sample::connection(40000),
                        sample::connection(40000, "10.0.0.7")}) == "1 to 10.0.0.5");
}

BOOST_AUTO_TEST_CASE(a_connection_on_a_port_that_is_not_given_out_does_not_count)
{
    const std::string elsewhere = "10.0.0.4";
    BOOST_TEST(busiest({sample::connection(40000), sample::connection(39999, elsewhere),
                        sample::connection(40064, elsewhere)}) == "1 to 10.0.0.5");
    BOOST_TEST(busiest({sample::connection(40000), sample::connection(40001, elsewhere),
                        sample::connection(40002, elsewhere), sample::listener(40001),
                        sample::listener(40002)}) == "1 to 10.0.0.5");
}

BOOST_AUTO_TEST_CASE(without_a_connection_there_is_none)
{
    BOOST_TEST(busiest({}) == "none");
    BOOST_TEST(busiest({sample::connection(39999), sample::bound(40000)}) == "none");
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace
