// TIME_WAITs that connect() takes over, and those that it does not: reuse is proved before it is
// believed.
//
// A TIME_WAIT remembers whether its connection had TCP timestamps, and no dump tells. A peer
// without them is made by tcp_timestamps being off while the connections are: both ends are ours.
// It is at an address that is not loopback to the kernel's eyes, though its packets stay on lo.
#include <boost/test/unit_test.hpp>
#include <fmt/format.h>

#include "tests/live/features.h"
#include "tests/live/lab.h"
#include "tests/live/report.h"
#include "tests/live/time_wait.h"

namespace {

const std::string program = "plugins/check_ephemeral_ports";
const lab::Endpoint loopback_server = lab::at("127.0.0.1", 5432);
const lab::Endpoint peer = lab::at("10.9.0.1", 5432);
const lab::Manner from_outside = {.bind = lab::at("10.9.0.1", 0), .no_port = true};
constexpr net::PortRange range = {40000, 40063};

struct SmallRange {
    lab::Namespace network;
    lab::FileDescriptor listener = lab::listening(lab::at("0.0.0.0", 5432));

    SmallRange() { lab::set_sysctl("tcp_tw_reuse", "0"); } // none takes over another

    /// TIME_WAITs of an age at which connect() takes over those that it may.
    void make_old_time_waits(std::size_t number, const lab::Endpoint& destination,
                             const char* timestamps) const
    {
        lab::set_sysctl("tcp_timestamps", timestamps);
        lab::churn(number, destination, listener,
                   destination.address == peer.address ? from_outside : lab::Manner());
        lab::set_sysctl("tcp_timestamps", "1");
        lab::await_age(lab::reusable_age());
    }
};

/// How many connections the kernel gives until it refuses. No packet is sent.
std::size_t connect_until_refused(const lab::Endpoint& destination, lab::Manner manner = {})
{
    manner.deferred = true;
    std::vector<lab::FileDescriptor> given;
    lab::Attempt attempt;
    while ((attempt = lab::try_connect(destination, manner)))
        given.push_back(std::move(attempt.socket));
    BOOST_TEST(attempt.error == EADDRNOTAVAIL);
    return given.size();
}

BOOST_FIXTURE_TEST_SUITE(time_wait_reuse, SmallRange)

BOOST_AUTO_TEST_CASE(critical_if_the_peer_of_64_time_waits_had_no_timestamps_whatever_the_setting,
                     *lab::needs({lab::Feature::local_port_range}))
{
    make_old_time_waits(64, peer, "0");
    lab::set_sysctl("tcp_tw_reuse", "1");
    const lab::Report report = lab::report_of({program});
    BOOST_TEST(report.exit_code == 2);
    BOOST_TEST(report.metric("left") == 0);
    BOOST_TEST(report.summary().starts_with("0 of 64 ports left"), report.summary());
    BOOST_TEST(report.tuple("10.9.0.1", "10.9.0.1:5432").at("reusable") == 0);
    BOOST_TEST(connect_until_refused(peer, from_outside) == 0U);
}

BOOST_AUTO_TEST_CASE(ok_with_64_left_if_the_peer_of_64_time_waits_had_timestamps)
{
    make_old_time_waits(64, peer, "1");
    lab::set_sysctl("tcp_tw_reuse", "1");
    const lab::Report report = lab::report_of({program});
    BOOST_TEST(report.exit_code == 0);
    BOOST_TEST(report.metric("left") == 64);
    BOOST_TEST(report.tuple("10.9.0.1", "10.9.0.1:5432").at("reusable") == 64);
    BOOST_TEST(connect_until_refused(peer, from_outside) == 64U);
}

BOOST_AUTO_TEST_CASE(each_tuple_has_left_what_its_own_peer_allows,
                     *lab::needs({lab::Feature::local_port_range}))
{
    make_old_time_waits(20, peer, "0");
    make_old_time_waits(20, loopback_server, "1");
    lab::set_sysctl("tcp_tw_reuse", "1");
    const lab::Report report = lab::report_of({program});
    const nlohmann::json& without = report.tuple("10.9.0.1", "10.9.0.1:5432");
    const nlohmann::json& with = report.tuple("127.0.0.1", "127.0.0.1:5432");
    BOOST_TEST(without.at("left") == 44);
    BOOST_TEST(with.at("left") == 64);
    BOOST_TEST(without.at("left") == lab::given_to_tuple(without, range));
    BOOST_TEST(with.at("left") == lab::given_to_tuple(with, range));
}

BOOST_AUTO_TEST_CASE(between_0_and_64_are_left_if_the_kernel_cannot_be_asked_about_reuse)
{
    make_old_time_waits(64, peer, "0");
    lab::set_sysctl("tcp_tw_reuse", "1");
    const lab::Report report = lab::report_of({program}, {lab::deny_setsockopt});
    BOOST_TEST(report.metric("left") == 64);
    BOOST_TEST(report.metric("left_least") == 0);
    BOOST_TEST(report.summary().starts_with("between 0 and 64 of 64 ports left"), report.summary());
    BOOST_TEST(report.exit_code == 0);
    BOOST_TEST(lab::report_of({program, "--in-doubt=used"}, {lab::deny_setsockopt}).exit_code == 2);
}

BOOST_AUTO_TEST_CASE(reuse_on_loopback_is_certain_without_a_question,
                     *lab::needs({lab::Feature::local_port_range}))
{
    make_old_time_waits(64, loopback_server, "1");
    for (const char* const reuse : {"1", "2"}) {
        lab::set_sysctl("tcp_tw_reuse", reuse);
        const lab::Report report = lab::report_of({program, "-v"});
        BOOST_TEST(report.metric("left") == 64);
        BOOST_TEST(!report.has("left_least"));
        // Whether each port is held, and no more.
        BOOST_TEST(report.says("The kernel was asked 64 questions"), report.words());
    }
}

BOOST_AUTO_TEST_CASE(reuse_on_loopback_alone_is_none_towards_other_addresses)
{
    make_old_time_waits(64, peer, "1");
    lab::set_sysctl("tcp_tw_reuse", "2");
    BOOST_TEST(lab::report_of({program}).metric("left") == 0);
    BOOST_TEST(connect_until_refused(peer, from_outside) == 0U);
}

BOOST_AUTO_TEST_CASE(none_is_taken_over_while_timestamps_are_off_here)
{
    make_old_time_waits(64, loopback_server, "1");
    lab::set_sysctl("tcp_tw_reuse", "2");
    lab::set_sysctl("tcp_timestamps", "0");
    const std::size_t left = static_cast<std::size_t>(lab::report_of({program}).metric("left"));
    BOOST_TEST(left == connect_until_refused(loopback_server));
}

/// `left` of 300 TIME_WAITs to loopback, in a range of 1,000 ports.
void check_time_wait(const char* reuse, std::size_t expected)
{
    const net::PortRange thousand = {40000, 40999};
    const lab::Namespace network(thousand);
    lab::set_sysctl("tcp_tw_reuse", "0");
    const lab::FileDescriptor listener = lab::listening(loopback_server);
    lab::churn(300, loopback_server, listener);
    lab::await_age(lab::reusable_age());
    lab::set_sysctl("tcp_tw_reuse", reuse);
    const lab::Report report = lab::report_of({program});
    BOOST_TEST(report.metric("left") == expected);
    BOOST_TEST(report.metric("time_wait") == 300);
    BOOST_TEST(lab::ask_connect(loopback_server, thousand).size() == expected);
}

BOOST_AUTO_TEST_CASE(time_waits_keep_their_ports_without_reuse)
{
    check_time_wait("0", 700);
}

BOOST_AUTO_TEST_CASE(time_waits_give_their_ports_back_with_reuse_everywhere)
{
    check_time_wait("1", 1000);
}

BOOST_AUTO_TEST_CASE(time_waits_to_loopback_give_their_ports_back_with_reuse_on_loopback)
{
    check_time_wait("2", 1000);
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace
