// What the range, the TIME_WAITs and a refused probe need, as the checks say it.
#include <boost/test/unit_test.hpp>

#include "tests/live/cured.h"
#include "tests/live/lab.h"
#include "tests/live/time_wait.h"

namespace {

const lab::Endpoint server = lab::at("127.0.0.1", 5432);

struct SmallRange {
    lab::Namespace network;
    lab::FileDescriptor listener = lab::listening(lab::at("0.0.0.0", server.port));
};

BOOST_FIXTURE_TEST_SUITE(other_cures, SmallRange)

BOOST_AUTO_TEST_CASE(a_wider_range_has_as_many_usable_ports_as_was_said)
{
    const lab::FileDescriptor service = lab::listening(lab::at("0.0.0.0", 20000));
    const lab::FileDescriptor datagrams = lab::bound({.tcp = false, .bind = lab::at("::", 20001)});
    const lab::Report critical = lab::report_of({"plugins/check_ephemeral_range"});
    BOOST_TEST(critical.exit_code == 2);
    const nlohmann::json& row = critical.rows("cures").at(0);
    BOOST_TEST(row.at("cure") == "net.ipv4.ip_local_reserved_ports=20000-20001 and "
                                 "net.ipv4.ip_local_port_range=15000 60999");
    lab::apply({row.at("cure"), {}, {}, ""});
    const lab::Report ok = lab::report_of({"plugins/check_ephemeral_range"});
    BOOST_TEST(ok.exit_code == 0);
    BOOST_TEST(ok.metric("range_size") == row.at("range_size").get<double>());
    BOOST_TEST(ok.metric("services_in_range") == 0);
    BOOST_TEST(ok.rows("cures").empty());
}

BOOST_AUTO_TEST_CASE(a_higher_cap_has_as_much_room_for_time_waits_as_was_said)
{
    lab::set_sysctl("ip_local_port_range", "40000 40999");
    lab::set_sysctl("tcp_tw_reuse", "0");
    lab::set_sysctl("tcp_max_tw_buckets", "50");
    lab::churn(48, server, listener);
    const lab::Report full = lab::report_of({"plugins/check_ephemeral_timewait"});
    BOOST_TEST(full.exit_code == 1, full.text);
    const nlohmann::json& row = full.rows("cures").at(0);
    lab::apply({row.at("cure"), {}, {}, ""});
    lab::churn(200, server, listener);
    BOOST_TEST(lab::count_time_waits() == full.metric("time_wait") + row.at("room").get<double>());
}

BOOST_AUTO_TEST_CASE(a_refused_probe_names_the_command_that_says_what_would_help)
{
    const auto connections = lab::connected_times(64, server);
    const lab::Report refused =
        lab::report_of({"plugins/check_ephemeral_probe", "--source=127.0.0.1", "127.0.0.1:5432"});
    BOOST_TEST(refused.exit_code == 2, refused.text);
    BOOST_TEST(refused.says("check_ephemeral_ports -w 0 --destination 127.0.0.1:5432 --source "
                            "127.0.0.1 says what would help"),
               refused.words());
    const lab::Report named =
        lab::report_of({"plugins/check_ephemeral_ports", "-w", "0", "--destination",
                        "127.0.0.1:5432", "--source", "127.0.0.1"});
    BOOST_TEST(!named.rows("cures").empty());
    const lab::Report bind = lab::report_of({"plugins/check_ephemeral_probe", "--bind"});
    BOOST_TEST(bind.says("check_ephemeral_binds -w 0 --protocol tcp says"), bind.words());
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace
