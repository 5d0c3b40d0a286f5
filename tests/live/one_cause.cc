// One cause pages once: of the checks that see it only the one that names it is CRITICAL, and a
// cause that takes no port from anybody pages nobody.
#include <boost/test/unit_test.hpp>

#include "tests/live/features.h"
#include "tests/live/lab.h"
#include "tests/live/report.h"
#include "tests/live/time_wait.h"

namespace {

const lab::Endpoint server = lab::at("127.0.0.1", 5432);

int state_of(const std::string& check)
{
    return lab::report_of({"plugins/check_ephemeral_" + check}).exit_code;
}

BOOST_AUTO_TEST_SUITE(one_cause)

BOOST_AUTO_TEST_CASE(
    time_waits_to_one_destination_make_ports_alone_critical_and_none_if_they_are_taken_over,
    *lab::needs({lab::Feature::local_port_range}))
{
    const lab::Namespace network;
    lab::set_sysctl("tcp_tw_reuse", "0");
    lab::set_sysctl("tcp_max_tw_buckets", "62");
    const lab::FileDescriptor listener = lab::listening(server);
    lab::churn(62, server, listener);
    BOOST_TEST(state_of("ports") == 2);
    BOOST_TEST(state_of("binds") == 1);
    BOOST_TEST(state_of("timewait") == 1);

    // The cure that is advised: connect() has all ports again, bind() has not, and nobody binds.
    lab::set_sysctl("tcp_tw_reuse", "1");
    lab::await_age(lab::reusable_age());
    BOOST_TEST(state_of("ports") == 0);
    BOOST_TEST(state_of("binds") == 1);
    BOOST_TEST(state_of("timewait") == 1);
}

BOOST_AUTO_TEST_CASE(a_server_that_fills_tcp_max_tw_buckets_is_a_warning_and_takes_no_port)
{
    const lab::Namespace network;
    lab::set_sysctl("tcp_max_tw_buckets", "10");
    const lab::FileDescriptor listener = lab::listening(server);
    lab::leave_server_time_waits(10, server, listener);
    const lab::Report time_wait = lab::report_of({"plugins/check_ephemeral_timewait"});
    BOOST_TEST(time_wait.exit_code == 1);
    BOOST_TEST(time_wait.metric("time_wait") == 10);
    BOOST_TEST(time_wait.metric("time_wait_ephemeral") == 0);
    const lab::Report ports = lab::report_of({"plugins/check_ephemeral_ports"});
    BOOST_TEST(ports.exit_code == 0);
    BOOST_TEST(ports.metric("left") == 64);
    BOOST_TEST(state_of("binds") == 0);
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace
