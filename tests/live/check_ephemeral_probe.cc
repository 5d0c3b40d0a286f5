// check_ephemeral_probe as users run it, beside a destination that is exhausted.
#include <boost/test/unit_test.hpp>

#include "tests/live/lab.h"

namespace {

const std::string program = "plugins/check_ephemeral_probe";

struct FullTuple {
    lab::Namespace network;
    lab::FileDescriptor listener = lab::listening(lab::at("0.0.0.0", 5432));
    std::vector<lab::FileDescriptor> connections =
        lab::connected_times(64, lab::at("127.0.0.1", 5432));
};

BOOST_FIXTURE_TEST_SUITE(check_ephemeral_probe, FullTuple)

BOOST_AUTO_TEST_CASE(critical_for_the_full_tuple_and_ok_for_another_with_nothing_sent)
{
    const auto before = lab::tcp_counters();
    const lab::Output full = lab::run({program, "127.0.0.1:5432"}, {lab::become_nobody});
    BOOST_TEST(full.exit_code == 2);
    BOOST_TEST(full.text.find("EADDRNOTAVAIL") != std::string::npos);
    const lab::Output other = lab::run({program, "127.0.0.1:5433"}, {lab::become_nobody});
    BOOST_TEST(other.exit_code == 0);
    BOOST_TEST(lab::tcp_counters() == before);
}

BOOST_AUTO_TEST_CASE(critical_and_naming_eaddrinuse_where_bind_gets_no_port)
{
    const lab::Output output = lab::run({program, "--bind"});
    BOOST_TEST(output.exit_code == 2);
    BOOST_TEST(output.text.find("EADDRINUSE") != std::string::npos);
    BOOST_TEST(lab::run({program, "--bind", "--source=10.9.0.1"}).exit_code == 0);
}

BOOST_AUTO_TEST_CASE(critical_and_naming_eagain_where_udp_gets_no_port)
{
    const std::vector<std::string> command = {program, "--protocol=udp", "127.0.0.1:53"};
    BOOST_TEST(lab::run(command).exit_code == 0);
    const auto queries = lab::connected_times(64, lab::at("127.0.0.1", 53), {.tcp = false});
    const lab::Output output = lab::run(command);
    BOOST_TEST(output.exit_code == 2);
    BOOST_TEST(output.text.find("EAGAIN") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(warning_where_the_search_takes_longer_than_its_range)
{
    BOOST_TEST(lab::run({program, "-w", "0.000000001", "127.0.0.1:5433"}).exit_code == 1);
    BOOST_TEST(lab::run({program, "-c", "0.000000001", "127.0.0.1:5433"}).exit_code == 2);
    BOOST_TEST(lab::run({program, "-w", "60", "127.0.0.1:5433"}).exit_code == 0);
}

BOOST_AUTO_TEST_CASE(unknown_where_there_is_no_route_or_the_source_is_not_ours)
{
    BOOST_TEST(lab::run({program, "192.0.2.1:80"}).exit_code == 3);
    BOOST_TEST(lab::run({program, "--source=192.0.2.1", "127.0.0.1:80"}).exit_code == 3);
}

BOOST_AUTO_TEST_CASE(unknown_where_this_host_has_no_address_of_the_family)
{
    lab::set_sysctl("../ipv6/conf/all/disable_ipv6", "1");
    const lab::Output output = lab::run({program, "[::1]:5432"});
    BOOST_TEST(output.exit_code == 3);
    BOOST_TEST(output.text.find("no source address") != std::string::npos, output.text);
}

BOOST_AUTO_TEST_CASE(unknown_and_nothing_sent_where_this_kernel_cannot_answer)
{
    lab::set_sysctl("tcp_fastopen", "0");
    const auto before = lab::tcp_counters();
    BOOST_TEST(lab::run({program, "127.0.0.1:5433"}).exit_code == 3);
    BOOST_TEST(lab::run({program, "127.0.0.1:5433"}, {lab::deny_setsockopt}).exit_code == 3);
    BOOST_TEST(lab::tcp_counters() == before);
}

BOOST_AUTO_TEST_CASE(unknown_for_a_name_or_no_port_at_all)
{
    for (const char* argument : {"localhost:80", "127.0.0.1", "127.0.0.1:0", "[::1"}) {
        const lab::Output output = lab::run({program, argument});
        BOOST_TEST(output.exit_code == 3);
        BOOST_TEST(output.text.find(argument) != std::string::npos);
    }
    BOOST_TEST(lab::run({program}).exit_code == 3);
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace
