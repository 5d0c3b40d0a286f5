// What check_ephemeral_nat says.
#include <algorithm>
#include <netinet/in.h>
#include <string_view>

#include <boost/test/unit_test.hpp>

#include "plugins/nat_situation.h"

namespace {

using plugin::Range;
using plugin::State;

const checks::NatJudgement judgement = {
    {Range::parse("66", Range::Unit::percent), Range::parse("90", Range::Unit::percent)},
    {Range::parse("0.1", Range::Unit::percent), Range::parse("5", Range::Unit::percent)},
    {Range::parse("80", Range::Unit::percent), Range::parse("90", Range::Unit::percent)}};

checks::NatSituation situation(std::size_t entries)
{
    checks::NatSituation situation;
    situation.counters.entries = entries;
    situation.counters.most_entries = 262144;
    situation.counters.insert_failed = 0;
    return situation;
}

conntrack::NatUsage usage(std::size_t used, double refused)
{
    conntrack::NatUsage usage;
    usage.tuple = {
        net::Address::parse("192.0.2.1"), {net::Address::parse("10.0.0.5"), 443}, IPPROTO_TCP, 0};
    usage.used = used;
    usage.refused = {refused, refused};
    usage.keeps_ports = true;
    usage.worst_clients = {{net::Address::parse("10.1.0.7"), used}};
    return usage;
}

BOOST_AUTO_TEST_SUITE(nat_report)

BOOST_AUTO_TEST_CASE(warning_if_a_small_share_is_refused_though_a_third_is_left)
{
    auto found = situation(42578);
    found.found = checks::NatTuples{{usage(42578, 0.0078)}, 1};
    const plugin::Report report = checks::report_nat(found, judgement);
    BOOST_TEST((report.state == State::warning));
    BOOST_TEST(report.sentence == "0.78% of new connections refused from 192.0.2.1 to TCP "
                                  "10.0.0.5:443, 21934 of 64512 ports left (refused 0.78% > 0.1%)");
    BOOST_TEST(report.metrics[0].label == "usage");
    BOOST_TEST(report.metrics[3].label == "refused");
}

conntrack::NatUsage to(const char* destination, conntrack::NatUsage usage)
{
    usage.tuple.destination.address = net::Address::parse(destination);
    return usage;
}

bool says(const plugin::Report& report, std::string_view words)
{
    return std::ranges::any_of(report.details, [&](const std::string& line) {
        return line.find(words) != std::string::npos;
    });
}

BOOST_AUTO_TEST_CASE(clients_and_cures_are_those_of_the_tuple_that_the_first_line_names)
{
    conntrack::NatUsage random = usage(41900, 0);
    random.keeps_ports = false;
    auto found = situation(83700);
    found.found = checks::NatTuples{{random, to("10.0.0.6", usage(41800, 0.005))}, 2, 2};
    const plugin::Report report = checks::report_nat(found, judgement);
    BOOST_TEST(report.sentence.starts_with("0.5% of new connections refused from 192.0.2.1 to TCP "
                                           "10.0.0.6:443"),
               report.sentence);
    BOOST_TEST(says(report, "Most connections from 192.0.2.1 to TCP 10.0.0.6:443 come from"));
    BOOST_TEST(says(report, "`random`"));
}

BOOST_AUTO_TEST_CASE(random_is_no_cure_if_nat_picks_each_port_or_looks_at_all)
{
    auto found = situation(60);
    conntrack::NatUsage small = usage(60, 0.5);
    small.range = {40000, 40063};
    found.found = checks::NatTuples{{small}, 1, 1};
    BOOST_TEST(!says(checks::report_nat(found, judgement), "`random`"));
    conntrack::NatUsage random = usage(60000, 0.5);
    random.keeps_ports = false;
    found.found = checks::NatTuples{{random}, 1, 1};
    BOOST_TEST(!says(checks::report_nat(found, judgement), "`random`"));
    BOOST_TEST(says(checks::report_nat(found, judgement), "more NAT addresses"));
}

BOOST_AUTO_TEST_CASE(what_is_refused_for_certain_is_judged_though_another_perhaps_refuses_more)
{
    conntrack::NatUsage closed = usage(40000, 0);
    closed.refused = {0, 0.1};
    auto found = situation(60000);
    found.found = checks::NatTuples{{closed, to("10.0.0.6", usage(39000, 0.04))}, 2, 2};
    const plugin::Report report = checks::report_nat(found, judgement);
    BOOST_TEST((report.state == State::warning));
    BOOST_TEST(report.sentence.starts_with("4% of new connections refused from 192.0.2.1 to TCP "
                                           "10.0.0.6:443"),
               report.sentence);
    BOOST_TEST(report.metrics.back().value.value() == 10);
}

BOOST_AUTO_TEST_CASE(a_filling_table_leads_the_line_and_has_its_own_cure)
{
    auto full = situation(250000);
    full.found = checks::NatTuples{};
    const plugin::Report without_nat = checks::report_nat(full, judgement);
    BOOST_TEST(without_nat.sentence == "NAT changes the source of none of 250000 tracked "
                                       "connections (table_usage 95.4% > 90%)");
    BOOST_TEST(says(without_nat, "nf_conntrack_max"));
    full.found = checks::NatTuples{{usage(2000, 0)}, 1, 1};
    const plugin::Report with_nat = checks::report_nat(full, judgement);
    BOOST_TEST(with_nat.sentence ==
               "250000 of at most 262144 tracked connections (table_usage 95.4% > 90%)");
    BOOST_TEST(says(with_nat, "nf_conntrack_max"));
    BOOST_TEST(!says(with_nat, "more NAT addresses"));
    full.found = checks::NatTuples{{usage(45000, 0)}, 1, 1};
    const plugin::Report both = checks::report_nat(full, judgement);
    BOOST_TEST(both.sentence == "250000 of at most 262144 tracked connections (table_usage 95.4% > "
                                "90%) (usage 69.8% > 66%)");
    BOOST_TEST(says(both, "more NAT addresses"));
}

BOOST_AUTO_TEST_CASE(ok_if_the_table_has_no_limit)
{
    auto unlimited = situation(250000);
    unlimited.counters.most_entries = 0;
    unlimited.found = checks::NatTuples{};
    const plugin::Report report = checks::report_nat(unlimited, judgement);
    BOOST_TEST((report.state == State::ok));
    BOOST_TEST(std::ranges::none_of(report.metrics, [](const plugin::Metric& metric) {
        return metric.label == "table_usage";
    }));
}

BOOST_AUTO_TEST_CASE(no_tuple_selected_is_told_from_no_tuple_at_all)
{
    auto others = situation(12);
    others.found = checks::NatTuples{{}, 0, 3};
    BOOST_TEST(checks::report_nat(others, judgement).sentence ==
               "the options select none of 3 NAT tuples");
}

BOOST_AUTO_TEST_CASE(the_number_of_entries_proves_nothing_if_a_low_value_alerts)
{
    auto few = situation(5);
    few.obstacle = "refused";
    checks::NatJudgement wants_many = judgement;
    wants_many.usage.warning = Range::parse("10:", Range::Unit::percent);
    BOOST_TEST((checks::report_nat(few, wants_many).state == State::unknown));
}

BOOST_AUTO_TEST_CASE(low_ports_are_said_not_to_be_proved_only_if_they_may_be_in_danger)
{
    auto few = situation(20);
    few.obstacle = "refused";
    BOOST_TEST(!says(checks::report_nat(few, judgement), "below 1024"));
    few.counters.entries = 400;
    BOOST_TEST(says(checks::report_nat(few, judgement), "below 1024"));
    few.rule = net::PortRange{1024, 65535};
    BOOST_TEST(!says(checks::report_nat(few, judgement), "below 1024"));
}

BOOST_AUTO_TEST_CASE(what_gives_the_capability_hangs_on_who_lacks_it)
{
    auto many = situation(30000);
    many.obstacle = "refused";
    const auto says_for = [&](kernel::Privilege privilege, std::string_view words) {
        many.privilege = privilege;
        return says(checks::report_nat(many, judgement), words);
    };
    BOOST_TEST(says_for(kernel::Privilege::not_given, "setcap cap_net_admin+p"));
    BOOST_TEST(says_for(kernel::Privilege::kept_back, "AmbientCapabilities"));
    BOOST_TEST(!says_for(kernel::Privilege::kept_back, "setcap"));
    BOOST_TEST(says_for(kernel::Privilege::none_of_root, "container"));
    BOOST_TEST(says_for(kernel::Privilege::held, "seccomp"));
}

BOOST_AUTO_TEST_CASE(the_number_of_entries_proves_ok_if_they_cannot_be_read)
{
    auto few = situation(8000);
    few.obstacle = "refused";
    const plugin::Report ok = checks::report_nat(few, judgement);
    BOOST_TEST((ok.state == State::ok));
    BOOST_TEST(ok.sentence ==
               "at most 8000 of 64512 ports used, judging by the number of tracked connections");
    BOOST_TEST(ok.metrics.front().label == "range_size");

    auto many = situation(30000);
    many.obstacle = "refused";
    BOOST_TEST((checks::report_nat(many, judgement).state == State::unknown));
    checks::NatJudgement lenient = judgement;
    lenient.if_refused = checks::IfRefused::ok;
    BOOST_TEST((checks::report_nat(many, lenient).state == State::ok));
}

BOOST_AUTO_TEST_CASE(critical_for_a_full_table_though_it_cannot_be_read)
{
    auto full = situation(250000);
    full.obstacle = "refused";
    const plugin::Report report = checks::report_nat(full, judgement);
    BOOST_TEST((report.state == State::critical));
    BOOST_TEST(report.sentence.find("table_usage 95.4% > 90%") != std::string::npos,
               report.sentence);
}

BOOST_AUTO_TEST_CASE(ok_if_nat_changes_nothing)
{
    auto quiet = situation(12);
    quiet.found = checks::NatTuples{};
    const plugin::Report report = checks::report_nat(quiet, judgement);
    BOOST_TEST((report.state == State::ok));
    BOOST_TEST(report.sentence == "NAT changes the source of none of 12 tracked connections");
    BOOST_TEST((checks::report_no_tracking().state == State::ok));
}

BOOST_AUTO_TEST_CASE(two_shares_if_nobody_knows_whether_closed_connections_are_evicted)
{
    auto doubtful = situation(60000);
    conntrack::NatUsage worst = usage(57000, 0);
    worst.refused = {0.02, 0.08};
    doubtful.found = checks::NatTuples{{worst}, 1};
    checks::NatJudgement judges = judgement;
    BOOST_TEST((checks::report_nat(doubtful, judges).state == State::warning));
    BOOST_TEST(checks::report_nat(doubtful, judges).metrics.back().label == "refused_most");
    judges.eviction = checks::Eviction::never;
    BOOST_TEST((checks::report_nat(doubtful, judges).state == State::critical));
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace
