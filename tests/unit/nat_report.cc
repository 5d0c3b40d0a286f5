// What check_ephemeral_nat says.
#include <netinet/in.h>

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

BOOST_AUTO_TEST_CASE(the_number_of_entries_proves_ok_if_they_cannot_be_read)
{
    auto few = situation(8000);
    few.obstacle = "refused";
    const plugin::Report ok = checks::report_nat(few, judgement);
    BOOST_TEST((ok.state == State::ok));
    BOOST_TEST(ok.sentence ==
               "at most 8000 of 64512 ports used, by the number of tracked connections");
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
