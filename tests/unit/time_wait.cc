// When connect() takes a TIME_WAIT over: tcp_twsk_unique(), rule by rule.
#include "common/ports/time_wait.h"

#include <boost/test/unit_test.hpp>

#include "tests/unit/sample.h"

namespace {

using kernel::TimeWaitReuse;
using ports::TimeWaitPolicy;
using ports::TimeWaitRule;
using namespace std::chrono_literals;

kernel::PortSettings settings(TimeWaitReuse reuse)
{
    kernel::PortSettings settings = sample::settings();
    settings.time_wait_reuse = reuse;
    return settings;
}

bool reusable(TimeWaitReuse reuse, const sockets::Socket& socket,
              TimeWaitPolicy policy = TimeWaitPolicy::kernel_rule)
{
    return TimeWaitRule(settings(reuse), policy).is_reusable(socket);
}

const sockets::Socket remote = sample::time_wait(40000, 5s);
const sockets::Socket local = sample::time_wait(40000, 5s, "127.0.0.1", "127.0.0.1");

BOOST_AUTO_TEST_SUITE(time_wait)

BOOST_AUTO_TEST_CASE(never_reusable_where_tcp_tw_reuse_is_0)
{
    BOOST_TEST(!reusable(TimeWaitReuse::never, remote));
    BOOST_TEST(!reusable(TimeWaitReuse::never, local));
}

BOOST_AUTO_TEST_CASE(reusable_towards_every_destination_where_tcp_tw_reuse_is_1)
{
    BOOST_TEST(reusable(TimeWaitReuse::everywhere, remote));
    BOOST_TEST(reusable(TimeWaitReuse::everywhere, local));
}

BOOST_AUTO_TEST_CASE(reusable_on_loopback_alone_where_tcp_tw_reuse_is_2)
{
    BOOST_TEST(!reusable(TimeWaitReuse::loopback, remote));
    BOOST_TEST(reusable(TimeWaitReuse::loopback, local));
    for (const char* address : {"127.9.9.9", "::1", "::ffff:127.0.0.1"}) {
        BOOST_TEST(
            reusable(TimeWaitReuse::loopback, sample::time_wait(40000, 5s, address, address)),
            address);
    }
}

BOOST_AUTO_TEST_CASE(one_loopback_end_is_enough)
{
    BOOST_TEST(
        reusable(TimeWaitReuse::loopback, sample::time_wait(40000, 5s, "10.0.0.1", "127.0.0.1")));
    BOOST_TEST(
        reusable(TimeWaitReuse::loopback, sample::time_wait(40000, 5s, "127.0.0.1", "10.0.0.1")));
}

BOOST_AUTO_TEST_CASE(bound_to_the_loopback_device_is_enough)
{
    sockets::Socket socket = remote;
    socket.device = 1;
    BOOST_TEST(reusable(TimeWaitReuse::loopback, socket));
    socket.device = 2;
    BOOST_TEST(!reusable(TimeWaitReuse::loopback, socket));
}

BOOST_AUTO_TEST_CASE(not_reusable_before_the_delay)
{
    kernel::PortSettings slow = settings(TimeWaitReuse::everywhere);
    slow.time_wait_reuse_delay = 2500ms;
    const TimeWaitRule rule(slow, TimeWaitPolicy::kernel_rule);
    BOOST_TEST(!rule.is_reusable(sample::time_wait(40000, 2499ms)));
    BOOST_TEST(rule.is_reusable(sample::time_wait(40000, 2500ms)));
    BOOST_TEST(rule.is_reusable(sample::time_wait(40000, 60s)));
}

BOOST_AUTO_TEST_CASE(not_reusable_without_timestamps)
{
    kernel::PortSettings plain = settings(TimeWaitReuse::everywhere);
    plain.timestamps = false;
    BOOST_TEST(!TimeWaitRule(plain, TimeWaitPolicy::kernel_rule).is_reusable(remote));
}

BOOST_AUTO_TEST_CASE(nothing_but_a_time_wait_is_ever_reusable)
{
    using sockets::SocketState;
    for (const SocketState state :
         {SocketState::fin_wait2, SocketState::established, SocketState::fin_wait1,
          SocketState::close_wait, SocketState::last_ack, SocketState::closing,
          SocketState::syn_sent}) {
        sockets::Socket socket = local;
        socket.state = state;
        for (const TimeWaitPolicy policy :
             {TimeWaitPolicy::kernel_rule, TimeWaitPolicy::count, TimeWaitPolicy::ignore})
            BOOST_TEST(!reusable(TimeWaitReuse::everywhere, socket, policy));
    }
}

BOOST_AUTO_TEST_CASE(user_may_count_them_all_or_none)
{
    BOOST_TEST(!reusable(TimeWaitReuse::everywhere, local, TimeWaitPolicy::count));
    BOOST_TEST(reusable(TimeWaitReuse::never, remote, TimeWaitPolicy::ignore));
    BOOST_TEST(
        reusable(TimeWaitReuse::never, sample::time_wait(40000, 0s), TimeWaitPolicy::ignore));
}

BOOST_AUTO_TEST_CASE(age_is_what_is_gone_of_a_minute_and_never_negative)
{
    BOOST_TEST((ports::time_wait_age(sample::time_wait(40000, 5s)) == 5s));
    BOOST_TEST((ports::time_wait_age(sample::time_wait(40000, -20ms)) == 0s));
    sockets::Socket socket = remote;
    socket.expires_in = 0s;
    BOOST_TEST((ports::time_wait_age(socket) == 60s));
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace
