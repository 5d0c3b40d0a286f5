// What the checks say of what they cannot know.
#include <boost/test/unit_test.hpp>

#include "plugins/held_inquiry.h"
#include "plugins/ports_report.h"
#include "tests/unit/counted.h"
#include "tests/unit/throws.h"

namespace {

using namespace std::chrono_literals;
using checks::HeldInquiry;
using checks::HeldPolicy;
using checks::InDoubt;
using checks::PortsSituation;
using sample::Counted;
using sample::Manner;

PortsSituation assess(const std::vector<sockets::Socket>& sockets, const Manner& manner)
{
    Counted counted(sockets, manner);
    return checks::assess_ports(counted.snapshot(), counted.census(), 5, InDoubt::left);
}

/// Nothing of this asks the kernel.
HeldInquiry inquire(const sockets::Snapshot& snapshot, HeldPolicy policy)
{
    kernel::Oracle oracle;
    HeldInquiry inquiry = checks::inquire_held(snapshot, policy, oracle);
    BOOST_TEST(oracle.questions() == 0U);
    return inquiry;
}

BOOST_AUTO_TEST_SUITE(doubts)

BOOST_AUTO_TEST_CASE(nothing_is_told_if_nothing_is_in_doubt)
{
    BOOST_TEST(checks::tell_doubts(assess(sample::connections(9), {}), "", InDoubt::left).empty());
    BOOST_TEST(checks::tell_doubt({}).empty());
}

BOOST_AUTO_TEST_CASE(nothing_is_told_if_a_doubt_makes_no_difference)
{
    Manner manner;
    manner.asked = false;
    const std::string doubt = "so it is.";
    BOOST_TEST(
        checks::tell_doubts(assess(sample::connections(9), manner), doubt, InDoubt::left).empty());
}

BOOST_AUTO_TEST_CASE(what_is_in_doubt_is_told_and_which_end_is_judged)
{
    Manner manner;
    manner.asked = false;
    const PortsSituation situation = assess(
        sample::join(sample::connections(9), sample::connections(1, "10.0.0.6", 40020)), manner);
    const auto left = checks::tell_doubts(situation, "so it is.", InDoubt::left);
    BOOST_REQUIRE(left.size() == 2U);
    BOOST_TEST(left[0] == "so it is.");
    BOOST_TEST(left[1] == "Judged as if all that is in doubt were left (--in-doubt=left).");
    BOOST_TEST(checks::tell_doubts(situation, "so it is.", InDoubt::used).at(1) ==
               "Judged as if all that is in doubt were used (--in-doubt=used).");
}

BOOST_AUTO_TEST_CASE(reuse_that_was_not_proved_is_told)
{
    Manner manner;
    manner.settings = sample::settings(kernel::TimeWaitReuse::everywhere);
    const auto lines =
        checks::tell_doubts(assess({sample::time_wait(40000, 30s)}, manner), "", InDoubt::left);
    BOOST_REQUIRE(lines.size() == 2U);
    BOOST_TEST(holds(lines[0], "whether connect() takes over"));
}

BOOST_AUTO_TEST_CASE(nothing_is_asked_if_nothing_is_in_doubt)
{
    const auto idle = sample::snapshot({sample::listener(40000)});
    const HeldInquiry inquiry = inquire(idle, HeldPolicy::ask);
    BOOST_TEST(inquiry.held.is_exact());
    BOOST_TEST(inquiry.held.known.size() == 1U);
    BOOST_TEST(inquiry.obstacle.empty());
    kernel::Oracle oracle;
    std::string obstacle;
    const ports::HiddenPorts hidden = checks::inquire_hidden(idle, oracle, obstacle);
    BOOST_TEST(hidden.found.size() == 0U);
    BOOST_TEST(hidden.at_most == 0U);
    BOOST_TEST(oracle.questions() == 0U);
}

BOOST_AUTO_TEST_CASE(nothing_is_asked_if_the_user_wants_only_to_count)
{
    sockets::Snapshot snapshot = sample::snapshot(sample::connections(9));
    snapshot.hidden_at_most = 3;
    const HeldInquiry inquiry = inquire(snapshot, HeldPolicy::count);
    BOOST_TEST(inquiry.held.in_doubt() == 12U);
    BOOST_TEST(checks::tell_doubt(inquiry) == "12 more ports may be held: "
                                              "the kernel was not asked (--held=count).");
}

BOOST_AUTO_TEST_CASE(why_the_kernel_could_not_be_asked_is_told)
{
    HeldInquiry inquiry;
    inquiry.held.doubtful = sample::port_set(40000, 40004);
    inquiry.obstacle = "a socket was refused";
    BOOST_TEST(checks::tell_doubt(inquiry) ==
               "5 more ports may be held: the kernel could not be asked: a "
               "socket was refused.");
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace
