// Who closed, from several looks.
#include "common/ports/closing_watch.h"

#include <boost/test/unit_test.hpp>

#include "tests/unit/sample.h"

namespace {

using namespace std::chrono_literals;
using ports::ClosingWatch;
using sockets::Owner;

const Owner churn = {200, 0};

struct Watch {
    ClosingWatch watch{{{net::Address::parse("10.0.0.1"), net::Address::parse("10.0.0.5"), 5432}}};

    void look(std::chrono::milliseconds since_start, const std::vector<sockets::Socket>& sockets)
    {
        watch.look(sample::snapshot(sockets), since_start);
    }
    [[nodiscard]] std::size_t of_churn() const
    {
        const auto found = watch.by_owner().find(churn);
        return found == watch.by_owner().end() ? 0 : found->second;
    }
};

BOOST_FIXTURE_TEST_SUITE(closing_watch, Watch)

BOOST_AUTO_TEST_CASE(what_was_seen_open_has_its_owner_once_it_is_closed)
{
    look(0ms, {sample::owned(sample::connection(40000), churn)});
    look(20ms, {sample::time_wait(40000, 10ms)});
    BOOST_TEST(watch.closed() == 1);
    BOOST_TEST(of_churn() == 1);
}

BOOST_AUTO_TEST_CASE(what_opened_and_closed_between_two_looks_is_counted_without_an_owner)
{
    look(0ms, {});
    look(20ms, {sample::time_wait(40000, 10ms)});
    BOOST_TEST(watch.closed() == 1);
    BOOST_TEST(of_churn() == 0);
}

BOOST_AUTO_TEST_CASE(what_closed_before_the_first_look_is_not_counted)
{
    look(0ms, {sample::time_wait(40000, 5s)});
    look(20ms, {sample::time_wait(40000, 5020ms)});
    BOOST_TEST(watch.closed() == 0);
}

BOOST_AUTO_TEST_CASE(a_time_wait_that_is_seen_again_counts_once)
{
    look(0ms, {sample::owned(sample::connection(40000), churn)});
    look(20ms, {sample::time_wait(40000, 10ms)});
    look(40ms, {sample::time_wait(40000, 30ms)});
    BOOST_TEST(watch.closed() == 1);
}

BOOST_AUTO_TEST_CASE(a_port_that_is_taken_over_counts_again)
{
    look(0ms, {sample::owned(sample::connection(40000), churn)});
    look(20ms, {sample::time_wait(40000, 10ms)});
    look(40ms, {sample::owned(sample::connection(40000), churn)});
    look(60ms, {sample::time_wait(40000, 10ms)});
    BOOST_TEST(watch.closed() == 2);
    BOOST_TEST(of_churn() == 2);
}

BOOST_AUTO_TEST_CASE(other_tuples_do_not_count)
{
    look(0ms, {sample::owned(sample::connection(40000, "10.0.0.6"), churn)});
    look(20ms, {sample::time_wait(40000, 10ms, "10.0.0.6")});
    BOOST_TEST(watch.closed() == 0);
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace
