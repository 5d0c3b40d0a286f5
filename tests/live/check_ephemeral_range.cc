// check_ephemeral_range as users run it.
#include <boost/test/unit_test.hpp>

#include "tests/live/lab.h"

namespace {

const std::string program = "plugins/check_ephemeral_range";

struct DefaultRange {
    lab::Namespace network{{32768, 60999}};
};

bool contains(const lab::Output& output, const std::string& text)
{
    return output.text.find(text) != std::string::npos;
}

BOOST_FIXTURE_TEST_SUITE(check_ephemeral_range, DefaultRange)

BOOST_AUTO_TEST_CASE(ok_with_the_default_range_and_nobody_in_it)
{
    const lab::FileDescriptor outside = lab::listening(lab::at("0.0.0.0", 5432));
    const lab::Output output = lab::run({program});
    BOOST_TEST(output.exit_code == 0);
    BOOST_TEST(output.text == "EPHEMERAL RANGE OK - 28232 usable ports, 32768 to 60999; no service "
                              "listens there | range_size=28232;10000:;5000: reserved=0 low=32768 "
                              "high=60999 services_in_range=0\n");
}

BOOST_AUTO_TEST_CASE(a_listener_in_the_range_is_named_until_its_port_is_reserved)
{
    lab::set_sysctl("ip_local_reserved_ports", "8080");
    const lab::FileDescriptor listener = lab::listening(lab::at("0.0.0.0", 40010));
    const lab::Output output = lab::run({program});
    BOOST_TEST(output.exit_code == 0);
    BOOST_TEST(lab::perfdata(output, "services_in_range") == "1");
    BOOST_TEST(contains(output, "1 service listens there: TCP 0.0.0.0:40010"));
    BOOST_TEST(contains(output, "\n  net.ipv4.ip_local_reserved_ports = 8080,40010\n"));
    BOOST_TEST(lab::run({program, "--services-warning=0"}).exit_code == 1);
    BOOST_TEST(lab::run({program, "--services-critical=0"}).exit_code == 2);

    lab::set_sysctl("ip_local_reserved_ports", "8080,40010");
    const lab::Output reserved = lab::run({program, "--services-critical=0"});
    BOOST_TEST(reserved.exit_code == 0);
    BOOST_TEST(lab::perfdata(reserved, "services_in_range") == "0");
    BOOST_TEST(lab::perfdata(reserved, "reserved") == "1");
    BOOST_TEST(lab::perfdata(reserved, "range_size") == "28231");
}

BOOST_AUTO_TEST_CASE(a_udp_service_is_named_by_both_readers)
{
    lab::Manner udp;
    udp.tcp = false;
    udp.reuse_port = true; // several sockets on a port are a service's
    udp.bind = lab::at("127.0.0.1", 40010);
    const lab::FileDescriptor service = lab::bound(udp);
    const lab::FileDescriptor second = lab::bound(udp);
    for (const char* const reader : {"--reader=sock_diag", "--reader=procfs"})
        BOOST_TEST(
            contains(lab::run({program, reader}), "1 service listens there: UDP 127.0.0.1:40010"));
}

BOOST_AUTO_TEST_CASE(sixty_udp_clients_are_no_services_and_nothing_to_paste_reserves_their_ports)
{
    std::vector<lab::FileDescriptor> clients;
    for (int i = 0; i < 60; ++i)
        clients.push_back(lab::sent_once(lab::at("127.0.0.1", 53)));
    for (const char* const reader : {"--reader=sock_diag", "--reader=procfs"}) {
        const lab::Output output = lab::run({program, reader});
        BOOST_TEST(output.exit_code == 0);
        BOOST_TEST(lab::perfdata(output, "services_in_range") == "0");
        BOOST_TEST(contains(output, "no service listens there"), output.text);
        BOOST_TEST(!contains(output, "ip_local_reserved_ports ="), output.text);
    }
}

BOOST_AUTO_TEST_CASE(critical_if_the_range_has_a_thousand_ports)
{
    lab::set_sysctl("ip_local_port_range", "60000 60999");
    const lab::Output output = lab::run({program});
    BOOST_TEST(output.exit_code == 2);
    BOOST_TEST(contains(output, "1000 usable ports, 60000 to 60999 (range_size 1000 < 5000)"));
}

BOOST_AUTO_TEST_CASE(warning_if_rfc_6335_matters_and_the_range_starts_below_49152)
{
    const lab::Output output = lab::run({program, "--rfc6335"});
    BOOST_TEST(output.exit_code == 1);
    BOOST_TEST(contains(output, "goes beyond the dynamic ports of RFC 6335, 49152 to 65535"));
    lab::set_sysctl("ip_local_port_range", "49152 65535");
    BOOST_TEST(lab::run({program, "--rfc6335"}).exit_code == 0);
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace
