// What check_ephemeral_binds found, and what it says.
#include "plugins/binds_situation.h"

#include <boost/test/unit_test.hpp>

#include "tests/unit/counted.h"
#include "tests/unit/report_text.h"
#include "tests/unit/throws.h"

namespace {

using checks::BindsJudgement;
using checks::BindsSituation;
using checks::InDoubt;
using plugin::Range;
using plugin::Report;
using ports::BindUsage;
using ports::Protocol;

BindUsage usage_of(const char* address, std::size_t used, std::size_t used_most)
{
    BindUsage usage;
    usage.address = net::Address::parse(address);
    usage.used = used;
    usage.used_most = used_most;
    return usage;
}

/// So many of 64 ports used by sockets of one address.
BindsSituation situation(Protocol protocol, std::size_t used, std::size_t used_most,
                         std::size_t range_size = 64)
{
    BindsSituation situation;
    situation.protocol = protocol;
    situation.range_size = range_size;
    situation.wildcard = usage_of("::", used, used_most);
    situation.by_address = {situation.wildcard, usage_of("127.0.0.1", used, used)};
    return situation;
}
BindsSituation tcp(std::size_t used, std::size_t used_most = 0)
{
    return situation(Protocol::tcp, used, std::max(used, used_most));
}
BindsSituation udp(std::size_t used)
{
    return situation(Protocol::udp, used, used);
}

BindsJudgement judgement(InDoubt in_doubt = InDoubt::left, std::size_t rows = 5)
{
    return {{Range::parse("66", Range::Unit::percent), Range::parse("90", Range::Unit::percent)},
            in_doubt,
            rows};
}

Report report(const std::vector<BindsSituation>& situations,
              const BindsJudgement& judged = judgement())
{
    return checks::report_binds(situations, judged);
}

BOOST_AUTO_TEST_SUITE(binds_report)

BOOST_AUTO_TEST_CASE(labels_are_in_the_order_that_is_fixed_for_ever)
{
    BOOST_TEST(labels(report({tcp(3), udp(4)})) ==
               "usage left tcp_usage tcp_left udp_usage udp_left range_size");
    BOOST_TEST(labels(report({tcp(3)})) == "usage left tcp_usage tcp_left range_size");
    BOOST_TEST(labels(report({udp(3)})) == "usage left udp_usage udp_left range_size");
}

BOOST_AUTO_TEST_CASE(the_worse_protocol_is_judged_and_named_first)
{
    const Report warning = report({tcp(16), udp(48)});
    BOOST_TEST(name(warning.state) == "WARNING");
    BOOST_TEST(warning.sentence ==
               "16 of 64 ports left for UDP, 48 of 64 ports left for TCP (usage 75% > 66%)");
    BOOST_TEST(perfdata(warning) ==
               "usage=75%;66;90;0;100 left=16;;;0;64 tcp_usage=25%;;;0;100 tcp_left=48;;;0;64 "
               "udp_usage=75%;;;0;100 udp_left=16;;;0;64 range_size=64");
    BOOST_TEST(report({tcp(5), udp(5)}).sentence ==
               "59 of 64 ports left for TCP, 59 of 64 ports left for UDP");
}

BOOST_AUTO_TEST_CASE(the_worse_is_told_apart_to_the_port)
{
    const Report close = report({situation(Protocol::tcp, 20000, 20000, 28232),
                                 situation(Protocol::udp, 20001, 20001, 28232)});
    BOOST_TEST(holds(perfdata(close), "usage=70.8%;66;90;0;100 left=8231;"));
    const Report odd =
        report({situation(Protocol::tcp, 0, 0, 0), situation(Protocol::udp, 0, 0, 1)});
    BOOST_TEST(holds(perfdata(odd), "usage=100%;66;90;0;100 left=0;;;0;0 "));
    BOOST_TEST(name(odd.state) == "CRITICAL");
}

BOOST_AUTO_TEST_CASE(how_calls_fail_is_told_if_nothing_is_left)
{
    const Report critical = report({tcp(64), udp(64)});
    BOOST_TEST(name(critical.state) == "CRITICAL");
    BOOST_TEST(holds(critical.sentence,
                     "no TCP port left: bind() fails with EADDRINUSE, no UDP port "
                     "left: connect() and sendto() fail with EAGAIN"));
    BOOST_TEST(holds(critical.sentence, "(usage 100% > 90%)"));
}

BOOST_AUTO_TEST_CASE(a_figure_with_two_ends_has_both_and_the_better_one_is_judged)
{
    const Report between = report({tcp(4, 48), udp(8)});
    BOOST_TEST(name(between.state) == "OK");
    BOOST_TEST(between.sentence ==
               "56 of 64 ports left for UDP, between 16 and 60 of 64 ports left for TCP");
    BOOST_TEST(
        perfdata(between) ==
        "usage=12.5%;66;90;0;100 left=56;;;0;64 tcp_usage=6.3%;;;0;100 tcp_left=60;;;0;64 "
        "udp_usage=12.5%;;;0;100 udp_left=56;;;0;64 range_size=64 tcp_usage_most=75%;;;0;100 "
        "tcp_left_least=16;;;0;64");
}

BOOST_AUTO_TEST_CASE(the_careful_judge_the_worse_end_which_has_the_thresholds_then)
{
    const Report warning = report({tcp(4, 48), udp(8)}, judgement(InDoubt::used));
    BOOST_TEST(name(warning.state) == "WARNING");
    BOOST_TEST(warning.sentence == "between 16 and 60 of 64 ports left for TCP, 56 of 64 ports "
                                   "left for UDP (usage_most 75% > 66%)");
    BOOST_TEST(perfdata(warning) ==
               "usage=6.3%;;;0;100 left=60;;;0;64 tcp_usage=6.3%;;;0;100 tcp_left=60;;;0;64 "
               "udp_usage=12.5%;;;0;100 udp_left=56;;;0;64 range_size=64 "
               "usage_most=75%;66;90;0;100 left_least=16;;;0;64 tcp_usage_most=75%;;;0;100 "
               "tcp_left_least=16;;;0;64");
    BOOST_TEST(holds(perfdata(report({tcp(4), udp(8)}, judgement(InDoubt::used))),
                     "usage=12.5%;66;90;0;100 "));
}

BOOST_AUTO_TEST_CASE(tcp_is_warning_at_most_if_nobody_binds)
{
    BindsJudgement nobody = judgement();
    nobody.nobody_binds = true;
    const Report warning = report({tcp(64), udp(8)}, nobody);
    BOOST_TEST(name(warning.state) == "WARNING");
    BOOST_TEST(warning.sentence ==
               "no TCP port left: bind() fails with EADDRINUSE, 56 of 64 ports left for UDP (usage "
               "100% > 90%, but nobody here binds)");
    BOOST_TEST(holds(perfdata(warning), "usage=100%;66;90;0;100 "));
    BOOST_TEST(name(report({tcp(48)}, nobody).state) == "WARNING");
    BOOST_TEST(name(report({tcp(4)}, nobody).state) == "OK");
}

BOOST_AUTO_TEST_CASE(udp_is_judged_by_itself_if_nobody_binds)
{
    BindsJudgement nobody = judgement();
    nobody.nobody_binds = true;
    BOOST_TEST(name(report({tcp(64), udp(60)}, nobody).state) == "CRITICAL");
    BOOST_TEST(name(report({tcp(60), udp(64)}, nobody).state) == "CRITICAL");
    BOOST_TEST(name(report({tcp(64), udp(48)}, nobody).state) == "WARNING");
}

BOOST_AUTO_TEST_CASE(udp_is_named_first_if_it_raised_the_alarm_and_nobody_misses_the_ports_of_tcp)
{
    BindsJudgement nobody = judgement();
    nobody.nobody_binds = true;
    const Report critical = report({tcp(64), udp(60)}, nobody);
    BOOST_TEST(critical.sentence == "4 of 64 ports left for UDP, no TCP port left: bind() fails "
                                    "with EADDRINUSE (udp_usage 93.8% > 90%)");
    BOOST_TEST(holds(perfdata(critical), "usage=100%;66;90;0;100 left=0;;;0;64 "));
    BOOST_TEST(report({tcp(64), udp(48)}, nobody).sentence ==
               "no TCP port left: bind() fails with EADDRINUSE, 16 of 64 ports left for UDP (usage "
               "100% > 90%, but nobody here binds)");
}

BOOST_AUTO_TEST_CASE(tcp_alone_says_whether_anybody_need_be_asked_about)
{
    BOOST_TEST(name(checks::tcp_state({tcp(64), udp(4)}, judgement())) == "CRITICAL");
    BOOST_TEST(name(checks::tcp_state({tcp(48), udp(64)}, judgement())) == "WARNING");
    BOOST_TEST(name(checks::tcp_state({udp(64)}, judgement())) == "OK");
    BOOST_TEST(name(checks::tcp_state({tcp(4, 64)}, judgement())) == "OK");
    BOOST_TEST(name(checks::tcp_state({tcp(4, 64)}, judgement(InDoubt::used))) == "CRITICAL");
}

BOOST_AUTO_TEST_CASE(the_tuple_with_the_most_connections_is_named)
{
    const ports::BusiestTuple busiest = {
        {net::Address::parse("10.0.0.1"), net::Address::parse("10.0.0.5"), 5432}, 970};
    BOOST_TEST(checks::tell_busiest(busiest) ==
               "The busiest TCP tuple has 970 connections: from 10.0.0.1 to 10.0.0.5:5432.");
}

BOOST_AUTO_TEST_CASE(the_fullest_addresses_of_each_protocol_are_listed)
{
    const auto rows = [](std::size_t most) {
        return report({tcp(4, 48), udp(8)}, judgement(InDoubt::left, most))
            .tables.at(0)
            .rows()
            .size();
    };
    BOOST_TEST(rows(5) == 4U);
    BOOST_TEST(rows(1) == 2U);
    BOOST_TEST(rows(0) == 0U);
    const Report between = report({tcp(4, 48), udp(8)});
    BOOST_TEST(keys(between.tables.at(0)) ==
               "protocol used left used_most left_least connected time_wait listening bound "
               "address live_owners");
    BOOST_TEST(cell(between, 0, "protocol") == "TCP");
    BOOST_TEST(cell(between, 0, "used") == "4");
    BOOST_TEST(cell(between, 0, "left") == "60");
    BOOST_TEST(cell(between, 0, "used_most") == "48");
    BOOST_TEST(cell(between, 0, "left_least") == "16");
    BOOST_TEST(cell(between, 1, "address") == "127.0.0.1");
    BOOST_TEST(cell(between, 1, "used_most") == "");
    BOOST_TEST(cell(between, 2, "protocol") == "UDP");
}

BOOST_AUTO_TEST_CASE(a_doubt_is_one_if_it_is_of_the_wildcard_or_of_a_row_that_is_listed)
{
    BOOST_TEST(!checks::has_doubt({tcp(4), udp(8)}, 5));
    BOOST_TEST(checks::has_doubt({udp(8), tcp(4, 5)}, 0));
    BindsSituation row = tcp(4);
    row.by_address.push_back(usage_of("10.9.0.1", 1, 2));
    BOOST_TEST(checks::has_doubt({row}, 3));
    BOOST_TEST(checks::has_doubt({row}, 100));
    BOOST_TEST(!checks::has_doubt({row}, 2));
    BOOST_TEST(!checks::has_doubt({row}, 0));
}

BOOST_AUTO_TEST_CASE(what_is_in_doubt_is_told_and_which_end_is_judged)
{
    BOOST_TEST(checks::tell_bind_doubt({{}, 12, {}}, "a socket was refused", InDoubt::left) ==
               "Up to 12 sockets may be bound to ports without being shown, and the kernel could "
               "not be asked: a socket was refused. Judged as if all that is in doubt were left "
               "(--in-doubt=left).");
    BOOST_TEST(
        holds(checks::tell_bind_doubt({sample::port_set(40000, 40002), 2, {}}, "", InDoubt::used),
              "Up to 5 sockets are bound to ports without being shown, at local addresses that "
              "are not known. Judged as if all that is in doubt were used (--in-doubt=used)."));
    BOOST_TEST(holds(checks::tell_bind_doubt({}, "", InDoubt::left), "leave them free for IPv4"));
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace
