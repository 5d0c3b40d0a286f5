// What each cure would bring: the census as if it were applied.
#include <boost/test/unit_test.hpp>

#include "tests/unit/found_cures.h"

namespace {

using namespace std::chrono_literals;
using kernel::TimeWaitReuse;
using ports::Aim;
using ports::Cure;
using ports::Remedy;
using sample::cures;
using sample::ends_with;
using sample::find;
using sample::is;
using sample::left_with;
using sample::looking_below;
using sample::Manner;
using sample::port_set;
using sample::Sockets;

Manner with(const kernel::PortSettings& settings)
{
    Manner manner;
    manner.settings = settings;
    return manner;
}

Manner with_reuse(TimeWaitReuse reuse)
{
    return with(sample::settings(reuse));
}

Manner holding(const net::PortSet& held)
{
    Manner manner;
    manner.held = held;
    return manner;
}

Sockets time_waits(std::size_t number, std::chrono::milliseconds age,
                   std::string_view destination = "10.0.0.5", std::string_view source = "10.0.0.1")
{
    Sockets sockets;
    for (std::size_t i = 0; i < number; ++i)
        sockets.push_back(
            sample::time_wait(static_cast<std::uint16_t>(40000 + i), age, destination, source));
    return sockets;
}

BOOST_AUTO_TEST_SUITE(cures_of_connect)

BOOST_AUTO_TEST_CASE(reuse_gives_the_old_time_waits_back_if_the_peer_has_timestamps)
{
    const Sockets sockets =
        sample::join(time_waits(40, 5s), sample::connections(10, "10.0.0.5", 40040));
    BOOST_TEST(is(left_with(Remedy::time_wait_reuse, sockets), 54));
    const auto cure = find(cures(sockets), Remedy::time_wait_reuse);
    BOOST_TEST(cure->hangs_on_peer);
    BOOST_TEST((cure->settings.time_wait_reuse == TimeWaitReuse::everywhere));
}

BOOST_AUTO_TEST_CASE(reuse_on_loopback_is_all_that_loopback_needs_and_hangs_on_nobody)
{
    const auto cure =
        find(cures(time_waits(40, 5s, "127.0.0.1", "127.0.0.1"), with_reuse(TimeWaitReuse::never)),
             Remedy::time_wait_reuse);
    BOOST_REQUIRE(cure.has_value());
    BOOST_TEST(cure->outlook.left == 64U);
    BOOST_TEST(!cure->hangs_on_peer);
    BOOST_TEST((cure->settings.time_wait_reuse == TimeWaitReuse::loopback));
}

BOOST_AUTO_TEST_CASE(reuse_brings_nothing_if_it_is_on_or_timestamps_are_off_or_all_are_young)
{
    const auto reuse_of = [](const Manner& manner, std::chrono::milliseconds age) {
        return left_with(Remedy::time_wait_reuse, time_waits(40, age), manner);
    };
    BOOST_TEST(!reuse_of(with_reuse(TimeWaitReuse::everywhere), 5s).has_value());
    BOOST_TEST(!reuse_of(with_reuse(TimeWaitReuse::loopback), 500ms).has_value());
    kernel::PortSettings settings = sample::settings(TimeWaitReuse::never);
    settings.timestamps = false;
    BOOST_TEST(!reuse_of(with(settings), 5s).has_value());
    settings.time_wait_reuse = std::nullopt;
    BOOST_TEST(!reuse_of(with(settings), 5s).has_value());
    Manner counting;
    counting.policy = ports::TimeWaitPolicy::count;
    BOOST_TEST(!reuse_of(counting, 5s).has_value());
}

BOOST_AUTO_TEST_CASE(a_held_time_wait_is_not_given_back_by_reuse)
{
    BOOST_TEST(
        is(left_with(Remedy::time_wait_reuse, time_waits(40, 5s), holding(port_set(40000, 40029))),
           34));
}

BOOST_AUTO_TEST_CASE(a_further_address_finds_all_that_is_not_held)
{
    BOOST_TEST(is(left_with(Remedy::further_address, sample::connections(50)), 64));
    BOOST_TEST(is(left_with(Remedy::further_address, sample::connections(50),
                            holding(port_set(40060, 40063))),
                  60));
    Sockets held;
    for (std::uint16_t port = 40000; port < 40064; ++port)
        held.push_back(sample::bound(port));
    held.push_back(sample::connection(40000));
    BOOST_TEST(!left_with(Remedy::further_address, held).has_value());
}

BOOST_AUTO_TEST_CASE(without_early_binds_a_connection_takes_its_port_from_its_own_tuple_alone)
{
    const Sockets sockets = sample::join({sample::bound(40063)}, sample::connections(10),
                                         sample::connections(40, "10.0.0.6", 40010));
    const Manner manner = holding(port_set(40005, 40049));
    BOOST_TEST(is(left_with(Remedy::no_early_bind, sockets, manner), 53));
    BOOST_TEST(!left_with(Remedy::no_early_bind, sockets).has_value());
}

BOOST_AUTO_TEST_CASE(time_waits_that_were_bound_early_are_taken_over_without_that)
{
    const Manner manner = holding(port_set(40000, 40039));
    BOOST_TEST(
        is(left_with(Remedy::no_early_bind, time_waits(40, 5s, "127.0.0.1", "127.0.0.1"), manner),
           64));
}

BOOST_AUTO_TEST_CASE(a_socket_that_is_not_shown_may_hold_a_port_beside_a_connection)
{
    Manner manner = holding(port_set(40000, 40019));
    manner.hidden = 3;
    const auto [least, most] = ends_with(
        Remedy::no_early_bind,
        sample::join(sample::connections(12), sample::connections(8, "10.0.0.6", 40012)), manner);
    BOOST_TEST(most == 52U);
    BOOST_TEST(least == 49U);
}

BOOST_AUTO_TEST_CASE(if_nobody_was_asked_the_better_end_is_what_no_early_bind_would_leave)
{
    Manner manner;
    manner.asked = false;
    const Sockets sockets =
        sample::join(sample::connections(10), sample::connections(9, "10.0.0.6", 40010));
    BOOST_TEST(is(left_with(Remedy::no_early_bind, sockets, manner), 54));
}

BOOST_AUTO_TEST_CASE(without_listeners_and_bound_sockets_their_ports_are_left)
{
    Sockets residents = {sample::listener(40063), sample::connection(40063, "10.0.0.9")};
    for (std::uint16_t port = 40030; port < 40050; ++port)
        residents.push_back(sample::bound(port));
    const Sockets sockets = sample::join(residents, sample::connections(10));
    BOOST_TEST(is(left_with(Remedy::no_resident, sockets), 54));
    // Bound ones that no dump shows, found by asking.
    BOOST_TEST(is(left_with(Remedy::no_resident, sockets, holding(port_set(40050, 40055))), 54));
    // A connection beside a bound socket may hold the port, too.
    const auto [least, most] = ends_with(
        Remedy::no_resident, sample::join(sockets, Sockets{sample::connection(40030, "10.0.0.7")}));
    BOOST_TEST(least == 53U);
    BOOST_TEST(most == 54U);
}

BOOST_AUTO_TEST_CASE(without_time_waits_their_ports_are_left_unless_a_live_one_holds_them)
{
    const Sockets sockets =
        sample::join(time_waits(40, 500ms), sample::connections(10, "10.0.0.5", 40040));
    BOOST_TEST(is(left_with(Remedy::no_time_wait, sockets), 54));
    BOOST_TEST(is(left_with(Remedy::no_time_wait, sockets, holding(port_set(40000, 40009))), 54));
    const auto [least, most] = ends_with(
        Remedy::no_time_wait, sample::join(sockets, Sockets{sample::connection(40000, "10.0.0.7")}),
        holding(port_set(40000, 40009)));
    BOOST_TEST(least == 53U);
    BOOST_TEST(most == 54U);
    BOOST_TEST(!left_with(Remedy::no_time_wait, sample::connections(50)).has_value());
}

BOOST_AUTO_TEST_CASE(a_cure_that_brings_less_than_a_hundredth_is_not_told)
{
    Manner manner;
    manner.settings = sample::settings({40000, 40999});
    const auto with_listeners = [&](std::uint16_t number) {
        Sockets sockets;
        for (std::uint16_t i = 0; i < number; ++i)
            sockets.push_back(sample::listener(40900 + i));
        return left_with(Remedy::no_resident, sample::join(sockets, sample::connections(700)),
                         manner);
    };
    BOOST_TEST(!with_listeners(9).has_value());
    BOOST_TEST(is(with_listeners(10), 300));
}

BOOST_AUTO_TEST_CASE(a_tuple_on_a_device_is_counted_with_the_one_that_stands_in_its_way)
{
    Sockets sockets;
    for (std::uint16_t port = 40000; port < 40030; ++port)
        sockets.push_back(sample::on_device(sample::connection(port), 3));
    for (std::uint16_t port = 40030; port < 40050; ++port)
        sockets.push_back(sample::connection(port));
    sockets.push_back(sample::listener(40063));
    BOOST_TEST(is(left_with(Remedy::no_resident, sockets), 14));
}

BOOST_AUTO_TEST_CASE(without_time_waits_a_tuple_on_a_device_still_lacks_the_ports_of_its_twin)
{
    Sockets sockets;
    for (const auto& time_wait : time_waits(10, 5s))
        sockets.push_back(sample::on_device(time_wait, 3));
    for (std::uint16_t port = 40030; port < 40050; ++port)
        sockets.push_back(sample::connection(port));
    BOOST_TEST(is(left_with(Remedy::no_time_wait, sockets), 44));
}

BOOST_AUTO_TEST_CASE(where_the_closes_lead_is_mended_by_reuse_and_by_keeping_connections_open)
{
    Sockets sockets;
    for (std::uint16_t i = 0; i < 10; ++i)
        sockets.push_back(sample::time_wait(40000 + i, i * 500ms));
    const std::vector<Cure> found =
        cures(sockets, with_reuse(TimeWaitReuse::never), Aim::projected);
    // Two closes a second: each has its port for a second.
    BOOST_TEST(find(found, Remedy::time_wait_reuse)->outlook.projected == 2U);
    BOOST_TEST(find(found, Remedy::no_time_wait)->outlook.projected == 0U);
    BOOST_TEST(find(cures(sockets, looking_below(), Aim::projected), Remedy::wider_range)
                   ->outlook.range_size == 10064U);
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace
