// When connect() takes a TIME_WAIT over: tcp_twsk_unique(), rule by rule.
#include "common/ports/time_wait.h"

#include <boost/test/unit_test.hpp>

#include "tests/unit/sample.h"
#include "tests/unit/throws.h"

namespace {

using kernel::TimeWaitReuse;
using ports::Reuse;
using ports::TimeWaitPolicy;
using ports::TimeWaitRule;
using namespace std::chrono_literals;

net::Tuple tuple(const char* source, const char* destination, std::uint32_t device = 0)
{
    return {net::Address::parse(source), net::Address::parse(destination), 5432, device};
}

const net::Tuple remote = tuple("10.0.0.1", "10.0.0.5");
const net::Tuple local = tuple("127.0.0.1", "127.0.0.1");

Reuse reuse(const kernel::PortSettings& settings, const net::Tuple& tuple,
            TimeWaitPolicy policy = TimeWaitPolicy::kernel_rule)
{
    return TimeWaitRule(settings, policy).of(tuple);
}

Reuse reuse(TimeWaitReuse setting, const net::Tuple& tuple)
{
    return reuse(sample::settings(setting), tuple);
}

BOOST_AUTO_TEST_SUITE(time_wait)

BOOST_AUTO_TEST_CASE(never_reusable_if_tcp_tw_reuse_is_0)
{
    BOOST_TEST((reuse(TimeWaitReuse::never, remote) == Reuse::never));
    BOOST_TEST((reuse(TimeWaitReuse::never, local) == Reuse::never));
}

BOOST_AUTO_TEST_CASE(reusable_towards_every_destination_if_tcp_tw_reuse_is_1_and_it_can_be_proved)
{
    BOOST_TEST((reuse(TimeWaitReuse::everywhere, remote) == Reuse::unproven));
    BOOST_TEST((reuse(TimeWaitReuse::everywhere, local) == Reuse::certain));
}

BOOST_AUTO_TEST_CASE(reusable_on_loopback_alone_if_tcp_tw_reuse_is_2)
{
    BOOST_TEST((reuse(TimeWaitReuse::loopback, remote) == Reuse::never));
    BOOST_TEST((reuse(TimeWaitReuse::loopback, local) == Reuse::certain));
    for (const char* address : {"127.9.9.9", "::1", "::ffff:127.0.0.1"})
        BOOST_TEST((reuse(TimeWaitReuse::loopback, tuple(address, address)) == Reuse::certain),
                   address);
}

BOOST_AUTO_TEST_CASE(one_loopback_end_is_enough)
{
    BOOST_TEST((reuse(TimeWaitReuse::loopback, tuple("127.0.0.1", "10.0.0.1")) == Reuse::certain));
    BOOST_TEST((reuse(TimeWaitReuse::loopback, tuple("10.0.0.1", "127.0.0.1")) == Reuse::certain));
}

BOOST_AUTO_TEST_CASE(bound_to_the_loopback_device_is_enough)
{
    BOOST_TEST(
        (reuse(TimeWaitReuse::loopback, tuple("10.0.0.1", "10.0.0.5", 1)) == Reuse::certain));
    BOOST_TEST((reuse(TimeWaitReuse::loopback, tuple("10.0.0.1", "10.0.0.5", 2)) == Reuse::never));
}

BOOST_AUTO_TEST_CASE(a_setting_that_is_not_known_has_to_be_proved_on_loopback_too)
{
    kernel::PortSettings settings = sample::settings();
    settings.time_wait_reuse.reset();
    BOOST_TEST((reuse(settings, remote) == Reuse::unproven));
    BOOST_TEST((reuse(settings, local) == Reuse::unproven));
}

BOOST_AUTO_TEST_CASE(timestamps_that_are_off_may_have_been_on_when_the_connection_was_made)
{
    kernel::PortSettings settings = sample::settings();
    settings.timestamps = false;
    settings.time_wait_reuse = TimeWaitReuse::everywhere;
    BOOST_TEST((reuse(settings, remote) == Reuse::unproven));
    BOOST_TEST((reuse(settings, local) == Reuse::unproven));
    settings.time_wait_reuse = TimeWaitReuse::loopback;
    BOOST_TEST((reuse(settings, remote) == Reuse::never));
    BOOST_TEST((reuse(settings, local) == Reuse::unproven));
    settings.time_wait_reuse = TimeWaitReuse::never;
    BOOST_TEST((reuse(settings, local) == Reuse::never));
}

BOOST_AUTO_TEST_CASE(timestamps_that_are_not_known_have_to_be_proved_if_they_matter)
{
    kernel::PortSettings settings = sample::settings(TimeWaitReuse::loopback);
    settings.timestamps.reset();
    BOOST_TEST((reuse(settings, local) == Reuse::unproven));
    BOOST_TEST((reuse(settings, remote) == Reuse::never));
    settings.time_wait_reuse = TimeWaitReuse::never;
    BOOST_TEST((reuse(settings, local) == Reuse::never));
}

BOOST_AUTO_TEST_CASE(user_may_count_them_all_or_none)
{
    for (const TimeWaitReuse setting :
         {TimeWaitReuse::never, TimeWaitReuse::everywhere, TimeWaitReuse::loopback}) {
        kernel::PortSettings settings = sample::settings(setting);
        for (const bool timestamps : {false, true}) {
            settings.timestamps = timestamps;
            for (const net::Tuple& tuple : {remote, local}) {
                BOOST_TEST((reuse(settings, tuple, TimeWaitPolicy::count) == Reuse::never));
                BOOST_TEST((reuse(settings, tuple, TimeWaitPolicy::ignore) == Reuse::certain));
            }
        }
    }
}

BOOST_AUTO_TEST_CASE(the_delay_is_the_kernels_unless_all_are_ignored)
{
    kernel::PortSettings settings = sample::settings();
    settings.time_wait_reuse_delay = 2500ms;
    BOOST_TEST((TimeWaitRule(settings, TimeWaitPolicy::kernel_rule).delay() == 2500ms));
    BOOST_TEST((TimeWaitRule(settings, TimeWaitPolicy::ignore).delay() == 0ms));
}

BOOST_AUTO_TEST_CASE(age_is_what_is_gone_of_a_minute_and_never_negative)
{
    BOOST_TEST((ports::time_wait_age(55s) == 5s));
    BOOST_TEST((ports::time_wait_age(60'020ms) == 0s));
    BOOST_TEST((ports::time_wait_age(0s) == 60s));
}

BOOST_AUTO_TEST_CASE(the_rule_is_told_as_it_is)
{
    kernel::PortSettings settings = sample::settings();
    const auto told = [&](const char* part) { return holds(ports::explain_reuse(settings), part); };
    settings.time_wait_reuse_delay = 2500ms;
    BOOST_TEST(told("tcp_tw_reuse is 2: on loopback, connect() takes over"));
    BOOST_TEST(told("older than 2.5 s"));
    settings.time_wait_reuse = TimeWaitReuse::everywhere;
    BOOST_TEST(told("tcp_tw_reuse is 1: connect() takes over"));
    BOOST_TEST(told("older than 2.5 s, if both ends had TCP timestamps"));
    settings.timestamps.reset();
    BOOST_TEST(told("tcp_tw_reuse is 1: connect() takes over"));
    settings.timestamps = false;
    BOOST_TEST(told("tcp_timestamps is 0: connect() skips"));
    BOOST_TEST(told("unless TCP timestamps were on when it was made"));
    settings.time_wait_reuse.reset();
    BOOST_TEST(told("tcp_timestamps is 0: connect() skips"));
    settings.time_wait_reuse = TimeWaitReuse::never;
    BOOST_TEST(told("tcp_tw_reuse is 0: connect() skips"));
    settings.timestamps = true;
    settings.time_wait_reuse.reset();
    BOOST_TEST(told("tcp_tw_reuse is not known here"));
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace
