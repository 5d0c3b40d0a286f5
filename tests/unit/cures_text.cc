// How cures are told: best first, a line each, and to programs as rows.
#include "plugins/cures_text.h"

#include <boost/test/unit_test.hpp>

#include "common/plugin/output_json.h"
#include "tests/unit/report_text.h"
#include "tests/unit/sample.h"

namespace {

using checks::Ends;
using checks::ToldCure;

plugin::Report told(const std::vector<ToldCure>& cures)
{
    plugin::Report report;
    report.judge(plugin::State::warning);
    checks::tell_cures("What would help, best first:", cures, {"left", "left", "", true}, report);
    return report;
}

BOOST_AUTO_TEST_SUITE(cures_text)

BOOST_AUTO_TEST_CASE(the_best_comes_first_and_both_ends_and_conditions_are_told)
{
    const plugin::Report report =
        told({{"a pool", "", {20, 20}, {12, 12}},
              {"net.ipv4.tcp_tw_reuse=1", "the other end does", {60, 60}, {12, 12}},
              {"a change", "", {40, 60}, {10, 12}}});
    const std::vector<std::string> expected = {
        "What would help, best first:",
        "  net.ipv4.tcp_tw_reuse=1: 60 left instead of 12, if the other end does",
        "  a change: between 40 and 60 left instead of between 10 and 12",
        "  a pool: 20 left instead of 12"};
    BOOST_TEST(report.details == expected, boost::test_tools::per_element());
    BOOST_TEST(report.tables.front().lines().empty());
}

BOOST_AUTO_TEST_CASE(a_program_gets_the_second_end_only_if_there_is_one)
{
    const std::string json = format_json(
        {}, told({{"one", "", {20, 20}, {12, 12}},
                  {"other", "it can", {10, 20}, {11, 12}, Ends{5, 7.5}, Ends{90, 90}}}));
    BOOST_TEST(holds(json, R"("cures":[{"cure":"one","left":20,"instead_of":12},)"
                           R"({"cure":"other","left":20,"left_least":10,"instead_of":12,)"
                           R"("instead_of_least":11,"projected":5,"projected_most":7.5,)"
                           R"("projected_instead_of":90,"condition":"it can"}])"),
               json);
}

BOOST_AUTO_TEST_CASE(nothing_is_told_if_there_is_no_cure_and_the_table_is_empty)
{
    const plugin::Report report = told({});
    BOOST_TEST(report.details.empty());
    BOOST_TEST(report.tables.front().rows().empty());
}

BOOST_AUTO_TEST_CASE(what_a_wider_range_needs_reserved_stands_before_it)
{
    const kernel::PortSettings present = sample::settings();
    kernel::PortSettings wide = present;
    wide.range = {15000, 60999};
    BOOST_TEST(checks::name_wider_range(wide, present) ==
               "net.ipv4.ip_local_port_range=15000 60999");
    wide.reserved = net::parse_port_list("8080,15672-15673");
    BOOST_TEST(checks::name_wider_range(wide, present) ==
               "net.ipv4.ip_local_reserved_ports=8080,15672-15673 and "
               "net.ipv4.ip_local_port_range=15000 60999");
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace
