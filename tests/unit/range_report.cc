// What check_ephemeral_range says.
#include <boost/test/unit_test.hpp>

#include "plugins/range_situation.h"
#include "tests/unit/report_text.h"
#include "tests/unit/sample.h"
#include "tests/unit/throws.h"

namespace {

using checks::RangeJudgement;
using checks::RangeSituation;
using plugin::Range;
using plugin::Report;
using sockets::Socket;

RangeJudgement judgement()
{
    return {{Range::parse("60:", Range::Unit::none), Range::parse("30:", Range::Unit::none)}, {}};
}

RangeSituation situation(const kernel::PortSettings& settings,
                         const std::vector<Socket>& listeners = {},
                         const std::vector<Socket>& udp = {})
{
    sockets::Snapshot snapshot = sample::snapshot(listeners, settings);
    for (const Socket& socket : udp)
        snapshot.add_udp(socket);
    return {ports::find_services(snapshot), settings, 1024};
}

Report report(const RangeSituation& situation, const RangeJudgement& judged = judgement())
{
    return checks::report_range(situation, judged);
}

BOOST_AUTO_TEST_SUITE(range_report)

BOOST_AUTO_TEST_CASE(labels_are_in_the_order_that_is_fixed_for_ever)
{
    const Report ok = report(situation(sample::settings()));
    BOOST_TEST(labels(ok) == "range_size reserved low high services_in_range");
    BOOST_TEST(perfdata(ok) ==
               "range_size=64;60:;30: reserved=0 low=40000 high=40063 services_in_range=0");
}

BOOST_AUTO_TEST_CASE(a_range_that_is_large_enough_is_ok)
{
    const Report ok = report(situation(sample::settings()));
    BOOST_TEST(name(ok.state) == "OK");
    BOOST_TEST(ok.sentence == "64 usable ports, 40000 to 40063; no service listens there");
    BOOST_TEST(ok.details.empty());
}

BOOST_AUTO_TEST_CASE(reserved_ports_inside_the_range_make_it_smaller)
{
    kernel::PortSettings settings = sample::settings();
    settings.reserved = net::parse_port_list("8080,40010-40019");
    const Report warning = report(situation(settings));
    BOOST_TEST(name(warning.state) == "WARNING");
    BOOST_TEST(warning.sentence == "54 usable ports, 40000 to 40063 without 10 reserved "
                                   "(range_size 54 < 60); no service listens there");
    BOOST_TEST(holds(perfdata(warning), "reserved=10 "));
    settings.reserved = net::parse_port_list("40000-40063");
    BOOST_TEST(name(report(situation(settings)).state) == "CRITICAL");
}

BOOST_AUTO_TEST_CASE(services_are_named_and_a_line_to_reserve_their_ports_is_given)
{
    kernel::PortSettings settings = sample::settings();
    settings.reserved = net::parse_port_list("8080");
    RangeJudgement services = judgement();
    services.services = {Range::parse("0", Range::Unit::none), {}};
    const auto listeners = {sample::listener(40001, "0.0.0.0"), sample::listener(40002, "0.0.0.0"),
                            sample::listener(40003, "0.0.0.0"), sample::listener(40005, "0.0.0.0")};
    const Report warning = report(situation(settings, listeners), services);
    BOOST_TEST(name(warning.state) == "WARNING");
    BOOST_TEST(holds(warning.sentence,
                     "; 4 services listen there: TCP 0.0.0.0:40001, TCP 0.0.0.0:40002, TCP "
                     "0.0.0.0:40003 and 1 more (services_in_range 4 > 0)"));
    BOOST_TEST(details_hold(warning, "net.ipv4.ip_local_reserved_ports = 8080,40001-40003,40005"));
    BOOST_TEST(warning.tables.at(0).rows().size() == 4U);
    const Report one = report(situation(settings, {sample::listener(40001, "0.0.0.0")}));
    BOOST_TEST(name(one.state) == "OK");
    BOOST_TEST(holds(one.sentence, "; 1 service listens there: TCP 0.0.0.0:40001"));
}

BOOST_AUTO_TEST_CASE(udp_clients_are_told_of_and_no_line_reserves_their_ports)
{
    std::vector<Socket> clients;
    for (std::uint16_t i = 0; i < 60; ++i)
        clients.push_back(sample::holder(40000 + i, sockets::SocketState::closed));
    const Report ok = report(situation(sample::settings(), {}, clients));
    BOOST_TEST(holds(ok.sentence, "no service listens there"));
    BOOST_TEST(holds(perfdata(ok), "services_in_range=0"));
    BOOST_TEST(details_hold(ok, "60 UDP sockets there have no peer"));
    BOOST_TEST(!details_hold(ok, "ip_local_reserved_ports"));
}

BOOST_AUTO_TEST_CASE(leaving_the_dynamic_ports_is_a_warning_only_if_it_was_asked_for)
{
    RangeJudgement rfc6335 = judgement();
    rfc6335.rfc6335 = true;
    BOOST_TEST(holds(report(situation(sample::settings()), rfc6335).sentence,
                     "; goes beyond the dynamic ports of RFC 6335, 49152 to 65535"));
    BOOST_TEST(name(report(situation(sample::settings()), rfc6335).state) == "WARNING");
    const auto dynamic = situation(sample::settings({49152, 65535}));
    BOOST_TEST(name(report(dynamic, rfc6335).state) == "OK");
    const auto one_more = situation(sample::settings({49151, 65535}));
    BOOST_TEST(name(report(one_more, rfc6335).state) == "WARNING");
    BOOST_TEST(name(report(one_more).state) == "OK");
}

BOOST_AUTO_TEST_CASE(a_range_below_the_unprivileged_ports_is_a_warning)
{
    RangeSituation low = situation(sample::settings({1023, 2046}));
    BOOST_TEST(name(report(low).state) == "WARNING");
    BOOST_TEST(holds(report(low).sentence, "; reaches below ip_unprivileged_port_start, 1024"));
    low.unprivileged_port_start = 1023;
    BOOST_TEST(name(report(low).state) == "OK");
    BOOST_TEST(checks::tell_privileged_ports(low) == "ip_unprivileged_port_start is 1023.");
    low.unprivileged_port_start.reset();
    BOOST_TEST(name(report(low).state) == "OK");
    BOOST_TEST(checks::tell_privileged_ports(low) ==
               "This kernel has no ip_unprivileged_port_start.");
}

BOOST_AUTO_TEST_CASE(a_warning_does_not_make_a_critical_range_better)
{
    RangeSituation small = situation(sample::settings({1000, 1009}));
    BOOST_TEST(name(report(small).state) == "CRITICAL");
}

BOOST_AUTO_TEST_CASE(the_port_that_no_search_finds_is_told_of)
{
    BOOST_TEST(details_hold(report(situation(sample::settings({40000, 40064}))),
                            "so 40000 is not counted"));
    BOOST_TEST(!details_hold(report(situation(sample::settings())), "odd"));
    kernel::PortSettings reserved = sample::settings({40000, 40064});
    reserved.reserved.insert(40000);
    BOOST_TEST(!details_hold(report(situation(reserved)), "odd"));
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace
