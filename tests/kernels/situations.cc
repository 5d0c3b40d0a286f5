// Situations, each of which once misled a check, on one kernel or another: a host of 64 ports
// with two servers outside of them, from which nothing is taken over unless a test says so.
#include <chrono>
#include <string>
#include <thread>
#include <vector>

#include <boost/test/unit_test.hpp>
#include <fmt/format.h>

#include "tests/kernels/comparison.h"
#include "tests/live/filling.h"
#include "tests/live/lab.h"
#include "tests/live/time_wait.h"

namespace {

using lab::at;

struct Host {
    static constexpr net::PortRange range = {40000, 40063};
    const lab::Namespace network{range};
    const lab::Endpoint database = at("127.0.0.1", 5432);
    const lab::Endpoint other = at("127.0.0.1", 5433);
    const lab::FileDescriptor server = lab::listening(at("0.0.0.0", 5432));
    const lab::FileDescriptor other_server = lab::listening(at("0.0.0.0", 5433));
    std::vector<lab::FileDescriptor> sockets;

    Host() { lab::set_sysctl("tcp_tw_reuse", "0"); }

    void connect(std::size_t times, const lab::Endpoint& destination,
                 const lab::Manner& manner = {})
    {
        for (auto& one : lab::connected_times(times, destination, manner))
            sockets.push_back(std::move(one));
    }
    void bind(std::size_t times, const lab::Manner& manner)
    {
        for (std::size_t i = 0; i < times; ++i)
            sockets.push_back(lab::bound(manner));
    }
};

/// Whether the probe says that connect() to `destination` gets a port.
bool probe(const lab::Endpoint& destination)
{
    const lab::Output output =
        lab::run({"plugins/check_ephemeral_probe", destination.text(), "-t", "60"});
    BOOST_TEST((output.exit_code == 0 || output.exit_code == 2), output.text);
    return output.exit_code == 0;
}

BOOST_FIXTURE_TEST_SUITE(what_is_left, Host)

BOOST_AUTO_TEST_CASE(of_an_idle_host)
{
    truth::compare_everything(range);
}

BOOST_AUTO_TEST_CASE(of_plain_connections_up_to_the_last_port)
{
    connect(44, database);
    truth::compare_everything(range);
    connect(19, database);
    truth::compare_everything(range);
    BOOST_TEST(probe(database));
    connect(1, database);
    truth::compare_everything(range);
    BOOST_TEST(!probe(database));
}

BOOST_AUTO_TEST_CASE(of_sockets_that_are_bound_only)
{
    connect(44, database);
    bind(12, {.bind = at("127.0.0.1", 0)});
    truth::compare_everything(range);
}

BOOST_AUTO_TEST_CASE(of_sockets_bound_only_that_leave_the_wildcard_nothing)
{
    connect(30, database);
    bind(34, {.bind = at("10.9.0.1", 0)});
    truth::compare_everything(range);
}

BOOST_AUTO_TEST_CASE(of_a_proxy_that_binds_before_it_connects_to_one_destination_each)
{
    for (int i = 1; i <= 42; ++i)
        connect(1, at(fmt::format("127.0.1.{}", i), 5432), {.bind = at("127.0.0.1", 0)});
    truth::compare_everything(range);
}

BOOST_AUTO_TEST_CASE(of_plain_connections_beside_ones_that_were_bound_first)
{
    connect(44, database);
    connect(12, other, {.bind = at("127.0.0.1", 0)});
    truth::compare_everything(range);
}

BOOST_AUTO_TEST_CASE(of_ports_shared_with_another_source_that_binds_first)
{
    connect(10, database);
    connect(2, database, {.bind = at("10.9.0.1", 0), .no_port = true});
    connect(25, database, {.bind = at("127.0.0.1", 0)});
    truth::compare_everything(range);
}

BOOST_AUTO_TEST_CASE(of_sources_chosen_without_a_port)
{
    connect(44, database);
    connect(12, other, {.bind = at("127.0.0.1", 0), .no_port = true});
    truth::compare_everything(range);
}

BOOST_AUTO_TEST_CASE(of_connections_bound_first_with_reuse)
{
    connect(44, database);
    connect(12, other, {.bind = at("127.0.0.1", 0), .reuse_address = true});
    truth::compare_everything(range);
}

BOOST_AUTO_TEST_CASE(of_listeners_in_the_range)
{
    connect(44, database);
    for (int i = 0; i < 6; ++i)
        sockets.push_back(lab::listening(at("0.0.0.0", 0)));
    truth::compare_everything(range);
}

BOOST_AUTO_TEST_CASE(of_ports_that_were_bound_to_another_address_for_a_moment)
{
    connect(20, database);
    filling::bind_until_refused(net::Address::parse("10.9.0.1"), range);
    connect(10, other);
    truth::compare_everything(range);
}

BOOST_AUTO_TEST_CASE(of_ipv6)
{
    const lab::FileDescriptor ipv6_server = lab::listening(at("::1", 5434));
    connect(40, at("::1", 5434));
    connect(10, at("::1", 5434), {.bind = at("::1", 0)});
    truth::compare_everything(range);
}

BOOST_AUTO_TEST_CASE(of_time_wait_under_each_setting_of_reuse)
{
    for (const char* reuse : {"0", "1", "2"}) {
        BOOST_TEST_INFO_SCOPE("tcp_tw_reuse=" << reuse);
        const Host host;
        lab::set_sysctl("tcp_tw_reuse", reuse);
        lab::churn(50, host.database, host.server);
        lab::await_age(lab::reusable_age());
        truth::compare_everything(range);
    }
}

BOOST_AUTO_TEST_CASE(of_time_wait_towards_a_peer_without_timestamps)
{
    // Not at a loopback address, where this host's own setting tells.
    lab::set_sysctl("tcp_timestamps", "0");
    lab::churn(50, at("10.9.0.1", 5432), server, {.bind = at("10.9.0.1", 0), .no_port = true});
    lab::set_sysctl("tcp_timestamps", "1");
    lab::set_sysctl("tcp_tw_reuse", "1");
    lab::await_age(lab::reusable_age());
    truth::compare_everything(range);
}

BOOST_AUTO_TEST_CASE(of_connections_whose_peers_have_not_closed)
{
    // FIN_WAIT2 becomes a socket of the TIME_WAIT kind, which some kernels take over.
    lab::set_sysctl("tcp_tw_reuse", "1");
    for (int i = 0; i < 30; ++i) {
        const lab::FileDescriptor client = lab::connected(database);
        sockets.push_back(lab::accepted(server));
    }
    std::this_thread::sleep_for(lab::reusable_age()); // no clock of theirs is shown
    truth::compare_everything(range);
}

BOOST_AUTO_TEST_CASE(of_reserved_ports)
{
    lab::set_sysctl("ip_local_reserved_ports", "40010-40019");
    connect(40, database);
    bind(5, {.bind = at("127.0.0.1", 0)});
    truth::compare_everything(range);
}

BOOST_AUTO_TEST_CASE(of_a_range_of_an_odd_number_of_ports)
{
    constexpr net::PortRange odd = {40000, 40062};
    lab::set_sysctl("ip_local_port_range", "40000 40062");
    connect(30, database);
    bind(5, {.bind = at("127.0.0.1", 0)});
    truth::compare_everything(odd);
}

BOOST_AUTO_TEST_CASE(of_a_device_beside_its_twin_without_one)
{
    connect(10, database);
    connect(5, database, {.device = "lo"});
    truth::compare_everything(range);
}

BOOST_AUTO_TEST_CASE(of_udp)
{
    connect(30, at("127.0.0.1", 53), {.tcp = false});
    bind(14, {.tcp = false, .bind = at("10.9.0.1", 0)});
    truth::compare_everything(range);
}

BOOST_AUTO_TEST_CASE(of_bound_sockets_beside_time_wait_and_connections)
{
    bind(20, {.bind = at("10.9.0.1", 0)});
    lab::churn(20, database, server);
    connect(10, other);
    truth::compare_everything(range);
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace
