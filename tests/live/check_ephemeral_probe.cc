// check_ephemeral_probe as users run it, beside a destination that is exhausted.
#include <boost/test/unit_test.hpp>

#include "tests/live/features.h"
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

bool says(const lab::Output& output, std::string_view text)
{
    return output.text.find(text) != std::string::npos;
}

BOOST_AUTO_TEST_CASE(critical_with_eaddrinuse_named_if_bind_gets_no_port_and_somebody_binds)
{
    const lab::Namespace other;
    const lab::FileDescriptor own_listener = lab::listening(lab::at("0.0.0.0", 5432));
    const lab::FileDescriptor binder =
        lab::connected(lab::at("127.0.0.1", 5432), {.bind = lab::at("127.0.0.1", 0)});
    const auto others = lab::connected_times(63, lab::at("127.0.0.1", 5432));
    const lab::Output output = lab::run({program, "--bind"}, {lab::become_nobody});
    BOOST_TEST(output.exit_code == 2);
    BOOST_TEST(says(output, "TCP bind() to the wildcard address gets no port: EADDRINUSE"),
               output.text);
    BOOST_TEST(!says(output, "nobody here binds"), output.text);
}

BOOST_AUTO_TEST_CASE(warning_if_bind_gets_no_port_and_nobody_here_binds,
                     *lab::needs({lab::Feature::local_port_range}))
{
    const lab::Output output = lab::run({program, "--bind"}, {lab::become_nobody});
    BOOST_TEST(output.exit_code == 1);
    BOOST_TEST(says(output,
                    "to the wildcard address gets no port: EADDRINUSE (Address already in use), "
                    "but nobody here binds"),
               output.text);
    BOOST_TEST(says(output, "--if-nobody-binds=critical"), output.text);
    BOOST_TEST(lab::run({program, "--bind", "--if-nobody-binds=critical"}).exit_code == 2);
    // What connect() misses is CRITICAL beside it, and named first.
    const lab::Output both = lab::run({program, "--bind", "127.0.0.1:5432"});
    BOOST_TEST(both.exit_code == 2);
    BOOST_TEST(says(both, "CRITICAL - TCP connect() to 127.0.0.1:5432 gets no port"), both.text);
}

BOOST_AUTO_TEST_CASE(bind_to_an_address_is_computed_if_the_wildcard_gets_no_port)
{
    const std::vector<std::string> command = {program, "--bind", "--source=10.9.0.1"};
    const lab::Output output = lab::run(command, {lab::become_nobody});
    BOOST_TEST(output.exit_code == 0);
    BOOST_TEST(says(output, "OK - TCP bind() to 10.9.0.1 gets a port, 64 left"), output.text);
    BOOST_TEST(!says(output, "bind_search_time"), output.text);

    std::vector<lab::FileDescriptor> bound;
    for (lab::Attempt attempt; (attempt = lab::try_bind({.bind = lab::at("10.9.0.1", 0)}));)
        bound.push_back(std::move(attempt.socket));
    BOOST_TEST(bound.size() == 64U);
    const lab::Output full = lab::run(command);
    // If bound sockets are not shown, nobody knows at which address they are.
    const bool shown = lab::has(lab::Feature::bound_shown);
    BOOST_TEST(full.exit_code == (shown ? 2 : 3));
    BOOST_TEST(
        says(full, shown ? "CRITICAL - TCP bind() to 10.9.0.1 gets no port: EADDRINUSE"
                         : "ports seem left, but this kernel hides sockets that may use them all"),
        full.text);
    BOOST_TEST(lab::run({program, "--bind", "--source=127.0.0.2"}).exit_code == (shown ? 0 : 3));
}

BOOST_AUTO_TEST_CASE(bind_is_timed_if_the_wildcard_gets_a_port)
{
    const lab::Namespace empty;
    const lab::Output output = lab::run({program, "--bind", "--source=10.9.0.1"});
    BOOST_TEST(output.exit_code == 0);
    BOOST_TEST(says(output, "gets a port, as the wildcard address does, found in"), output.text);
    BOOST_TEST(!lab::perfdata(output, "bind_search_time").empty());
}

BOOST_AUTO_TEST_CASE(no_option_leaves_a_port_held)
{
    const net::PortRange range = {40000, 40063};
    const auto held = [&] { return 64 - lab::ask_connect(lab::at("127.66.9.9", 1), range).size(); };
    BOOST_TEST(held() == 0U);
    const std::vector<std::vector<std::string>> option_lists = {
        {"--bind"},
        {"--bind", "--source=10.9.0.1"},
        {"--bind", "--source=127.0.0.9"},
        {"--bind", "--source=0.0.0.0"},
        {"--bind", "--source=::"},
        {"--bind", "--source=::1"},
        {"--protocol=all", "127.0.0.1:5432", "127.0.0.1:5433"},
        {"--source=10.9.0.1", "127.0.0.1:5432"}};
    for (const std::vector<std::string>& options : option_lists) {
        std::vector<std::string> command = {program};
        command.insert(command.end(), options.begin(), options.end());
        const lab::Output output = lab::run(command);
        BOOST_TEST(held() == 0U, output.text);
    }
}

/// Sockets with SO_REUSEADDR, as ours has while it asks.
BOOST_AUTO_TEST_CASE(bind_gets_no_port_beside_sockets_that_share_theirs)
{
    const lab::Namespace other;
    std::vector<lab::FileDescriptor> bound;
    for (std::uint16_t port = 40000; port < 40064; ++port)
        bound.push_back(lab::bound({.bind = lab::at("0.0.0.0", port), .reuse_address = true}));
    BOOST_TEST(lab::run({program, "--bind"}).exit_code == 2);
    bound.pop_back();
    BOOST_TEST(lab::run({program, "--bind"}).exit_code == 0);
}

BOOST_AUTO_TEST_CASE(bind_conflicts_with_every_ipv6_connection)
{
    const lab::Namespace other;
    const lab::FileDescriptor ipv6_listener = lab::listening(lab::at("::1", 5432));
    const auto ipv6_connections = lab::connected_times(64, lab::at("::1", 5432));
    BOOST_TEST(lab::run({program, "--bind", "--if-nobody-binds=critical"}).exit_code == 2);
    BOOST_TEST(lab::run({program, "--bind", "--source=127.0.0.1"}).exit_code == 0);
}

BOOST_AUTO_TEST_CASE(critical_for_the_full_one_though_another_cannot_be_judged)
{
    const lab::Output output = lab::run({program, "192.0.2.1:80", "127.0.0.1:5432"});
    BOOST_TEST(output.exit_code == 2);
    BOOST_TEST(says(output, "CRITICAL - TCP connect() to 127.0.0.1:5432 gets no port"),
               output.text);
    BOOST_TEST(says(output, "192.0.2.1:80 cannot be judged: Network is unreachable"), output.text);
}

BOOST_AUTO_TEST_CASE(unknown_with_the_metrics_of_the_others_if_one_cannot_be_judged)
{
    const lab::Output output = lab::run({program, "127.0.0.1:5433", "192.0.2.1:80"});
    BOOST_TEST(output.exit_code == 3);
    BOOST_TEST(says(output, "UNKNOWN - TCP connect() to 192.0.2.1:80 cannot be judged"),
               output.text);
    BOOST_TEST(!lab::perfdata(output, "search_time").empty());
}

BOOST_AUTO_TEST_CASE(a_source_is_named_and_a_foreign_one_is_called_so)
{
    const lab::Output output = lab::run({program, "--source=10.9.0.1", "127.0.0.1:5433"});
    BOOST_TEST(output.exit_code == 0);
    BOOST_TEST(says(output, "OK - TCP connect() from 10.9.0.1 to 127.0.0.1:5433 gets a port"),
               output.text);
    const std::vector<std::vector<std::string>> option_lists = {
        {"127.0.0.1:80"}, {"--protocol=udp", "127.0.0.1:80"}, {"--bind"}};
    for (const std::vector<std::string>& options : option_lists) {
        std::vector<std::string> command = {program, "--source=192.0.2.1"};
        command.insert(command.end(), options.begin(), options.end());
        const lab::Output foreign = lab::run(command);
        BOOST_TEST(foreign.exit_code == 3);
        BOOST_TEST(says(foreign, "address is not this host's"), foreign.text);
    }
}

BOOST_AUTO_TEST_CASE(a_source_of_the_other_family_is_a_usage_error)
{
    for (const char* source : {"--source=::1", "--source=127.0.0.1"}) {
        const lab::Output output = lab::run({program, source, "127.0.0.1:80", "[::1]:80"});
        BOOST_TEST(output.exit_code == 3);
        BOOST_TEST(says(output, "--help"), output.text);
    }
}

BOOST_AUTO_TEST_CASE(verbose_output_tells_how_much_was_asked)
{
    const lab::Output output = lab::run({program, "-v", "127.0.0.1:5433", "127.0.0.1:5434"});
    BOOST_TEST(says(output, "The kernel was asked 14 questions in "), output.text);
    BOOST_TEST(!says(lab::run({program, "127.0.0.1:5433"}), "questions"));
}

BOOST_AUTO_TEST_CASE(critical_with_eagain_named_if_udp_gets_no_port)
{
    const std::vector<std::string> command = {program, "--protocol=udp", "127.0.0.1:53"};
    BOOST_TEST(lab::run(command).exit_code == 0);
    const auto queries = lab::connected_times(64, lab::at("127.0.0.1", 53), {.tcp = false});
    const lab::Output output = lab::run(command);
    BOOST_TEST(output.exit_code == 2);
    BOOST_TEST(output.text.find("EAGAIN") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(warning_if_the_search_takes_longer_than_its_range)
{
    BOOST_TEST(lab::run({program, "-w", "0.000000001", "127.0.0.1:5433"}).exit_code == 1);
    BOOST_TEST(lab::run({program, "-c", "0.000000001", "127.0.0.1:5433"}).exit_code == 2);
    BOOST_TEST(lab::run({program, "-w", "60", "127.0.0.1:5433"}).exit_code == 0);
}

BOOST_AUTO_TEST_CASE(unknown_if_there_is_no_route_or_the_source_is_not_ours)
{
    BOOST_TEST(lab::run({program, "192.0.2.1:80"}).exit_code == 3);
    BOOST_TEST(lab::run({program, "--source=192.0.2.1", "127.0.0.1:80"}).exit_code == 3);
}

BOOST_AUTO_TEST_CASE(unknown_if_this_host_has_no_address_of_the_family)
{
    lab::set_sysctl("../ipv6/conf/all/disable_ipv6", "1");
    const lab::Output output = lab::run({program, "[::1]:5432"});
    BOOST_TEST(output.exit_code == 3);
    BOOST_TEST(output.text.find("no source address") != std::string::npos, output.text);
}

BOOST_AUTO_TEST_CASE(unknown_and_nothing_sent_if_this_kernel_cannot_answer)
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
