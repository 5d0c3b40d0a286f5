// What check_ephemeral_namespaces says.
#include <boost/test/unit_test.hpp>

#include "plugins/namespaces_situation.h"
#include "tests/unit/report_text.h"
#include "tests/unit/throws.h"

namespace {

using checks::InDoubt;
using checks::NamespacesJudgement;
using checks::NamespacesSituation;
using checks::WalkedNamespace;
using plugin::Range;
using plugin::Report;

NamespacesJudgement judgement(InDoubt in_doubt = InDoubt::left)
{
    return {{Range::parse("66", Range::Unit::percent), Range::parse("90", Range::Unit::percent)},
            in_doubt};
}

Report report(const NamespacesSituation& situation, InDoubt in_doubt = InDoubt::left)
{
    return checks::report_namespaces(situation, judgement(in_doubt));
}

/// A range of 100 ports.
WalkedNamespace walked(const std::string& name, std::size_t used, std::size_t in_doubt = 0)
{
    WalkedNamespace walked;
    walked.label = {{"netns", name}, 4026532281};
    walked.range_size = 100;
    walked.worst.tuple = {net::Address::parse("10.1.0.7"), net::Address::parse("10.0.0.5"), 5432,
                          0};
    walked.worst.established = used;
    walked.worst.used = used;
    walked.worst.used_most = used + in_doubt;
    walked.has_tuples = true;
    return walked;
}

NamespacesSituation two()
{
    NamespacesSituation situation;
    situation.walked = {walked("calm", 3), walked("blue", 71)};
    checks::sort(situation.walked, InDoubt::left);
    return situation;
}

BOOST_AUTO_TEST_SUITE(namespaces_report)

BOOST_AUTO_TEST_CASE(labels_are_in_the_order_that_is_fixed_for_ever)
{
    const std::string expected = "usage used left range_size namespaces walked unseen";
    BOOST_TEST(labels(report(two())) == expected);
    NamespacesSituation situation = two();
    situation.counted = {{{{"netns", "green"}, 1}, {800, 1000}}};
    BOOST_TEST(labels(report(situation)) == expected + " usage_most");
}

BOOST_AUTO_TEST_CASE(the_worst_namespace_is_judged_and_named_with_its_destination)
{
    const Report warning = report(two());
    BOOST_TEST(name(warning.state) == "WARNING");
    BOOST_TEST(warning.sentence == "29 of 100 ports left in netns blue from 10.1.0.7 to "
                                   "10.0.0.5:5432 (usage 71% > 66%)");
    BOOST_TEST(perfdata(warning) == "usage=71%;66;90;0;100 used=71;;;0;100 left=29;;;0;100 "
                                    "range_size=100 namespaces=2 walked=2 unseen=0");
    BOOST_TEST(cell(warning, 0, "namespace") == "netns blue");
    BOOST_TEST(cell(warning, 1, "namespace") == "netns calm");
}

BOOST_AUTO_TEST_CASE(what_would_help_is_the_worst_namespaces_own)
{
    NamespacesSituation situation;
    situation.walked = {walked("calm", 3), walked("blue", 71)};
    situation.walked[0].details = {"for calm"};
    situation.walked[1].details = {"for blue"};
    checks::sort(situation.walked, InDoubt::left);
    BOOST_TEST(details_hold(report(situation), "for blue"));
    BOOST_TEST(!details_hold(report(situation), "for calm"));
}

BOOST_AUTO_TEST_CASE(a_share_is_of_the_namespaces_own_range)
{
    NamespacesSituation situation;
    situation.walked = {walked("large", 95), walked("small", 40)};
    situation.walked[0].range_size = 1000;
    situation.walked[1].range_size = 50;
    checks::sort(situation.walked, InDoubt::left);
    BOOST_TEST(report(situation).sentence.starts_with("10 of 50 ports left in netns small"));
}

BOOST_AUTO_TEST_CASE(one_without_a_connection_has_no_destination)
{
    NamespacesSituation situation;
    situation.walked = {walked("idle", 0)};
    situation.walked[0].has_tuples = false;
    const Report ok = report(situation);
    BOOST_TEST(name(ok.state) == "OK");
    BOOST_TEST(ok.sentence ==
               "100 of 100 ports left in netns idle to any destination, no outgoing connection");
    BOOST_TEST(cell(ok, 0, "destination").empty());
}

BOOST_AUTO_TEST_CASE(those_not_walked_are_counted_with_the_most_that_they_use)
{
    NamespacesSituation situation = two();
    situation.counted = {{{{"netns", "green"}, 1}, {125, 1000}},
                         {{{"netns", "red"}, 2}, {400, 1000}}};
    const Report warning = report(situation);
    BOOST_TEST(details_hold(warning, "2 of 4 namespaces were not walked: by their socket counts, "
                                     "none can use more than 40% of its ports."));
    BOOST_TEST(!labels(warning).ends_with("usage_most")); // 71 % are used elsewhere
}

BOOST_AUTO_TEST_CASE(a_bound_that_is_larger_by_less_than_is_printed_is_told_all_the_same)
{
    NamespacesSituation situation;
    situation.walked = {walked("calm", 1)};
    situation.walked[0].range_size = 28232;
    situation.counted = {{{{"netns", "green"}, 1}, {3, 28232}}};
    BOOST_TEST(holds(perfdata(report(situation)), "usage=0.1%;66;90;0;100 used=1;;;0;28232 "));
    BOOST_TEST(holds(perfdata(report(situation)), " usage_most=0.1%;;;0;100"));
    situation.counted[0].share_most = {1, 28232};
    BOOST_TEST(!labels(report(situation)).ends_with("usage_most"));
}

BOOST_AUTO_TEST_CASE(unknown_if_one_that_is_refused_has_a_socket)
{
    NamespacesSituation situation;
    situation.walked = {walked("calm", 3)};
    situation.program = "/opt/check";
    situation.unseen = {{{{"container", "3f4e8a01b2c3"}, 0}, 1}, {{{"netns", "empty"}, 0}, 0}};
    const Report unknown = report(situation);
    BOOST_TEST(name(unknown.state) == "UNKNOWN");
    BOOST_TEST(holds(unknown.sentence, "1 of 3 network namespaces cannot be looked into"));
    BOOST_TEST(details_hold(unknown, "container 3f4e8a01b2c3"));
    BOOST_TEST(details_hold(unknown, "CAP_SYS_ADMIN and CAP_SYS_PTRACE"));
    BOOST_TEST(details_hold(unknown, "nagios ALL=(root) NOPASSWD: /opt/check"));
    BOOST_TEST(holds(perfdata(unknown), " unseen=2"));
}

BOOST_AUTO_TEST_CASE(ok_if_the_user_wants_the_others_judged_alone_and_there_are_others)
{
    NamespacesJudgement others = judgement();
    others.if_refused = checks::IfRefused::ok;
    NamespacesSituation situation;
    situation.unseen = {{{{"netns", "red"}, 0}, 4}};
    situation.hides_processes = true;
    BOOST_TEST(name(checks::report_namespaces(situation, others).state) == "UNKNOWN");
    situation.walked = {walked("calm", 3)};
    const Report ok = checks::report_namespaces(situation, others);
    BOOST_TEST(name(ok.state) == "OK");
    BOOST_TEST(details_hold(ok,
                            "Not looked into: netns red, those that only hidden processes are in "
                            "(hidepid). That needs CAP_SYS_ADMIN"));
}

BOOST_AUTO_TEST_CASE(ok_if_all_that_is_refused_is_empty)
{
    NamespacesSituation situation;
    situation.walked = {walked("calm", 3)};
    situation.unseen = {{{{"netns", "empty"}, 0}, 0}};
    BOOST_TEST(name(report(situation).state) == "OK");
}

BOOST_AUTO_TEST_CASE(unknown_if_the_counters_of_one_that_is_refused_are_not_known)
{
    NamespacesSituation situation;
    situation.walked = {walked("calm", 3)};
    situation.unseen = {{{{"netns", "blue"}, 0}, std::nullopt}};
    BOOST_TEST(name(report(situation).state) == "UNKNOWN");
}

BOOST_AUTO_TEST_CASE(critical_stays_critical_beside_one_that_is_refused)
{
    NamespacesSituation situation;
    situation.walked = {walked("blue", 95)};
    situation.unseen = {{{{"netns", "red"}, 0}, 4}};
    const Report critical = report(situation);
    BOOST_TEST(name(critical.state) == "CRITICAL");
    BOOST_TEST(holds(critical.sentence, "5 of 100 ports left in netns blue"));
}

BOOST_AUTO_TEST_CASE(unknown_if_processes_are_hidden)
{
    NamespacesSituation situation;
    situation.walked = {walked("calm", 3)};
    situation.hides_processes = true;
    BOOST_TEST(name(report(situation).state) == "UNKNOWN");
    BOOST_TEST(holds(report(situation).sentence, "hidepid"));
    BOOST_TEST(
        details_hold(report(situation), "Not looked into: those that only hidden processes"));
}

BOOST_AUTO_TEST_CASE(out_of_time_is_unknown_only_if_more_could_be_used_than_is_fine)
{
    NamespacesSituation situation;
    situation.walked = {walked("calm", 3)};
    situation.out_of_time = true;
    situation.counted = {{{{"netns", "green"}, 1}, {600, 1000}}};
    BOOST_TEST(name(report(situation).state) == "OK");
    situation.counted = {{{{"netns", "green"}, 1}, {700, 1000}}};
    BOOST_TEST(name(report(situation).state) == "UNKNOWN");
    BOOST_TEST(holds(report(situation).sentence, "--timeout"));
    BOOST_TEST(details_hold(report(situation), "none can use more than 70%"));
}

BOOST_AUTO_TEST_CASE(in_doubt_is_judged_as_the_option_says)
{
    NamespacesSituation situation;
    situation.walked = {walked("blue", 60, 10)};
    const Report left = report(situation);
    BOOST_TEST(name(left.state) == "OK");
    BOOST_TEST(holds(left.sentence, "between 30 and 40 of 100 ports left in netns blue"));
    BOOST_TEST(holds(perfdata(left), " usage_most=70%;;;0;100"));
    const Report used = report(situation, InDoubt::used);
    BOOST_TEST(name(used.state) == "WARNING");
    BOOST_TEST(holds(perfdata(used), "usage=60%;;;0;100 "));
    BOOST_TEST(holds(perfdata(used), " usage_most=70%;66;90;0;100"));
}

BOOST_AUTO_TEST_CASE(with_all_left_out_there_is_nothing_to_judge)
{
    const Report ok = report({});
    BOOST_TEST(name(ok.state) == "OK");
    BOOST_TEST(ok.sentence == "every network namespace is left out by --exclude");
    BOOST_TEST(labels(ok) == "namespaces walked unseen");
}

BOOST_AUTO_TEST_CASE(nothing_seen_is_never_ok)
{
    NamespacesSituation situation;
    situation.unseen = {{{{"netns", "red"}, 0}, 4}};
    const Report unknown = report(situation);
    BOOST_TEST(name(unknown.state) == "UNKNOWN");
    BOOST_TEST(unknown.sentence == "1 of 1 network namespaces cannot be looked into");
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace
