// How many sockets stand in no table, as /proc/net/sockstat counts them.
#include "common/kernel/sockstat.h"

#include <boost/test/unit_test.hpp>

#include "tests/live/lab.h"

namespace {

BOOST_AUTO_TEST_SUITE(hidden_sockets)

BOOST_AUTO_TEST_CASE(bound_only_sockets_of_both_families_are_counted_and_others_are_not)
{
    const lab::Namespace network;
    BOOST_TEST(kernel::most_hidden_sockets().value() == 0U);

    const lab::FileDescriptor listener = lab::listening(lab::at("0.0.0.0", 5432));
    const lab::FileDescriptor ipv6_listener = lab::listening(lab::at("::1", 5433));
    const auto connections = lab::connected_times(5, lab::at("127.0.0.1", 5432));
    const auto ipv6_connections = lab::connected_times(5, lab::at("::1", 5433));
    lab::FileDescriptor closed = lab::connected(lab::at("127.0.0.1", 5432));
    closed.close();
    lab::await([] { return kernel::most_hidden_sockets().value() == 0U; }, "no hidden socket");

    std::vector<lab::FileDescriptor> bound;
    for (std::uint16_t port = 50010; port < 50014; ++port) {
        bound.push_back(lab::bound({.bind = lab::at("127.0.0.1", port)}));
        bound.push_back(lab::bound({.bind = lab::at("::1", port)}));
    }
    BOOST_TEST(kernel::most_hidden_sockets().value() == 8U);
    bound.clear();
    BOOST_TEST(kernel::most_hidden_sockets().value() == 0U);
}

BOOST_AUTO_TEST_CASE(nothing_is_known_without_proc_net)
{
    BOOST_TEST(lab::holds_in_a_child([] {
        lab::empty_proc_net();
        return !kernel::most_hidden_sockets().has_value();
    }));
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace
