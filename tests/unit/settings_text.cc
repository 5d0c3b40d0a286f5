// The settings in words, and how the sockets were read.
#include "plugins/settings_text.h"

#include <boost/test/unit_test.hpp>

#include "plugins/reader_option.h"
#include "tests/unit/sample.h"

namespace {

BOOST_AUTO_TEST_SUITE(settings_text)

BOOST_AUTO_TEST_CASE(the_range_is_told_with_what_is_usable)
{
    kernel::PortSettings settings = sample::settings();
    settings.reserved.insert(40001);
    BOOST_TEST(checks::tell_range(settings) == "ip_local_port_range 40000 to 40063, 63 usable.");
}

BOOST_AUTO_TEST_CASE(what_decides_on_time_waits_is_told_as_far_as_it_is_known)
{
    kernel::PortSettings settings = sample::settings();
    BOOST_TEST(checks::tell_settings(settings) ==
               "ip_local_port_range 40000 to 40063, 64 usable. tcp_tw_reuse 2, tcp_tw_reuse_delay "
               "1000 ms, tcp_timestamps on.");
    settings.timestamps = false;
    settings.time_wait_reuse = kernel::TimeWaitReuse::never;
    BOOST_TEST(checks::tell_settings(settings) ==
               "ip_local_port_range 40000 to 40063, 64 usable. tcp_tw_reuse 0, tcp_tw_reuse_delay "
               "1000 ms, tcp_timestamps off.");
    settings.timestamps.reset();
    settings.time_wait_reuse.reset();
    BOOST_TEST(checks::tell_settings(settings) ==
               "ip_local_port_range 40000 to 40063, 64 usable. tcp_tw_reuse unknown, "
               "tcp_tw_reuse_delay 1000 ms, tcp_timestamps unknown.");
}

BOOST_AUTO_TEST_CASE(how_the_sockets_were_read_is_told_with_the_reason)
{
    using sockets::Reader;
    BOOST_TEST(checks::tell_reader({Reader::sock_diag, {}}) == "Sockets read by sock_diag.");
    BOOST_TEST(checks::tell_reader({Reader::procfs, {}}) == "Sockets read from /proc/net.");
    BOOST_TEST(checks::tell_reader({Reader::procfs, "it was refused"}) ==
               "Sockets read from /proc/net: it was refused.");
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace
