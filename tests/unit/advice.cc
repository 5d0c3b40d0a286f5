// The advice that follows from the figures.
#include "common/ports/advice.h"

#include <boost/test/unit_test.hpp>

#include "tests/unit/sample.h"
#include "tests/unit/throws.h"

namespace {

const net::PortRange built_in_range = {32768, 60999};

ports::TupleUsage usage_of(std::size_t used)
{
    ports::TupleUsage usage;
    usage.used = usage.used_most = used;
    return usage;
}

std::string advise(const ports::TupleUsage& usage,
                   const kernel::PortSettings& settings = sample::settings(), std::size_t held = 0)
{
    return ports::advise(usage, held, settings);
}

BOOST_AUTO_TEST_SUITE(advice)

BOOST_AUTO_TEST_CASE(programs_that_bind_are_named_where_most_ports_are_held)
{
    BOOST_TEST(holds(advise(usage_of(100), sample::settings(), 51), "IP_BIND_ADDRESS_NO_PORT"));
    BOOST_TEST(!holds(advise(usage_of(100), sample::settings(), 50), "IP_BIND_ADDRESS_NO_PORT"));
}

BOOST_AUTO_TEST_CASE(keep_alive_and_tcp_tw_reuse_are_named_where_most_are_in_time_wait)
{
    ports::TupleUsage usage = usage_of(100);
    usage.time_wait = 60;
    kernel::PortSettings settings = sample::settings();
    BOOST_TEST(holds(advise(usage), "Keep-alive"));
    BOOST_TEST(holds(advise(usage), "tcp_tw_reuse=1"));
    settings.time_wait_reuse.reset();
    BOOST_TEST(holds(advise(usage, settings), "tcp_tw_reuse=1"));
    settings.time_wait_reuse = kernel::TimeWaitReuse::everywhere;
    BOOST_TEST(holds(advise(usage, settings), "Keep-alive"));
    BOOST_TEST(!holds(advise(usage, settings), "tcp_tw_reuse"));
}

BOOST_AUTO_TEST_CASE(reusable_time_waits_are_not_what_uses_the_ports)
{
    ports::TupleUsage usage = usage_of(100);
    usage.established = 100;
    usage.time_wait = 90;
    usage.reusable = 90;
    BOOST_TEST(!holds(advise(usage, sample::settings(built_in_range)), "TIME_WAIT"));
}

BOOST_AUTO_TEST_CASE(more_reusable_fin_wait2s_than_time_waits_make_no_time_wait)
{
    ports::TupleUsage usage = usage_of(10);
    usage.established = 10;
    usage.time_wait = 1;
    usage.other = usage.reusable = 90;
    BOOST_TEST(holds(advise(usage, sample::settings(built_in_range)), "pool"));
}

BOOST_AUTO_TEST_CASE(range_is_named_with_its_ends_where_it_is_small)
{
    ports::TupleUsage usage = usage_of(60);
    usage.established = 60;
    BOOST_TEST(holds(advise(usage), "net.ipv4.ip_local_port_range is 40000 to 40063"));
}

BOOST_AUTO_TEST_CASE(range_is_named_where_nothing_is_usable)
{
    kernel::PortSettings settings = sample::settings();
    settings.reserved.insert(settings.range);
    BOOST_TEST(holds(advise(usage_of(0), settings), "The range is small"));
}

BOOST_AUTO_TEST_CASE(pool_and_more_addresses_are_named_where_connections_are_open)
{
    ports::TupleUsage usage = usage_of(28000);
    usage.established = 28000;
    const std::string advice = advise(usage, sample::settings(built_in_range));
    BOOST_TEST(holds(advice, "open connections"));
    BOOST_TEST(holds(advice, "pool"));
}

BOOST_AUTO_TEST_CASE(nothing_is_blamed_where_nothing_has_most_of_them)
{
    ports::TupleUsage usage = usage_of(28000);
    usage.established = 10000;
    usage.time_wait = 10000;
    const std::string advice = advise(usage, sample::settings(built_in_range), 8000);
    BOOST_TEST(holds(advice, "Open connections, TIME_WAIT and held ports share these"));
}

BOOST_AUTO_TEST_CASE(tcp_tw_recycle_is_never_named)
{
    ports::TupleUsage usage = usage_of(100);
    usage.time_wait = 100;
    BOOST_TEST(!holds(advise(usage), "recycle"));
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace
