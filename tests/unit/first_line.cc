// How long a first line can get, before its performance data.
#include "plugins/first_line.h"

#include <boost/test/unit_test.hpp>
#include <fmt/format.h>

#include "plugins/binds_situation.h"
#include "plugins/ports_report.h"
#include "plugins/timewait_situation.h"
#include "tests/unit/report_text.h"
#include "tests/unit/sample.h"
#include "tests/unit/throws.h"

namespace {

using plugin::Range;
using plugin::Report;

constexpr std::size_t range_size = 64512;
const std::string long_ipv4 = "192.168.100.100";
const std::string long_ipv6 = "2001:1db8:1111:2222:3333:4444:5555:6666";

std::string first_line(const std::string& service, const Report& report)
{
    const std::string text = plugin::format_report(service, report, plugin::scheduler_limit);
    return text.substr(0, text.find(" | "));
}

plugin::Thresholds thresholds()
{
    return {Range::parse("66", Range::Unit::percent), Range::parse("90", Range::Unit::percent)};
}

net::Tuple tuple(const std::string& address, std::uint32_t device = 0)
{
    return {net::Address::parse(address), net::Address::parse(address), 65535, device};
}

/// All that can be said at once: two ends, two alarms, held ports, and the end of another tuple.
Report ports(const net::Tuple& worst, const net::Tuple& other, bool exact)
{
    checks::PortsSituation situation;
    situation.range_size = range_size;
    situation.total.tuples = 2;
    situation.worst.tuple = worst;
    situation.worst.used = 60000;
    situation.worst.used_most = exact ? 60000 : 64000;
    situation.worst_projected.tuple = other;
    situation.worst_projected.projected = situation.worst_projected.projected_most = 123456;
    situation.held.known.insert(40000);
    situation.forecast = checks::Forecast{other, 12345, std::chrono::duration<double>(12)};
    return checks::report_ports(situation, {thresholds(), thresholds(), {}});
}

Report time_wait(const net::Tuple& worst)
{
    checks::Makers makers;
    makers.total.time_wait = makers.total.connections = 262144;
    makers.total.close_rate = 28232;
    makers.rows.push_back({{}, ports::History({})});
    makers.rows.front().usage.tuple = worst;
    const plugin::Thresholds cap = {Range::parse("209715.2", Range::Unit::none), {}};
    return checks::report_time_wait({262144, 4294967295, 262144}, makers, sample::settings(), cap);
}

BOOST_AUTO_TEST_SUITE(first_line_lengths)

BOOST_AUTO_TEST_CASE(at_most_160_with_ipv4_and_200_with_ipv6_and_the_whole_destination_in_it)
{
    for (const std::uint32_t device : {0U, 12345U}) {
        for (const bool exact : {true, false}) {
            const std::string ipv4 = first_line(
                "EPHEMERAL PORTS", ports(tuple(long_ipv4, device), tuple(long_ipv4), exact));
            BOOST_TEST(ipv4.size() <= 160U, ipv4);
            BOOST_TEST(holds(ipv4, net::format_destination(tuple(long_ipv4, device))));
            const std::string ipv6 = first_line(
                "EPHEMERAL PORTS", ports(tuple(long_ipv6, device), tuple(long_ipv6), exact));
            BOOST_TEST(ipv6.size() <= 200U, ipv6);
            BOOST_TEST(holds(ipv6, net::format_destination(tuple(long_ipv6, device))));
        }
        const std::string ipv4 =
            first_line("EPHEMERAL TIMEWAIT", time_wait(tuple(long_ipv4, device)));
        BOOST_TEST(ipv4.size() <= 160U, ipv4);
        const std::string ipv6 =
            first_line("EPHEMERAL TIMEWAIT", time_wait(tuple(long_ipv6, device)));
        BOOST_TEST(ipv6.size() <= 200U, ipv6);
        BOOST_TEST(holds(ipv6, net::format_destination(tuple(long_ipv6, device))));
    }
}

BOOST_AUTO_TEST_CASE(at_most_160_of_both_protocols_whatever_is_left)
{
    using checks::BindsSituation;
    for (const std::size_t used : {std::size_t{54000}, range_size}) {
        for (const std::size_t used_most : {used, range_size}) {
            BindsSituation tcp;
            tcp.range_size = range_size;
            tcp.wildcard.used = used;
            tcp.wildcard.used_most = used_most;
            BindsSituation udp = tcp;
            udp.protocol = ports::Protocol::udp;
            udp.wildcard.used_most = used;
            for (const bool nobody_binds : {false, true}) {
                const checks::BindsJudgement judgement = {.usage = thresholds(),
                                                          .in_doubt = checks::InDoubt::used,
                                                          .nobody_binds = nobody_binds};
                const std::string line =
                    first_line("EPHEMERAL BINDS", checks::report_binds({tcp, udp}, judgement));
                BOOST_TEST(line.size() <= 160U, line);
            }
        }
    }
}

BOOST_AUTO_TEST_CASE(an_owner_of_binds_whose_name_does_not_fit_is_left_to_the_table)
{
    const auto line_with_owner = [](const std::string& unit) {
        checks::BindsSituation tcp;
        tcp.range_size = tcp.wildcard.used = tcp.wildcard.used_most = range_size;
        tcp.by_address = {tcp.wildcard};
        tcp.owners.rows = {{{{"unit", unit, {"python3"}}, range_size}}};
        return first_line("EPHEMERAL BINDS", checks::report_binds({tcp}, {.usage = thresholds()}));
    };
    BOOST_TEST(holds(line_with_owner("pool.service"), "; pool.service (python3) has 64512"));
    const std::string line = line_with_owner(std::string(100, 'a') + ".service");
    BOOST_TEST(line.size() <= 160U, line);
    BOOST_TEST(!holds(line, ".service"), line);
}

BOOST_AUTO_TEST_CASE(what_does_not_fit_is_told_in_the_details)
{
    const Report report = ports(tuple(long_ipv6), tuple("2001:db8::5"), false);
    const std::string line = first_line("EPHEMERAL PORTS", report);
    BOOST_TEST(!holds(line, "gone in"), line);
    BOOST_TEST(details_hold(report, "gone in 12 s to [2001:db8::5]:65535 at the present 12345 "
                                    "closes/s."));
}

BOOST_AUTO_TEST_CASE(the_destination_is_named_once)
{
    const Report report = ports(tuple("10.0.0.5"), tuple("10.0.0.5"), true);
    BOOST_TEST(report.sentence ==
               "4512 of 64512 ports left from 10.0.0.5 to 10.0.0.5:65535 (usage 93% > 90%); "
               "projected 191.4% > 90%; 1 held");
}

BOOST_AUTO_TEST_CASE(a_tuple_that_only_heads_for_trouble_is_named_if_nothing_else_is_wrong)
{
    checks::PortsSituation situation;
    situation.range_size = 64;
    situation.total.tuples = 2;
    situation.worst.tuple = tuple("10.0.0.5");
    situation.worst_projected.tuple = tuple("10.0.0.6");
    situation.worst_projected.projected = situation.worst_projected.projected_most = 64;
    BOOST_TEST(checks::report_ports(situation, {thresholds(), thresholds(), {}}).sentence ==
               "64 of 64 ports left from 10.0.0.6 to 10.0.0.6:65535; projected 100% > 90%");
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace
