// The wider range that is suggested, and what a snapshot keeps of the ports that it would add.
#include "common/ports/wider_range.h"

#include <boost/test/unit_test.hpp>

#include "tests/unit/sample.h"

namespace {

using net::PortRange;

bool is_widened(PortRange from, PortRange to, std::optional<std::uint16_t> start = 1024)
{
    return ports::widen(from, start) == to;
}

sockets::Snapshot looking_at(PortRange read, const std::vector<sockets::Socket>& tcp,
                             const std::vector<sockets::Socket>& udp = {})
{
    sockets::Snapshot snapshot = sample::snapshot(tcp, sample::settings(), read);
    for (const sockets::Socket& socket : udp)
        snapshot.add_udp(socket);
    return snapshot;
}

BOOST_AUTO_TEST_SUITE(wider_range)

BOOST_AUTO_TEST_CASE(it_only_adds_ports_and_an_even_number_of_them_is_searched)
{
    BOOST_TEST(is_widened({32768, 60999}, {15000, 60999}));
    BOOST_TEST(is_widened({40000, 40063}, {15000, 60999}));
    BOOST_TEST(is_widened({49152, 65535}, {15000, 65535}));
    BOOST_TEST(is_widened({20000, 65534}, {15001, 65534}));
    BOOST_TEST(is_widened({10001, 20000}, {10001, 60998}));
    BOOST_TEST(is_widened({1024, 65535}, {1024, 65535}));
    BOOST_TEST(is_widened({15000, 60999}, {15000, 60999}));
}

BOOST_AUTO_TEST_CASE(it_does_not_begin_where_the_kernel_refuses_it)
{
    BOOST_TEST(is_widened({32768, 60999}, {20000, 60999}, 20000));
    BOOST_TEST(is_widened({32768, 60999}, {32768, 60999}, 40000));
    BOOST_TEST(is_widened({32768, 60999}, {15000, 60999}, std::nullopt));
}

BOOST_AUTO_TEST_CASE(sockets_outside_the_range_are_kept_by_kind_if_they_are_looked_at)
{
    const sockets::Snapshot snapshot =
        looking_at({39000, 40063}, {sample::listener(39001), sample::connection(39001),
                                    sample::bound(39002), sample::connection(39003),
                                    sample::connection(38999), sample::connection(40064)});
    BOOST_TEST(net::format_port_list(snapshot.outside.listening) == "39001");
    BOOST_TEST(net::format_port_list(snapshot.outside.bound) == "39002");
    BOOST_TEST(net::format_port_list(snapshot.outside.connected) == "39003");
    BOOST_TEST(snapshot.connections.size() == 0U);
    BOOST_TEST(snapshot.tcp.empty());
}

BOOST_AUTO_TEST_CASE(the_canary_of_a_check_is_nobody)
{
    const sockets::Snapshot snapshot =
        looking_at({39000, 40063}, {sample::bound(39002, "127.66.3.4"), sample::bound(39003)});
    BOOST_TEST(net::format_port_list(snapshot.outside.bound) == "39003");
}

BOOST_AUTO_TEST_CASE(services_of_both_protocols_are_reserved_and_cost_bind_their_port)
{
    const sockets::Snapshot snapshot = looking_at(
        {39000, 40063}, {sample::listener(39001), sample::bound(39002), sample::connection(39003)},
        {sample::holder(39010, sockets::SocketState::closed), sample::connection(39011)});
    const kernel::PortSettings wide = ports::widen_settings(snapshot);
    BOOST_TEST(wide.range.low == 39000U);
    BOOST_TEST(net::format_port_list(wide.reserved) == "39001,39010");
    BOOST_TEST(ports::gain_of_bind(snapshot, wide, 0).most == 1000U - 4);
    BOOST_TEST(ports::gain_of_bind(snapshot, wide, 6).least == 1000U - 10);
    BOOST_TEST(ports::gain_of_udp(snapshot, wide) == 1000U - 3);
}

BOOST_AUTO_TEST_CASE(nothing_is_won_if_nothing_else_was_looked_at)
{
    const sockets::Snapshot snapshot = sample::snapshot({});
    const kernel::PortSettings wide = ports::widen_settings(snapshot);
    BOOST_TEST((wide.range == snapshot.settings.range));
    BOOST_TEST(ports::gain_of_connect(snapshot, wide, 0).most == 0U);
    BOOST_TEST(ports::gain_of_udp(snapshot, wide) == 0U);
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace
