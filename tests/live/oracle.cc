// The kernel's answers to questions about ports, and that a question leaves the host as it was.
#include "common/kernel/oracle.h"

#include <atomic>
#include <fcntl.h>
#include <poll.h>
#include <thread>
#include <unistd.h>

#include <boost/test/data/monomorphic.hpp>
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include "common/kernel/question_socket.h"
#include "common/kernel/question_tuple.h"
#include "tests/live/features.h"
#include "tests/live/mix.h"

namespace {

namespace data = boost::unit_test::data;

/// tcp_fastopen with its bit 1, so that the SYN can be put off, and without.
const char* const ways_of_asking[] = {"1", "0"};

net::PortSet all_of(net::PortRange range)
{
    net::PortSet ports;
    ports.insert(range);
    return ports;
}

/// The held ones of `ports`, each asked by a socket of its own.
net::PortSet held_by_fresh_sockets(net::PortRange range)
{
    return all_of(range) - lab::ask_connect({kernel::draw_question_address(), 1}, range);
}

BOOST_AUTO_TEST_SUITE(oracle, *lab::needs({lab::Feature::local_port_range}))

BOOST_DATA_TEST_CASE(one_socket_finds_the_same_held_ports_as_a_fresh_one_for_each,
                     data::make(ways_of_asking), fastopen)
{
    lab::for_each_mix(40, [&](net::PortRange range) {
        const net::PortSet expected = held_by_fresh_sockets(range);
        lab::set_sysctl("tcp_fastopen", fastopen);
        kernel::Oracle oracle;
        const net::PortSet held = oracle.held_among(all_of(range));
        lab::set_sysctl("tcp_fastopen", "1");
        BOOST_TEST(net::format_port_list(held) == net::format_port_list(expected));
        BOOST_TEST(oracle.questions() == range.size());
        BOOST_TEST(net::format_port_list(held_by_fresh_sockets(range)) ==
                   net::format_port_list(expected));
    });
}

/// Ports of every kind below 40030, 15 of them held.
struct Host {
    lab::Namespace network;
    lab::FileDescriptor server = lab::listening(lab::at("0.0.0.0", 5432));
    std::vector<lab::FileDescriptor> sockets;
    const net::PortRange range = {40000, 40063};

    Host()
    {
        for (std::uint16_t port = 40000; port < 40030; port += 3) {
            const auto next = static_cast<std::uint16_t>(port + 1);
            sockets.push_back(
                lab::connected(lab::at("127.0.0.1", 5432), {.ports = net::PortRange{port, port}}));
            sockets.push_back(
                lab::connected(lab::at("127.0.0.1", 5432), {.bind = lab::at("127.0.0.1", next)}));
        }
        for (std::uint16_t port = 40002; port < 40017; port += 3)
            sockets.push_back(lab::bound({.bind = lab::at("10.9.0.1", port)}));
    }
};

BOOST_FIXTURE_TEST_CASE(nothing_is_sent_by_questions_about_held_ports, Host)
{
    const auto before = lab::tcp_counters();
    BOOST_TEST(kernel::Oracle().held_among(all_of(range)).size() == 15U);
    BOOST_TEST(lab::tcp_counters() == before);
}

BOOST_FIXTURE_TEST_CASE(asking_ends_with_the_last_held_port_that_there_can_be, Host)
{
    kernel::Oracle oracle;
    const net::PortSet all = oracle.held_among(all_of(range));
    kernel::Oracle other;
    BOOST_TEST((other.held_among(all_of(range), all.size()) == all));
    BOOST_TEST(other.questions() < oracle.questions());
    BOOST_TEST(kernel::Oracle().held_among(all_of(range), 3).size() == 3U);
    kernel::Oracle idle;
    BOOST_TEST(idle.held_among(all_of(range), 0).size() == 0U);
    BOOST_TEST(idle.held_among({}).size() == 0U);
    BOOST_TEST(idle.questions() == 0U);
    BOOST_TEST(idle.time().count() == 0);
    BOOST_TEST(oracle.time().count() > 0);
}

bool is_readable(const lab::FileDescriptor& file)
{
    pollfd request = {file.number(), POLLIN, 0};
    return poll(&request, 1, 0) == 1;
}

BOOST_FIXTURE_TEST_CASE(no_listener_hears_of_a_question_over_loopback, Host)
{
    lab::set_sysctl("tcp_fastopen", "0");
    // In the range, and where the questions of the other way go.
    const lab::FileDescriptor in_range = lab::listening(lab::at("0.0.0.0", 40033));
    const lab::FileDescriptor first_port = lab::listening(lab::at("0.0.0.0", 1));
    BOOST_TEST(kernel::Oracle().held_among(all_of(range)).contains(40033));
    BOOST_TEST(!is_readable(in_range));
    BOOST_TEST(!is_readable(first_port));
    const lab::FileDescriptor client = lab::connected(lab::at("127.66.3.4", 1));
    BOOST_TEST(is_readable(first_port));
}

BOOST_FIXTURE_TEST_CASE(nothing_is_sent_if_questions_would_not_stay_on_loopback, Host)
{
    lab::set_sysctl("tcp_fastopen", "0");
    const lab::Output route =
        lab::run({"/bin/sh", "-c",
                  "PATH=$PATH:/sbin:/usr/sbin ip route add local 127.66.0.0/16 dev lo src 10.9.0.1 "
                  "table local"});
    BOOST_REQUIRE_MESSAGE(route.exit_code == 0, route.error);
    const auto before = lab::tcp_counters();
    BOOST_CHECK_THROW(kernel::Oracle().held_among(all_of(range)), kernel::OracleUnavailable);
    BOOST_TEST(lab::tcp_counters() == before);
}

BOOST_DATA_TEST_CASE_F(Host, a_service_gets_its_port_while_a_question_is_on_it,
                       data::make(ways_of_asking), fastopen)
{
    lab::set_sysctl("tcp_fastopen", fastopen);
    constexpr std::uint16_t port = 40060;
    std::atomic<bool> done = false;
    std::thread asker([&] {
        net::PortSet one;
        one.insert(port);
        while (!done)
            kernel::Oracle().held_among(one);
    });
    int refused = 0;
    for (int i = 0; i < 20000; ++i)
        refused += lab::try_bind({.bind = lab::at("0.0.0.0", port), .reuse_address = true}) ? 0 : 1;
    done = true;
    asker.join();
    BOOST_TEST(refused == 0);
}

BOOST_AUTO_TEST_CASE(the_socket_is_never_a_standard_stream)
{
    BOOST_TEST(lab::holds_in_a_child([] {
        close(STDIN_FILENO);
        close(STDOUT_FILENO);
        const kernel::QuestionSocket one(true, kernel::Protocol::tcp);
        const kernel::QuestionSocket two(false, kernel::Protocol::udp);
        return one.descriptor() > STDERR_FILENO && two.descriptor() > STDERR_FILENO &&
               fcntl(STDIN_FILENO, F_GETFD) < 0 && fcntl(STDOUT_FILENO, F_GETFD) < 0;
    }));
}

BOOST_AUTO_TEST_CASE(the_obstacle_is_named_if_the_kernel_cannot_be_asked)
{
    const lab::Namespace network;
    BOOST_TEST(lab::holds_in_a_child([] {
        lab::deny_setsockopt();
        try {
            kernel::Oracle().held_among(all_of({40000, 40001}));
        } catch (const kernel::OracleUnavailable& error) {
            return std::string(error.what()).find("SO_REUSEADDR") != std::string::npos;
        }
        return false;
    }));
}

BOOST_AUTO_TEST_CASE(no_destination_is_asked_about_where_the_syn_would_be_sent)
{
    const lab::Namespace network;
    BOOST_TEST(lab::holds_in_a_child([] {
        lab::refuse_connect();
        kernel::PortRequest request;
        request.destination = {net::Address::parse("10.0.0.5"), 443};
        try {
            static_cast<void>(kernel::Oracle().ask(request));
        } catch (const kernel::OracleUnavailable& error) {
            return std::string(error.what()).find("does not put the SYN off") != std::string::npos;
        }
        return false;
    }));
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace
