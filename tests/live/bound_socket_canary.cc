#include "common/kernel/bound_socket_canary.h"

#include <boost/test/unit_test.hpp>

#include "common/sockets/sock_diag.h"
#include "tests/live/lab.h"

namespace {

BOOST_AUTO_TEST_SUITE(bound_socket_canary)

BOOST_AUTO_TEST_CASE(canary_stands_outside_the_range_and_keeps_no_service_from_starting)
{
    const lab::Namespace network({1024, 60000});
    const kernel::BoundSocketCanary canary({1024, 60000});
    BOOST_REQUIRE(canary.port().has_value());
    BOOST_TEST(*canary.port() > 60000U);
    // It is there: a program that is not ready to share the port is refused.
    BOOST_TEST(lab::try_bind({.bind = lab::at("0.0.0.0", *canary.port())}).error != 0);
    const lab::FileDescriptor service = lab::listening(lab::at("0.0.0.0", *canary.port()));
}

BOOST_AUTO_TEST_CASE(canary_finds_another_port_if_one_is_taken)
{
    const lab::Namespace network({1024, 65531});
    const lab::FileDescriptor one = lab::listening(lab::at("0.0.0.0", 65532));
    const lab::FileDescriptor two = lab::listening(lab::at("0.0.0.0", 65533));
    int made = 0;
    for (int i = 0; i < 100; ++i)
        made += kernel::BoundSocketCanary({1024, 65531}).port() ? 1 : 0;
    BOOST_TEST(made > 80);
}

bool is_shown(std::uint16_t port)
{
    bool shown = false;
    sockets::read_tcp_by_sock_diag({{port, port}}, [&](const sockets::Socket&) { shown = true; });
    return shown;
}

BOOST_AUTO_TEST_CASE(canary_is_shown_if_and_only_if_other_bound_sockets_are)
{
    const lab::Namespace network;
    const lab::FileDescriptor other = lab::bound({.bind = lab::at("127.0.0.1", 40000)});
    const kernel::BoundSocketCanary canary({40000, 40063});
    BOOST_REQUIRE(canary.port().has_value());
    BOOST_TEST(is_shown(*canary.port()) == is_shown(40000));
}

BOOST_AUTO_TEST_CASE(no_canary_in_a_range_of_all_ports)
{
    const lab::Namespace network;
    BOOST_TEST(!kernel::BoundSocketCanary({1, 65535}).port().has_value());
    BOOST_TEST(!kernel::BoundSocketCanary({1024, 65535}).port().has_value());
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace
