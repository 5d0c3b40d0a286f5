// check_ephemeral_nat and what it says of a table, and with which privileges.
#include <fstream>
#include <sched.h>
#include <sys/prctl.h>
#include <unistd.h>

#include <boost/test/unit_test.hpp>
#include <fmt/format.h>

#include "tests/live/lab.h"
#include "tests/live/nat_lab.h"
#include "tests/live/privileges.h"
#include "tests/live/report.h"
#include "tests/live/system_call.h"

namespace {

const std::string program = "plugins/check_ephemeral_nat";
const net::Address nat_address = net::Address::parse("192.0.2.1");
const lab::Endpoint server = lab::at("10.2.0.2", 443);
constexpr net::PortRange range = {40000, 40063};
constexpr std::uint8_t time_wait = 7; ///< TCP_CONNTRACK_TIME_WAIT

struct Nat {
    lab::Namespace network;
    lab::Gateway gateway;

    void masquerade(const char* client, std::uint16_t port,
                    std::optional<net::PortRange> ports = range)
    {
        BOOST_REQUIRE(gateway.pass({.client = lab::at(client, port),
                                    .destination = server,
                                    .nat = nat_address,
                                    .nat_ports = ports}) == 0);
    }
};

/// As a rootless container does: an ordinary user who is root of a user namespace.
void become_root_of_a_user_namespace()
{
    constexpr uid_t nobody = 65534;
    if (setgid(nobody) != 0 || setuid(nobody) != 0)
        BOOST_TEST_MESSAGE("root of a user namespace is an ordinary user already");
    const uid_t user = geteuid();
    // Who has given up root may else not write below /proc/self (proc(5)).
    lab::check(prctl(PR_SET_DUMPABLE, 1, 0, 0, 0) == 0, "PR_SET_DUMPABLE");
    lab::check(unshare(CLONE_NEWUSER) == 0, "unshare -U");
    std::ofstream("/proc/self/uid_map") << fmt::format("0 {} 1", user) << std::flush;
    lab::check(geteuid() == 0, "/proc/self/uid_map");
}

/// A chroot and some hosts refuse user namespaces.
boost::test_tools::assertion_result
can_become_root_of_a_user_namespace(boost::unit_test::test_unit_id /*test*/)
{
    boost::test_tools::assertion_result can(lab::holds_in_a_child([] {
        become_root_of_a_user_namespace();
        return unshare(CLONE_NEWNET) == 0;
    }));
    can.message() << "this host refuses user namespaces";
    return can;
}

void forbid_new_privileges()
{
    lab::check(prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0, "PR_SET_NO_NEW_PRIVS");
}

BOOST_FIXTURE_TEST_SUITE(check_ephemeral_nat, Nat, *boost::unit_test::precondition(lab::can_forge))

BOOST_AUTO_TEST_CASE(ok_if_nat_changes_nothing)
{
    const lab::Report report = lab::report_of({program});
    BOOST_TEST(report.exit_code == 0, report.text);
    BOOST_TEST(report.summary().starts_with("NAT changes the source of none of 0"),
               report.summary());
}

BOOST_AUTO_TEST_CASE(critical_and_all_refused_if_64_of_64_ports_are_used)
{
    for (std::uint16_t i = 0; i < 64; ++i)
        masquerade("10.1.0.2", static_cast<std::uint16_t>(50000 + i));
    const lab::Report report = lab::report_of({program, "--ports=40000-40063"});
    BOOST_TEST(report.exit_code == 2, report.text);
    BOOST_TEST(report.metric("left") == 0);
    BOOST_TEST(report.metric("refused") == 100);
    BOOST_TEST(report.summary().starts_with(
                   "100% of new connections refused from 192.0.2.1 to TCP 10.2.0.2:443"),
               report.summary());
    BOOST_TEST(
        report.says("Most connections from 192.0.2.1 to TCP 10.2.0.2:443 come from: 10.1.0.2 64."),
        report.words());
    BOOST_TEST(
        gateway
            .ask({.client = lab::at("10.1.0.9", 9), .destination = server, .nat = nat_address},
                 range)
            .size() == 0U);
}

BOOST_AUTO_TEST_CASE(the_worst_is_judged_though_no_row_is_wanted)
{
    masquerade("10.1.0.2", 40000);
    const lab::Report report = lab::report_of({program, "--top=0"});
    BOOST_TEST(report.metric("used") == 1);
    BOOST_TEST(report.rows("tuples").empty());
}

// In a user namespace the file in /proc/net is that user's own, and stays readable.
BOOST_AUTO_TEST_CASE(ok_by_the_number_of_entries_alone_if_they_may_not_be_read)
{
    masquerade("10.1.0.2", 40000);
    const lab::Report report = lab::report_of({program}, {lab::empty_proc_net, lab::become_nobody});
    BOOST_TEST(report.exit_code == 0, report.text);
    BOOST_TEST(report.summary().starts_with("at most 1 of 64512 ports used"), report.summary());
    BOOST_TEST(!report.has("usage"));
    BOOST_TEST(report.metric("entries") == 1);
}

BOOST_AUTO_TEST_CASE(usage_error_by_its_own_options_name_if_no_tuple_can_be_selected)
{
    const lab::Output output = lab::run({program, "--nat-address=192.0.2.1", "-6"});
    BOOST_TEST(output.exit_code == 3);
    BOOST_TEST(output.text.find("--nat-address '192.0.2.1' is left out by --ipv6") !=
                   std::string::npos,
               output.text);
}

BOOST_AUTO_TEST_CASE(cap_net_admin_alone_is_enough_with_no_new_privileges_too)
{
    masquerade("10.1.0.2", 40000);
    const lab::Report report =
        lab::report_of({program, "-v"},
                       {lab::keep_capabilities(CAP_TO_MASK(CAP_NET_ADMIN)), forbid_new_privileges});
    BOOST_TEST(report.metric("used") == 1, report.text);
    BOOST_TEST(report.says("Entries read by ctnetlink."), report.words());
}

BOOST_AUTO_TEST_CASE(a_user_reads_them_by_the_capability_of_the_file,
                     *boost::unit_test::precondition(lab::can_have_file_capabilities))
{
    masquerade("10.1.0.2", 40000);
    const lab::CapableCopy capable(program, CAP_NET_ADMIN);
    const lab::Report report = lab::report_of({capable.path(), "-v"}, {lab::become_nobody});
    BOOST_TEST(report.metric("used") == 1, report.text);
    BOOST_TEST(report.says("Entries read by ctnetlink."), report.words());
}

BOOST_AUTO_TEST_CASE(it_says_so_if_no_new_privileges_take_the_capability_of_the_file,
                     *boost::unit_test::precondition(lab::can_have_file_capabilities))
{
    masquerade("10.1.0.2", 40000);
    const lab::CapableCopy capable(program, CAP_NET_ADMIN);
    const lab::Report report =
        lab::report_of({capable.path()}, {lab::become_nobody, forbid_new_privileges});
    BOOST_TEST(report.exit_code == 0, report.text);
    BOOST_TEST(!report.has("used"));
    BOOST_TEST(report.says("no_new_privs is set"), report.words());
}

BOOST_AUTO_TEST_CASE(root_without_the_capability_reads_the_file_of_proc_if_there_is_one)
{
    masquerade("10.1.0.2", 40000);
    const lab::Confinement nothing = lab::keep_capabilities(0);
    const bool is_readable = lab::holds_in_a_child([&] {
        nothing();
        return access("/proc/net/nf_conntrack", R_OK) == 0;
    });
    const lab::Report report = lab::report_of({program, "-v"}, {nothing});
    BOOST_TEST(report.exit_code == 0, report.text);
    BOOST_TEST(report.has("used") == is_readable, report.text);
    BOOST_TEST(report.says("Entries read from /proc/net/nf_conntrack") == is_readable,
               report.words());
}

BOOST_AUTO_TEST_CASE(root_of_a_user_namespace_reads_the_entries_of_its_own_network_namespace,
                     *boost::unit_test::precondition(can_become_root_of_a_user_namespace))
{
    const lab::Confinement masquerade_in_a_new_one = [] {
        lab::check(unshare(CLONE_NEWNET) == 0, "unshare -n");
        const int error = lab::Gateway().pass({.client = lab::at("10.1.0.2", 40000),
                                               .destination = server,
                                               .nat = nat_address,
                                               .nat_ports = range});
        lab::check(error == 0, "an entry in a new network namespace");
    };
    const lab::Report report =
        lab::report_of({program, "-v"}, {become_root_of_a_user_namespace, masquerade_in_a_new_one});
    BOOST_TEST(report.metric("used") == 1, report.text);
    BOOST_TEST(report.says("Entries read by ctnetlink."), report.words());
}

BOOST_AUTO_TEST_CASE(root_of_a_user_namespace_may_not_read_the_entries_of_the_host,
                     *boost::unit_test::precondition(can_become_root_of_a_user_namespace))
{
    masquerade("10.1.0.2", 40000);
    const lab::Report report =
        lab::report_of({program}, {lab::empty_proc_net, become_root_of_a_user_namespace});
    BOOST_TEST(report.exit_code == 0, report.text);
    BOOST_TEST(!report.has("used"));
    BOOST_TEST(report.metric("entries") == 1);
    BOOST_TEST(report.says("The program has CAP_NET_ADMIN, but not over this network namespace"),
               report.words());
}

BOOST_AUTO_TEST_CASE(unknown_with_what_to_do_if_they_may_not_be_read_and_are_too_many)
{
    for (std::uint16_t i = 0; i < 64; ++i)
        masquerade("10.1.0.2", static_cast<std::uint16_t>(50000 + i));
    const lab::Report report =
        lab::report_of({program, "--ports=40000-40063"}, {lab::empty_proc_net, lab::become_nobody});
    BOOST_TEST(report.exit_code == 3, report.text);
    BOOST_TEST(report.says("setcap cap_net_admin+p"), report.words());
}

BOOST_AUTO_TEST_CASE(the_rate_of_closes_is_that_of_the_last_seconds)
{
    for (std::uint16_t i = 0; i < 20; ++i)
        BOOST_REQUIRE(
            gateway.pass({.client = lab::at("10.1.0.2", static_cast<std::uint16_t>(50000 + i)),
                          .destination = server,
                          .nat = nat_address,
                          .tcp_state = time_wait,
                          .seconds = 118}) == 0);
    for (std::uint16_t i = 0; i < 20; ++i)
        BOOST_REQUIRE(
            gateway.pass({.client = lab::at("10.1.0.2", static_cast<std::uint16_t>(51000 + i)),
                          .destination = server,
                          .nat = nat_address,
                          .tcp_state = time_wait,
                          .seconds = 60}) == 0);
    const lab::Report report = lab::report_of({program});
    BOOST_TEST(report.metric("time_wait") == 40);
    BOOST_TEST(report.rows("tuples").at(0).at("close_rate") == 4);
    // 4 a second for 120 s, of 64,512 ports.
    BOOST_TEST(report.metric("projected") == 0.7);
}

BOOST_AUTO_TEST_CASE(connections_from_ports_below_512_are_judged_by_a_range_of_their_own)
{
    for (std::uint16_t i = 0; i < 400; ++i)
        masquerade(fmt::format("10.1.{}.{}", i / 200, 2 + i % 200).c_str(), 123, std::nullopt);
    const lab::Report report = lab::report_of({program});
    BOOST_TEST(report.exit_code == 1, report.text);
    BOOST_TEST(report.metric("range_size") == 511);
    BOOST_TEST(report.metric("used") == 400);
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace
