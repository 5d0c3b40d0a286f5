// What check_ephemeral_probe decides and says, without a kernel.
#include <boost/test/unit_test.hpp>

#include "plugins/probe_verdict.h"
#include "plugins/probe_words.h"
#include "tests/unit/report_text.h"

namespace {

using checks::ProbeFinding;
using plugin::State;
using Call = kernel::PortRequest::Call;

ProbeFinding given(const std::string& where, double seconds = 0.000005)
{
    return {Call::tcp_connect, "", where, 7, 0, seconds};
}

ProbeFinding refused(const std::string& where, int times = 7)
{
    return {Call::tcp_connect, "", where, 7, times, 0.001};
}

ProbeFinding unreachable(const std::string& where)
{
    ProbeFinding finding = {Call::tcp_connect, "", where, 0, 0, {}};
    finding.obstacle = "Network is unreachable";
    return finding;
}

ProbeFinding bind_to(const std::string& where)
{
    return {Call::tcp_bind, "", where, 7, 7, 0.001};
}

plugin::Thresholds warn_above(const std::string& seconds)
{
    return {plugin::Range::parse(seconds, plugin::Range::Unit::none), {}};
}

std::string told(std::vector<ProbeFinding> findings)
{
    checks::sort_worst_first(findings);
    return checks::summarize(findings, "");
}

BOOST_AUTO_TEST_SUITE(probe)

BOOST_AUTO_TEST_CASE(a_call_without_a_port_is_critical_whatever_cannot_be_judged)
{
    BOOST_TEST(
        (checks::judge_probe({refused("a"), unreachable("b")}, {}).state == State::critical));
    BOOST_TEST(
        (checks::judge_probe({unreachable("b"), refused("a", 1)}, {}).state == State::critical));
}

BOOST_AUTO_TEST_CASE(what_cannot_be_judged_is_unknown_beside_others_that_get_a_port)
{
    BOOST_TEST((checks::judge_probe({given("a"), unreachable("b")}, {}).state == State::unknown));
    BOOST_TEST(
        (checks::judge_probe({given("a", 0.01), unreachable("b")}, warn_above("0.001")).state ==
         State::unknown));
    BOOST_TEST(checks::probe_metrics({given("a"), unreachable("b")}, {}).size() == 1U);
    BOOST_TEST(checks::probe_metrics({unreachable("b")}, {}).empty());
}

BOOST_AUTO_TEST_CASE(the_longest_search_of_each_kind_of_call_is_judged_and_printed)
{
    ProbeFinding bind = bind_to("");
    bind.refused = 0;
    const std::vector<ProbeFinding> findings = {given("a", 0.002), given("b", 0.003), bind};
    const std::vector<plugin::Metric> metrics = checks::probe_metrics(findings, {});
    BOOST_REQUIRE(metrics.size() == 2U);
    BOOST_TEST(metrics[0].label == "search_time");
    BOOST_TEST(metrics[0].value.value() == 0.003);
    BOOST_TEST(metrics[1].label == "bind_search_time");

    BOOST_TEST((checks::judge_probe(findings, warn_above("0.003")).state == State::ok));
    const checks::ProbeVerdict verdict = checks::judge_probe(findings, warn_above("0.0025"));
    BOOST_TEST((verdict.state == State::warning));
    BOOST_TEST(verdict.reason == "search_time 0.003 s > 0.0025 s");
    BOOST_TEST(checks::judge_probe({given("a", 0.00001)}, warn_above("1:")).reason ==
               "search_time 0.00001 s < 1 s");
}

BOOST_AUTO_TEST_CASE(a_row_has_its_search_to_the_nanosecond_and_none_if_nothing_was_searched)
{
    plugin::Report report;
    report.tables = {checks::make_probe_table({given("a", 0.000001234), unreachable("b")})};
    BOOST_TEST(cell(report, 0, "search_time") == "0.000001234");
    BOOST_TEST(cell(report, 0, "search_microseconds") == "1.2");
    BOOST_TEST(cell(report, 1, "search_time") == "");
}

BOOST_AUTO_TEST_CASE(the_worst_comes_first)
{
    std::vector<ProbeFinding> findings = {given("fast"), given("slow", 0.1), unreachable("far"),
                                          refused("once", 1), refused("always")};
    checks::sort_worst_first(findings);
    const std::vector<std::string> expected = {"always", "once", "far", "slow", "fast"};
    for (std::size_t i = 0; i < expected.size(); ++i)
        BOOST_TEST(findings[i].where == expected[i]);
}

BOOST_AUTO_TEST_CASE(the_sentence_names_who_gets_no_port_and_counts_the_others)
{
    BOOST_TEST(told({given("10.0.0.5:80")}) ==
               "TCP connect() to 10.0.0.5:80 gets a port, found in 5 us");
    BOOST_TEST(told({unreachable("10.0.0.6:80"), refused("10.0.0.5:80")}) ==
               "TCP connect() to 10.0.0.5:80 gets no port: EADDRNOTAVAIL (Cannot assign requested "
               "address); 1 cannot be judged");
    BOOST_TEST(told({given("a"), unreachable("b"), given("c"), unreachable("d")}) ==
               "TCP connect() to b cannot be judged: Network is unreachable; 1 more cannot be "
               "judged; 2 others get one");
    const std::string both = told({refused("a"), given("b"), refused("c", 3)});
    BOOST_TEST(both.ends_with("; 1 more gets no port; the other gets one"), both);
    BOOST_TEST(told({refused("c", 3)}) ==
               "TCP connect() to c gets no port 3 times in 7: EADDRNOTAVAIL (Cannot assign "
               "requested address)");
}

BOOST_AUTO_TEST_CASE(the_details_say_what_the_errors_mean_and_what_cannot_be_judged)
{
    const plugin::Report report = checks::report_probe(
        {refused("a"), given("b", 0.01), unreachable("c"), refused("d")}, warn_above("0.001"));
    const std::vector<std::string> expected = {
        "TCP connect() says EADDRNOTAVAIL (Cannot assign requested address): every port was used "
        "by "
        "the tuple, or held.",
        "TCP connect() to c cannot be judged: Network is unreachable.",
        "search_time 0.01 s > 0.001 s.",
        "check_ephemeral_ports -w 0 --destination a says what would help, and how many ports it "
        "would leave."};
    BOOST_TEST(report.details == expected, boost::test_tools::per_element());
    BOOST_TEST(checks::report_probe({given("b", 0.01)}, warn_above("0.001")).sentence ==
               "TCP connect() to b gets a port, found in 10000 us (search_time 0.01 s > 0.001 s)");
}

BOOST_AUTO_TEST_CASE(the_advice_is_about_the_longest_search_and_not_about_what_cannot_be_judged)
{
    const plugin::Report report =
        checks::report_probe({given("b", 0.01), unreachable("c")}, warn_above("0.001"));
    BOOST_TEST((report.state == State::unknown));
    BOOST_TEST(details_hold(report, "--destination b says"));
    BOOST_TEST(!details_hold(report, "--destination c"));
}

BOOST_AUTO_TEST_CASE(critical_names_the_search_that_is_too_long_and_not_what_cannot_be_judged)
{
    plugin::Thresholds thresholds;
    thresholds.critical = plugin::Range::parse("0.001", plugin::Range::Unit::none);
    ProbeFinding udp = given("d", 0.02);
    udp.call = kernel::PortRequest::Call::udp_connect;
    const plugin::Report report =
        checks::report_probe({unreachable("c"), given("b", 0.01), udp}, thresholds);
    BOOST_TEST((report.state == State::critical));
    BOOST_TEST(report.sentence ==
               "UDP connect() to d gets a port, found in 20000 us (udp_search_time 0.02 s > "
               "0.001 s); 1 cannot be judged; the other gets one");
    BOOST_TEST(details_hold(report, "c cannot be judged: Network is unreachable."));
}

BOOST_AUTO_TEST_CASE(no_clause_is_left_out_before_one_that_is_said)
{
    ProbeFinding full = refused("10.0.100.100:80");
    full.source = "10.0.0.1";
    const std::string line = told({full, refused("b"), given("c")});
    BOOST_TEST(line.ends_with("EADDRNOTAVAIL; 1 more gets no port; the other gets one"), line);
}

BOOST_AUTO_TEST_CASE(the_sentence_names_the_source_that_was_asked_for)
{
    ProbeFinding finding = given("10.0.0.5:80");
    finding.source = "10.9.0.1";
    BOOST_TEST(told({finding}).starts_with("TCP connect() from 10.9.0.1 to 10.0.0.5:80 gets"));
    BOOST_TEST(checks::make_probe_table({finding}).lines().front().find("from") !=
               std::string::npos);
    BOOST_TEST(checks::make_probe_table({given("a")}).lines().front().find("from") ==
               std::string::npos);
}

/// bind() to an address with so many ports left, where so many sockets may be hidden.
ProbeFinding computed(std::size_t left, std::size_t doubtful, std::size_t hidden)
{
    ProbeFinding finding = bind_to("10.9.0.1");
    ports::BindUsage usage;
    usage.used = 64 - left - doubtful;
    usage.used_most = 64 - left + std::min(left, hidden);
    checks::conclude_bind(finding, usage, 64);
    return finding;
}

BOOST_AUTO_TEST_CASE(bind_to_an_address_gets_a_port_if_one_is_left_to_it)
{
    const ProbeFinding finding = computed(54, 0, 4);
    BOOST_TEST(!finding.fails());
    BOOST_TEST((checks::judge_probe({finding}, {}).state == State::ok));
    BOOST_TEST(told({finding}) == "TCP bind() to 10.9.0.1 gets a port, at least 50 left");
    // Nobody asked, so nothing was timed.
    BOOST_TEST(checks::probe_metrics({finding}, {}).empty());
    BOOST_TEST(finding.asked == 0);
}

BOOST_AUTO_TEST_CASE(bind_to_an_address_without_a_port_is_critical)
{
    const ProbeFinding finding = computed(0, 0, 0);
    BOOST_TEST((checks::judge_probe({finding}, {}).state == State::critical));
    BOOST_TEST(told({finding}) == "TCP bind() to 10.9.0.1 gets no port: EADDRINUSE (Address "
                                  "already in use)");
}

BOOST_AUTO_TEST_CASE(bind_to_an_address_is_unknown_if_hidden_sockets_may_have_all_that_is_left)
{
    for (const ProbeFinding& finding : {computed(5, 0, 5), computed(5, 0, 64), computed(0, 3, 0)}) {
        BOOST_TEST(!finding.fails());
        BOOST_TEST((checks::judge_probe({finding}, {}).state == State::unknown));
    }
    BOOST_TEST(!computed(5, 0, 4).fails());
    BOOST_TEST((checks::judge_probe({computed(5, 0, 4)}, {}).state == State::ok));
}

BOOST_AUTO_TEST_CASE(bind_to_an_address_whose_port_even_the_wildcard_gets_says_so)
{
    ProbeFinding finding = bind_to("10.9.0.1");
    finding.refused = 0;
    BOOST_TEST(
        told({finding}) ==
        "TCP bind() to 10.9.0.1 gets a port, as the wildcard address does, found in 1000 us");
    finding.where.clear();
    BOOST_TEST(told({finding}) ==
               "TCP bind() to the wildcard address gets a port, found in 1000 us");
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace
