// What check_ephemeral_ports says.
#include "plugins/ports_report.h"

#include <boost/test/unit_test.hpp>

#include "tests/unit/counted.h"
#include "tests/unit/report_text.h"
#include "tests/unit/throws.h"

namespace {

using namespace std::chrono_literals;
using checks::InDoubt;
using checks::PortsJudgement;
using checks::PortsSituation;
using plugin::Range;
using plugin::Report;
using sample::Counted;
using sample::Manner;

PortsJudgement judgement(InDoubt in_doubt = InDoubt::left)
{
    return {{Range::parse("66", Range::Unit::percent), Range::parse("90", Range::Unit::percent)},
            {},
            in_doubt};
}

Report report(const std::vector<sockets::Socket>& sockets, const Manner& manner = {},
              const PortsJudgement& judged = judgement(), std::size_t rows = 5)
{
    Counted counted(sockets, manner);
    PortsSituation situation =
        checks::assess_ports(counted.snapshot(), counted.census(), rows, judged.in_doubt);
    situation.watches_all = manner.watch.covers_all();
    return checks::report_ports(situation, judged);
}

Manner not_asked()
{
    Manner manner;
    manner.asked = false;
    return manner;
}

/// 10 live ones, and 40 to destinations of their own on other ports.
std::vector<sockets::Socket> proxy()
{
    auto sockets = sample::connections(10);
    for (std::uint16_t i = 0; i < 40; ++i)
        sockets.push_back(sample::connection(40010 + i, "10.0.1." + std::to_string(i)));
    return sockets;
}

BOOST_AUTO_TEST_SUITE(ports_report)

BOOST_AUTO_TEST_CASE(labels_are_in_the_order_that_is_fixed_for_ever)
{
    const std::string expected =
        "usage used left held projected range_size time_wait tuples sockets";
    BOOST_TEST(labels(report({})) == expected);
    BOOST_TEST(labels(report(sample::connections(60))) == expected);
}

BOOST_AUTO_TEST_CASE(an_idle_host_is_ok)
{
    const Report idle = report({});
    BOOST_TEST(name(idle.state) == "OK");
    BOOST_TEST(idle.sentence == "64 of 64 ports left to any destination, no outgoing connection");
    BOOST_TEST(perfdata(idle) ==
               "usage=0%;66;90;0;100 used=0;;;0;64 left=64;;;0;64 held=0;;;0;64 projected=0%;;;0 "
               "range_size=64 time_wait=0 tuples=0 sockets=0");
}

BOOST_AUTO_TEST_CASE(the_worst_tuple_is_named_with_what_is_held_and_what_was_broken)
{
    const Report warning = report(sample::join(
        std::vector<sockets::Socket>{sample::listener(40063)}, sample::connections(45)));
    BOOST_TEST(name(warning.state) == "WARNING");
    BOOST_TEST(warning.sentence == "18 of 64 ports left from 10.0.0.1 to 10.0.0.5:5432 "
                                   "(usage 71.9% > 66%); 1 held");
    BOOST_TEST(perfdata(warning) ==
               "usage=71.9%;66;90;0;100 used=46;;;0;64 left=18;;;0;64 held=1;;;0;64 "
               "projected=71.9%;;;0 range_size=64 time_wait=0 tuples=1 sockets=45");
    BOOST_TEST(name(report(sample::connections(64)).state) == "CRITICAL");
    BOOST_TEST(name(report(sample::connections(42)).state) == "OK");
}

BOOST_AUTO_TEST_CASE(options_that_select_nothing_are_told_from_an_idle_host)
{
    Manner manner;
    manner.watch.destinations = {ports::Destination::parse("10.0.0.9")};
    BOOST_TEST(report(sample::connections(3), manner).sentence ==
               "64 of 64 ports left to a new destination, no matching connection");
}

BOOST_AUTO_TEST_CASE(where_it_is_heading_is_told_if_that_breaks_a_threshold)
{
    std::vector<sockets::Socket> sockets;
    for (std::uint16_t i = 0; i < 10; ++i)
        sockets.push_back(sample::time_wait(40000 + i, i * 500ms));
    PortsJudgement projected = judgement();
    projected.projected = {{}, Range::parse("100", Range::Unit::percent)};
    const Report critical = report(sockets, {}, projected);
    BOOST_TEST(name(critical.state) == "CRITICAL");
    BOOST_TEST(holds(critical.sentence, "54 of 64 ports left from 10.0.0.1 to 10.0.0.5:5432; "
                                        "projected 187.5% > 100%; gone in 27 s at the present 2 "
                                        "closes/s"));
    BOOST_TEST(holds(perfdata(critical), "projected=187.5%;;100;0 "));
    BOOST_TEST(name(report(sockets).state) == "OK");
}

BOOST_AUTO_TEST_CASE(a_figure_with_two_ends_has_both_and_the_better_one_is_judged)
{
    const Report between = report(proxy(), not_asked());
    BOOST_TEST(name(between.state) == "OK");
    BOOST_TEST(between.sentence ==
               "between 14 and 54 of 64 ports left from 10.0.0.1 to 10.0.0.5:5432");
    BOOST_TEST(perfdata(between) ==
               "usage=15.6%;66;90;0;100 used=10;;;0;64 left=54;;;0;64 projected=15.6%;;;0 "
               "range_size=64 time_wait=0 tuples=41 sockets=50 usage_most=78.1%;;;0;100 "
               "used_most=50;;;0;64 left_least=14;;;0;64 projected_most=78.1%;;;0");
}

BOOST_AUTO_TEST_CASE(the_careful_judge_the_worse_end_which_has_the_thresholds_then)
{
    PortsJudgement careful = judgement(InDoubt::used);
    careful.projected = {Range::parse("70", Range::Unit::percent), {}};
    const Report warning = report(proxy(), not_asked(), careful);
    BOOST_TEST(name(warning.state) == "WARNING");
    BOOST_TEST(holds(warning.sentence, "(usage_most 78.1% > 66%)"));
    BOOST_TEST(holds(warning.sentence, "; projected_most 78.1% > 70%"));
    BOOST_TEST(holds(perfdata(warning), "usage=15.6%;;;0;100 "));
    BOOST_TEST(holds(perfdata(warning), "usage_most=78.1%;66;90;0;100 "));
    BOOST_TEST(holds(perfdata(warning), "projected=15.6%;;;0 "));
    BOOST_TEST(holds(perfdata(warning), "projected_most=78.1%;70;;0"));
}

BOOST_AUTO_TEST_CASE(the_careful_judge_what_is_certain_as_everybody_does)
{
    const Report certain = report(sample::connections(45), {}, judgement(InDoubt::used));
    BOOST_TEST(name(certain.state) == "WARNING");
    BOOST_TEST(holds(perfdata(certain), "usage=70.3%;66;90;0;100 "));
    BOOST_TEST(!holds(perfdata(certain), "most"));
}

BOOST_AUTO_TEST_CASE(held_ports_are_left_out_if_not_all_of_them_are_known)
{
    auto sockets = proxy();
    sockets.insert(sockets.begin(), sample::listener(40063));
    const Report between = report(sockets, not_asked());
    BOOST_TEST(!holds(labels(between), "held"));
    BOOST_TEST(!holds(between.sentence, "held"));
    BOOST_TEST(holds(labels(report(sockets)), "held"));
}

BOOST_AUTO_TEST_CASE(rows_have_their_parts_which_add_up)
{
    Manner manner;
    manner.held = sample::port_set(40000, 40001);
    const Report one =
        report(sample::join(sample::connections(5),
                            std::vector<sockets::Socket>{sample::time_wait(40010, 5s),
                                                         sample::fin_wait2(40011, 50s)},
                            sample::connections(2, "10.0.0.6", 40000)),
               manner);
    BOOST_TEST(keys(one.tables.at(0)) ==
               "used left used_most left_least usage usage_most projected projected_most "
               "established time_wait reusable other held_by_others source destination "
               "destination_address destination_port interface live_owners");
    BOOST_TEST(cell(one, 0, "used") == "7");
    BOOST_TEST(cell(one, 0, "left") == "57");
    BOOST_TEST(cell(one, 0, "used_most") == "");
    BOOST_TEST(cell(one, 0, "left_least") == "");
    BOOST_TEST(cell(one, 0, "usage") == "10.9");
    BOOST_TEST(cell(one, 0, "usage_most") == "");
    BOOST_TEST(cell(one, 0, "established") == "5");
    BOOST_TEST(cell(one, 0, "time_wait") == "1");
    BOOST_TEST(cell(one, 0, "reusable") == "0");
    BOOST_TEST(cell(one, 0, "other") == "1");
    BOOST_TEST(cell(one, 0, "held_by_others") == "0");
    BOOST_TEST(cell(one, 1, "held_by_others") == "0");
    BOOST_TEST(cell(one, 0, "destination") == "10.0.0.5:5432");
    BOOST_TEST(cell(one, 0, "destination_address") == "10.0.0.5");
    BOOST_TEST(cell(one, 0, "destination_port") == "5432");
    BOOST_TEST(cell(one, 0, "interface") == "0");
}

BOOST_AUTO_TEST_CASE(rows_in_doubt_have_their_other_end)
{
    const Report between = report(proxy(), not_asked(), judgement(), 2);
    BOOST_TEST(cell(between, 1, "used") == "1");
    BOOST_TEST(cell(between, 1, "used_most") == "50");
    BOOST_TEST(cell(between, 1, "left_least") == "14");
    BOOST_TEST(cell(between, 1, "projected_most") == "78.1");
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace
