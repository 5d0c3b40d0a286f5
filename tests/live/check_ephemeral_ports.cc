// check_ephemeral_ports as users run it, in namespaces whose answer is known.
#include <algorithm>

#include <boost/test/unit_test.hpp>
#include <fmt/format.h>

#include "tests/live/features.h"
#include "tests/live/lab.h"

namespace {

const std::string program = "plugins/check_ephemeral_ports";
const lab::Endpoint server = lab::at("127.0.0.1", 5432);
const lab::Endpoint other_server = lab::at("127.0.0.1", 5433);
constexpr net::PortRange range = {40000, 40063};

lab::Output check(std::vector<std::string> options = {},
                  const std::vector<lab::Confinement>& confinements = {})
{
    options.insert(options.begin(), program);
    return lab::run(options, confinements);
}

std::size_t count_lines(const std::string& text)
{
    return static_cast<std::size_t>(std::count(text.begin(), text.end(), '\n'));
}

struct SmallRange {
    lab::Namespace network;
    lab::FileDescriptor listener = lab::listening(lab::at("0.0.0.0", server.port));
};

struct FortyConnections : SmallRange {
    std::vector<lab::FileDescriptor> connections = lab::connected_times(40, server);
};

/// Ten connections to another destination that bound first, and three sockets that are bound only.
struct ThirteenHeld : FortyConnections {
    lab::FileDescriptor other_listener = lab::listening(lab::at("0.0.0.0", other_server.port));
    std::vector<lab::FileDescriptor> binders =
        lab::connected_times(10, other_server, {.bind = lab::at("127.0.0.1", 0)});
    std::vector<lab::FileDescriptor> bound = make_bound();

    static std::vector<lab::FileDescriptor> make_bound()
    {
        std::vector<lab::FileDescriptor> bound(3);
        for (lab::FileDescriptor& socket : bound)
            socket = lab::bound({.bind = lab::at("127.0.0.1", 0)});
        return bound;
    }
};

BOOST_AUTO_TEST_SUITE(check_ephemeral_ports)

BOOST_FIXTURE_TEST_CASE(ok_with_all_ports_left_without_any_connection, SmallRange)
{
    const lab::Output output = check();
    BOOST_TEST(output.exit_code == 0);
    BOOST_TEST(output.text.starts_with("EPHEMERAL PORTS OK - 64 of 64 ports left"));
    BOOST_TEST(lab::perfdata(output, "left") == "64");
    BOOST_TEST(lab::perfdata(output, "usage") == "0%");
}

BOOST_FIXTURE_TEST_CASE(ok_with_24_of_64_ports_left_after_40_connections, FortyConnections)
{
    const lab::Output output = check();
    BOOST_TEST(output.exit_code == 0);
    BOOST_TEST(output.text.starts_with("EPHEMERAL PORTS OK - 24 of 64 ports left"));
    BOOST_TEST(lab::perfdata(output, "usage") == "62.5%");
    BOOST_TEST(lab::perfdata(output, "used") == "40");
    BOOST_TEST(lab::perfdata(output, "left") == "24");
    BOOST_TEST(lab::perfdata(output, "range_size") == "64");
    BOOST_TEST(output.error.empty());
}

BOOST_FIXTURE_TEST_CASE(warning_if_usage_passes_the_warning_range, FortyConnections)
{
    BOOST_TEST(check({"-w", "60"}).exit_code == 1);
}

BOOST_FIXTURE_TEST_CASE(critical_if_usage_passes_the_critical_range, FortyConnections)
{
    BOOST_TEST(check({"-c", "60"}).exit_code == 2);
}

BOOST_FIXTURE_TEST_CASE(one_port_fewer_is_left_if_a_server_listens_inside_the_range, SmallRange,
                        *lab::needs({lab::Feature::local_port_range}))
{
    const lab::FileDescriptor inside = lab::listening(lab::at("0.0.0.0", 40050));
    const auto connections = lab::connected_times(40, server);
    BOOST_TEST(lab::perfdata(check(), "left") == "23");
    BOOST_TEST(lab::perfdata(check(), "held") == "1");
}

BOOST_FIXTURE_TEST_CASE(accepted_connections_of_a_server_inside_the_range_are_nobodys_ports,
                        SmallRange)
{
    const lab::FileDescriptor inside = lab::listening(lab::at("0.0.0.0", 40050));
    const auto clients = lab::connected_times(5, lab::at("127.0.0.1", 40050));
    const lab::Output output = check();
    BOOST_TEST(lab::perfdata(output, "tuples") == "1");
    BOOST_TEST(lab::perfdata(output, "sockets") == "5");
    BOOST_TEST(lab::perfdata(output, "left") == "58");
}

BOOST_FIXTURE_TEST_CASE(reserved_ports_are_not_in_the_range_size, SmallRange)
{
    lab::set_sysctl("ip_local_reserved_ports", "40060-40063,8080");
    BOOST_TEST(lab::perfdata(check(), "range_size") == "60");
}

BOOST_FIXTURE_TEST_CASE(a_list_of_reserved_ports_longer_than_any_buffer_is_read_whole, SmallRange)
{
    std::string list = "1024";
    for (int port = 1026; port < 65536; port += 2)
        list += fmt::format(",{}", port);
    lab::set_sysctl("ip_local_reserved_ports", list);
    BOOST_TEST(lab::perfdata(check(), "range_size") == "32");
}

BOOST_FIXTURE_TEST_CASE(ipv6_and_mapped_connections_fall_into_their_tuples, FortyConnections)
{
    const lab::FileDescriptor listener6 = lab::listening(lab::at("::1", server.port));
    const auto true_ipv6 = lab::connected_times(30, lab::at("::1", server.port));
    const auto mapped = lab::connected_times(10, server, {.ipv6_socket = true});
    const lab::Output output = check();
    BOOST_TEST(lab::perfdata(output, "tuples") == "2");
    BOOST_TEST(std::stoul(lab::perfdata(output, "left")) == lab::ask_connect(server, range).size());
    const lab::Output ipv6 = check({"-6"});
    BOOST_TEST(std::stoul(lab::perfdata(ipv6, "left")) ==
               lab::ask_connect(lab::at("::1", server.port), range).size());
    BOOST_TEST(lab::perfdata(ipv6, "tuples") == "1");
}

BOOST_FIXTURE_TEST_CASE(the_figures_are_the_same_for_user_nobody, FortyConnections)
{
    const lab::Output output = check({}, {lab::become_nobody});
    BOOST_TEST(output.text == check().text);
    BOOST_TEST(output.exit_code == 0);
}

BOOST_FIXTURE_TEST_CASE(the_figures_are_the_same_if_netlink_is_denied, FortyConnections)
{
    const lab::Output output = check({"-v"}, {lab::become_nobody, lab::deny_netlink});
    BOOST_TEST(output.exit_code == 0);
    BOOST_TEST(lab::perfdata(output, "left") == "24");
    BOOST_TEST(output.text.find("Sockets read from /proc/net: a netlink socket was refused") !=
               std::string::npos);
}

BOOST_FIXTURE_TEST_CASE(unknown_in_one_line_if_proc_net_is_empty_too, FortyConnections)
{
    const lab::Output output =
        check({}, {lab::empty_proc_net, lab::become_nobody, lab::deny_netlink});
    BOOST_TEST(output.exit_code == 3);
    BOOST_TEST(
        output.text.starts_with("EPHEMERAL PORTS UNKNOWN - cannot read this host's sockets"));
    BOOST_TEST(count_lines(output.text) == 1);
}

BOOST_FIXTURE_TEST_CASE(only_watched_tuples_are_counted, ThirteenHeld)
{
    const auto tuples = [](const std::vector<std::string>& options) {
        return lab::perfdata(check(options), "tuples");
    };
    BOOST_TEST(tuples({}) == "2");
    BOOST_TEST(tuples({"--destination", "127.0.0.1:5432"}) == "1");
    BOOST_TEST(tuples({"--destination", "127.0.0.0/8:5433", "--destination", "10.0.0.0/8"}) == "1");
    BOOST_TEST(tuples({"--exclude", "127.0.0.1:5432"}) == "1");
    BOOST_TEST(tuples({"--source", "10.9.0.1"}) == "0");
    BOOST_TEST(tuples({"-6"}) == "0");
}

BOOST_FIXTURE_TEST_CASE(as_many_rows_as_top_says, ThirteenHeld,
                        *lab::needs({lab::Feature::local_port_range}))
{
    BOOST_TEST(count_lines(check({"--top", "1", "-w", "100", "-c", "100"}).text) == 3);
    BOOST_TEST(count_lines(check({"--top", "0", "-w", "100", "-c", "100"}).text) == 1);
}

BOOST_FIXTURE_TEST_CASE(held_ports_are_left_to_nobody, ThirteenHeld,
                        *lab::needs({lab::Feature::local_port_range}))
{
    const lab::Output output = check();
    BOOST_TEST(output.exit_code == 1);
    BOOST_TEST(lab::perfdata(output, "held") == "13");
    BOOST_TEST(lab::perfdata(output, "left") == "11");
    BOOST_TEST(lab::perfdata(output, "usage") == "82.8%");

    std::vector<lab::FileDescriptor> more;
    lab::Attempt attempt;
    while ((attempt = lab::try_connect(server)))
        more.push_back(std::move(attempt.socket));
    BOOST_TEST(more.size() == 11U);
    BOOST_TEST(attempt.error == EADDRNOTAVAIL);
}

BOOST_FIXTURE_TEST_CASE(the_kernel_is_asked_without_bind_too, ThirteenHeld,
                        *lab::needs({lab::Feature::local_port_range}))
{
    const lab::Output output = check({}, {lab::become_nobody, lab::deny_bind});
    BOOST_TEST(lab::perfdata(output, "held") == "13");
    BOOST_TEST(output.exit_code == 1);
}

BOOST_FIXTURE_TEST_CASE(asking_sends_nothing, ThirteenHeld,
                        *lab::needs({lab::Feature::local_port_range}))
{
    const auto before = lab::tcp_counters();
    BOOST_TEST(lab::perfdata(check(), "held") == "13");
    BOOST_TEST(lab::tcp_counters() == before);
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace
