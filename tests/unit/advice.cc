// The advice that follows from the figures.
#include "common/ports/advice.h"

#include <boost/test/unit_test.hpp>

#include "tests/unit/sample.h"
#include "tests/unit/throws.h"

namespace {

const net::PortRange built_in_range = {32768, 60999};

ports::TupleUsage usage_of(std::size_t used, std::size_t held_others = 0)
{
    ports::TupleUsage usage;
    usage.used = used;
    usage.held_others = held_others;
    return usage;
}

BOOST_AUTO_TEST_SUITE(advice)

BOOST_AUTO_TEST_CASE(programs_that_bind_are_named_where_most_ports_are_held)
{
    BOOST_TEST(
        holds(ports::advise(usage_of(100, 51), sample::settings()), "IP_BIND_ADDRESS_NO_PORT"));
    ports::TupleUsage usage = usage_of(100, 20);
    usage.counts.established = 40;
    usage.counts.own_held = 31;
    BOOST_TEST(holds(ports::advise(usage, sample::settings()), "IP_BIND_ADDRESS_NO_PORT"));
}

BOOST_AUTO_TEST_CASE(keep_alive_and_tcp_tw_reuse_are_named_where_most_are_in_time_wait)
{
    ports::TupleUsage usage = usage_of(100, 20);
    usage.counts.time_wait = 60;
    kernel::PortSettings settings = sample::settings();
    BOOST_TEST(holds(ports::advise(usage, settings), "Keep-alive"));
    BOOST_TEST(holds(ports::advise(usage, settings), "tcp_tw_reuse=1"));
    settings.time_wait_reuse = kernel::TimeWaitReuse::everywhere;
    BOOST_TEST(holds(ports::advise(usage, settings), "Keep-alive"));
    BOOST_TEST(!holds(ports::advise(usage, settings), "tcp_tw_reuse"));
}

BOOST_AUTO_TEST_CASE(reusable_time_waits_are_not_what_uses_the_ports)
{
    ports::TupleUsage usage = usage_of(100);
    usage.counts.established = 100;
    usage.counts.time_wait = 90;
    usage.counts.reusable = 90;
    BOOST_TEST(!holds(ports::advise(usage, sample::settings(built_in_range)), "TIME_WAIT"));
}

BOOST_AUTO_TEST_CASE(range_is_named_with_its_ends_where_it_is_small)
{
    ports::TupleUsage usage = usage_of(60);
    usage.counts.established = 60;
    BOOST_TEST(holds(ports::advise(usage, sample::settings()),
                     "net.ipv4.ip_local_port_range is 40000 to 40063"));
}

BOOST_AUTO_TEST_CASE(range_is_named_where_nothing_is_usable)
{
    kernel::PortSettings settings = sample::settings();
    settings.reserved.insert(settings.range);
    BOOST_TEST(holds(ports::advise(usage_of(0), settings), "The range is small"));
}

BOOST_AUTO_TEST_CASE(pool_and_more_addresses_are_named_where_connections_are_open)
{
    ports::TupleUsage usage = usage_of(28000);
    usage.counts.established = 28000;
    const std::string advice = ports::advise(usage, sample::settings(built_in_range));
    BOOST_TEST(holds(advice, "open connections"));
    BOOST_TEST(holds(advice, "pool"));
}

BOOST_AUTO_TEST_CASE(tcp_tw_recycle_is_never_named)
{
    ports::TupleUsage usage = usage_of(100);
    usage.counts.time_wait = 100;
    BOOST_TEST(!holds(ports::advise(usage, sample::settings()), "recycle"));
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace
