// What check_ephemeral_binds says a cure would bring, against what the kernel gives to bind() once
// it is applied.
#include <boost/test/unit_test.hpp>

#include "tests/live/cured.h"
#include "tests/live/features.h"
#include "tests/live/lab.h"
#include "tests/live/time_wait.h"

namespace {

constexpr net::PortRange range = {40000, 40063};
constexpr net::PortRange wide = {15000, 60999};
const lab::Endpoint server = lab::at("127.0.0.1", 5432);
const net::Address wildcard; // of both families
using Sockets = std::vector<lab::FileDescriptor>;

/// A report on TCP that is CRITICAL whatever is used.
lab::Report report(const char* protocol = "--protocol=tcp")
{
    lab::Report report = lab::report_of({"plugins/check_ephemeral_binds", "-w", "0", "-c", "0",
                                         "--if-nobody-binds=critical", protocol});
    BOOST_TEST(report.exit_code == 2, report.text);
    return report;
}

std::size_t given(const net::Address& address, net::PortRange ports = range,
                  const lab::Manner& manner = {})
{
    return lab::ask_bind(address, ports, manner).size();
}

struct SmallRange {
    lab::Namespace network{range};
    lab::FileDescriptor listener = lab::listening(lab::at("0.0.0.0", 5432));
};

BOOST_FIXTURE_TEST_SUITE(bind_cures, SmallRange)

BOOST_AUTO_TEST_CASE(a_wider_range_gives_bind_what_was_said,
                     *lab::needs({lab::Feature::local_port_range, lab::Feature::bound_shown}))
{
    const Sockets connections = lab::connected_times(60, server);
    const lab::FileDescriptor service = lab::listening(lab::at("127.0.0.1", 20000));
    const lab::FileDescriptor accepted = lab::connected(lab::at("127.0.0.1", 20000));
    const lab::FileDescriptor bound = lab::bound({.bind = lab::at("127.0.0.9", 20020)});
    const lab::FileDescriptor chosen =
        lab::connected(server, {.bind = lab::at("127.0.0.1", 20030)});
    const auto cure = lab::find_cure(report(), "ip_local_port_range");
    BOOST_REQUIRE(cure.has_value());
    lab::apply(*cure);
    BOOST_TEST(cure->ends.contain(given(wildcard, wide)));
    BOOST_TEST(cure->ends.least == cure->ends.most);
}

BOOST_AUTO_TEST_CASE(a_wider_range_leaves_what_was_said_to_bind_and_to_udp,
                     *lab::needs({lab::Feature::local_port_range, lab::Feature::bound_shown}))
{
    Sockets sockets = lab::connected_times(20, server);
    for (std::uint16_t port = 20000; port < 20010; ++port) {
        sockets.push_back(lab::bound({.bind = lab::at("127.0.0.9", port)}));
        sockets.push_back(lab::bound({.tcp = false, .bind = lab::at("0.0.0.0", port)}));
        sockets.push_back(lab::connected(lab::at("127.0.0.1", 53), {.tcp = false}));
    }
    const auto tcp = lab::find_cure(report(), "ip_local_port_range");
    const auto udp = lab::find_cure(report("--protocol=udp"), "ip_local_port_range");
    BOOST_REQUIRE((tcp && udp));
    BOOST_TEST(udp->cure == "net.ipv4.ip_local_reserved_ports=20000-20009 and "
                            "net.ipv4.ip_local_port_range=15000 60999");
    lab::apply(*udp);
    BOOST_TEST(udp->ends.contain(given(wildcard, wide, {.tcp = false})));
    BOOST_TEST(udp->ends.least == udp->ends.most);
    BOOST_TEST(tcp->ends.contain(given(wildcard, wide)));
    BOOST_TEST(tcp->ends.least == tcp->ends.most);
}

BOOST_AUTO_TEST_CASE(one_more_address_gives_bind_what_was_said)
{
    Sockets sockets = lab::connected_times(30, server);
    for (int i = 0; i < 5; ++i)
        sockets.push_back(lab::bound({.bind = lab::Endpoint{wildcard, 0}}));
    const auto cure = lab::find_cure(report(), "one more IPv4 address");
    BOOST_REQUIRE(cure.has_value());
    BOOST_TEST(cure->ends.contain(given(net::Address::parse("127.0.0.9"))));
    if (lab::has(lab::Feature::bound_shown)) {
        BOOST_TEST(cure->ends.least == 59U);
        BOOST_TEST(cure->ends.most == 59U);
    }
}

BOOST_AUTO_TEST_CASE(without_listeners_and_bound_sockets_bind_has_what_was_said)
{
    // First, before the kernel gives its port away.
    lab::FileDescriptor service = lab::listening(lab::at("127.0.0.1", 40063));
    const Sockets connections = lab::connected_times(20, server);
    Sockets residents;
    for (int i = 0; i < 10; ++i)
        residents.push_back(lab::bound({.bind = lab::at("127.0.0.9", 0)}));
    const auto cure = lab::find_cure(report(), "listens or is only bound");
    BOOST_REQUIRE(cure.has_value());
    residents.clear();
    service.close();
    BOOST_TEST(cure->ends.contain(given(wildcard)));
    BOOST_TEST(cure->ends.least == cure->ends.most);
}

BOOST_AUTO_TEST_CASE(without_time_waits_bind_has_what_was_said)
{
    lab::set_sysctl("tcp_tw_reuse", "0"); // none takes over another
    lab::churn(30, server, listener);
    const Sockets connections = lab::connected_times(10, server);
    const auto cure = lab::find_cure(report(), "no connection in TIME_WAIT");
    BOOST_REQUIRE(cure.has_value());
    BOOST_TEST(cure->instead_of.contain(given(wildcard)));
    const SmallRange fresh;
    const Sockets kept = lab::connected_times(10, server);
    BOOST_TEST(cure->ends.contain(given(wildcard)));
    BOOST_TEST(cure->ends.least == cure->ends.most);
}

BOOST_AUTO_TEST_CASE(no_reuse_of_time_waits_is_advised_for_bind)
{
    lab::set_sysctl("tcp_tw_reuse", "0");
    lab::churn(60, server, listener);
    BOOST_TEST(!lab::find_cure(report(), "tcp_tw_reuse"));
    BOOST_TEST(report().says("IP_BIND_ADDRESS_NO_PORT"));
}

BOOST_AUTO_TEST_CASE(bind_is_told_no_cure_if_it_is_ok)
{
    const Sockets connections = lab::connected_times(20, server);
    const lab::Report ok = lab::report_of({"plugins/check_ephemeral_binds"});
    BOOST_TEST(ok.exit_code == 0);
    BOOST_TEST(ok.rows("cures").empty());
    BOOST_TEST(!ok.says("would help"));
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace
