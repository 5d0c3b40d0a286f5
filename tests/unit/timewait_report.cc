// What check_ephemeral_timewait says.
#include <boost/test/unit_test.hpp>

#include "plugins/timewait_situation.h"
#include "tests/unit/report_text.h"
#include "tests/unit/sample.h"
#include "tests/unit/throws.h"

namespace {

using namespace std::chrono_literals;
using checks::Makers;
using checks::TimeWaitCounts;
using plugin::Range;
using plugin::Report;

plugin::Thresholds thresholds()
{
    return {Range::parse("800", Range::Unit::none), Range::parse("950", Range::Unit::none)};
}

Report report(const TimeWaitCounts& counts, const std::optional<Makers>& makers = {},
              const kernel::PortSettings& settings = sample::settings())
{
    return checks::report_time_wait(counts, makers, settings, thresholds());
}

/// 25 closes a second, of which 10 s are there.
sockets::Snapshot stream(const kernel::PortSettings& settings)
{
    std::vector<sockets::Socket> sockets;
    for (std::uint16_t i = 0; i < 250; ++i)
        sockets.push_back(sample::time_wait(40000 + i, i * 40ms));
    return sample::snapshot(sockets, settings);
}

BOOST_AUTO_TEST_SUITE(timewait_report)

BOOST_AUTO_TEST_CASE(labels_are_in_the_order_that_is_fixed_for_ever)
{
    const Makers makers = checks::find_makers(sample::snapshot({}), 5);
    BOOST_TEST(labels(report({1, 2, 1000}, makers)) ==
               "time_wait time_wait_ephemeral reusable close_rate worst_time_wait overflows "
               "range_size");
}

BOOST_AUTO_TEST_CASE(what_was_not_measured_is_left_out)
{
    BOOST_TEST(labels(report({1, 2, 1000})) == "time_wait overflows range_size");
    BOOST_TEST(labels(report({1, std::nullopt, std::nullopt})) == "time_wait range_size");
    BOOST_TEST(report({1, std::nullopt, std::nullopt}).sentence == "1 in TIME_WAIT");
    BOOST_TEST(report({1, 0, 1000}).tables.empty());
}

BOOST_AUTO_TEST_CASE(the_count_is_judged_and_its_share_of_the_cap_told)
{
    const Report ok = report({800, 0, 1000});
    BOOST_TEST(name(ok.state) == "OK");
    BOOST_TEST(ok.sentence == "800 in TIME_WAIT, 80% of tcp_max_tw_buckets");
    BOOST_TEST(perfdata(ok) == "time_wait=800;800;950;0;1000 overflows=0c range_size=64");
    const Report warning = report({801, 0, 1000});
    BOOST_TEST(name(warning.state) == "WARNING");
    BOOST_TEST(holds(warning.sentence, "(time_wait 801 > 800)"));
    BOOST_TEST(details_hold(warning, "At tcp_max_tw_buckets (1000)"));
    BOOST_TEST(!details_hold(ok, "tcp_max_tw_buckets"));
}

BOOST_AUTO_TEST_CASE(a_cap_that_is_reached_is_told_whatever_is_judged)
{
    BOOST_TEST(details_hold(report({500, 0, 500}), "The cap is reached: at tcp_max_tw_buckets"));
    BOOST_TEST(!details_hold(report({499, 0, 500}), "The cap is reached"));
    BOOST_TEST(holds(report({0, 0, 0}).sentence, "tcp_max_tw_buckets is 0"));
}

BOOST_AUTO_TEST_CASE(closes_without_time_wait_are_told_if_there_were_any)
{
    BOOST_TEST(holds(report({1, 7, 1000}).sentence,
                     "; 7 closed without TIME_WAIT since start, for lack of room"));
    BOOST_TEST(!holds(report({1, 0, 1000}).sentence, "without TIME_WAIT"));
}

BOOST_AUTO_TEST_CASE(who_makes_them_is_named_with_the_rate)
{
    const kernel::PortSettings settings = sample::settings({40000, 40999});
    const Report ok = report({250, 0, 1000}, checks::find_makers(stream(settings), 5), settings);
    BOOST_TEST(ok.sentence == "250 in TIME_WAIT, 25% of tcp_max_tw_buckets, most from 10.0.0.1 to "
                              "10.0.0.5:5432; 250 on ephemeral ports, 25 closes/s");
    BOOST_TEST(perfdata(ok) == "time_wait=250;800;950;0;1000 time_wait_ephemeral=250 reusable=0 "
                               "close_rate=25 worst_time_wait=250 overflows=0c range_size=1000");
    BOOST_TEST(keys(ok.tables.at(0)) ==
               "time_wait reusable close_rate minute_close_rate ages source destination "
               "destination_address destination_port interface");
    BOOST_TEST(cell(ok, 0, "time_wait") == "250");
    BOOST_TEST(cell(ok, 0, "close_rate") == "25");
    BOOST_TEST(cell(ok, 0, "minute_close_rate") == "4.2");
    BOOST_TEST(cell(ok, 0, "destination") == "10.0.0.5:5432");
}

BOOST_AUTO_TEST_CASE(ages_are_twenty_numbers_the_oldest_first)
{
    const kernel::PortSettings settings = sample::settings({40000, 40999});
    const Report ok = report({250, 0, 1000}, checks::find_makers(stream(settings), 5), settings);
    const auto& numbers =
        std::get<plugin::Cell::Numbers>(ok.tables.at(0).rows().at(0).at(4).value()).values;
    std::vector<double> expected(20);
    expected[19] = expected[18] = expected[17] = 75;
    expected[16] = 25;
    BOOST_TEST(numbers == expected, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(a_table_without_rows_is_there_if_none_is_listed)
{
    const kernel::PortSettings settings = sample::settings({40000, 40999});
    const Report ok = report({250, 0, 1000}, checks::find_makers(stream(settings), 0), settings);
    BOOST_REQUIRE(ok.tables.size() == 1U);
    BOOST_TEST(ok.tables.at(0).name() == "makers");
    BOOST_TEST(ok.tables.at(0).rows().empty());
    BOOST_TEST(holds(ok.sentence, "most from 10.0.0.1 to 10.0.0.5:5432"));
    BOOST_TEST(holds(perfdata(ok), "worst_time_wait=250"));
}

BOOST_AUTO_TEST_CASE(reuse_that_is_not_proved_gives_reusable_two_ends)
{
    const kernel::PortSettings settings =
        sample::settings(kernel::TimeWaitReuse::everywhere, {40000, 40999});
    const Report ok = report({250, 0, 1000}, checks::find_makers(stream(settings), 5), settings);
    BOOST_TEST(holds(perfdata(ok), " reusable=225 "));
    BOOST_TEST(holds(perfdata(ok), " range_size=1000 reusable_least=0"));
    BOOST_TEST(details_hold(ok, "tcp_tw_reuse is 1"));
}

BOOST_AUTO_TEST_CASE(those_that_take_no_ephemeral_port_and_fin_wait2s_are_explained)
{
    Makers makers = checks::find_makers(sample::snapshot({}), 5);
    makers.total.time_wait = 80;
    makers.fin_wait2 = 5;
    BOOST_TEST(details_hold(report({90, 0, 1000}, makers),
                            "5 of those in TIME_WAIT are still in FIN_WAIT2"));
    BOOST_TEST(details_hold(report({90, 0, 1000}, makers),
                            "5 of those in TIME_WAIT take no ephemeral port"));
    BOOST_TEST(!details_hold(report({85, 0, 1000}, makers),
                             "of those in TIME_WAIT take no ephemeral port"));
    makers.fin_wait2 = 4;
    BOOST_TEST(!details_hold(report({84, 0, 1000}, makers), "FIN_WAIT2"));
    // The counter was read earlier than the sockets.
    BOOST_TEST(!details_hold(report({50, 0, 1000}, makers),
                             "of those in TIME_WAIT take no ephemeral port"));
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace
