// What check_ephemeral_range says would help.
#include "plugins/range_cures.h"

#include <boost/test/unit_test.hpp>

#include "tests/unit/report_text.h"
#include "tests/unit/sample.h"

namespace {

using checks::RangeJudgement;
using plugin::Range;

RangeJudgement judgement(const char* warning = "10000:", const char* critical = "5000:")
{
    return {{Range::parse(warning, Range::Unit::none), Range::parse(critical, Range::Unit::none)},
            {}};
}

std::string details(const kernel::PortSettings& settings, const RangeJudgement& judgement,
                    const std::vector<sockets::Socket>& listeners = {},
                    std::uint16_t unprivileged_port_start = 1024)
{
    const sockets::Snapshot snapshot =
        sample::snapshot(listeners, settings, net::PortRange{15000, 60999});
    plugin::Report report;
    checks::tell_range_cures(snapshot,
                             {ports::find_services(snapshot), settings, unprivileged_port_start},
                             judgement, report);
    std::string text;
    for (const std::string& line : report.details)
        text += line + '\n';
    return text;
}

BOOST_AUTO_TEST_SUITE(range_cures)

BOOST_AUTO_TEST_CASE(a_small_range_is_widened_and_services_there_are_reserved)
{
    BOOST_TEST(details(sample::settings(), judgement()) ==
               "What would help, best first:\n"
               "  net.ipv4.ip_local_port_range=15000 60999: 46000 usable ports instead of 64\n");
    BOOST_TEST(holds(details(sample::settings(), judgement(), {sample::listener(20000)}),
                     "  net.ipv4.ip_local_reserved_ports=20000 and "
                     "net.ipv4.ip_local_port_range=15000 60999: 45999 usable ports instead of "
                     "64\n"));
}

BOOST_AUTO_TEST_CASE(a_reserved_range_may_be_given_back)
{
    kernel::PortSettings settings = sample::settings({20000, 39999});
    settings.reserved = net::parse_port_list("20000-37999");
    BOOST_TEST(holds(details(settings, judgement()),
                     "  no port reserved inside the range: 20000 usable ports instead of 2000\n"));
}

BOOST_AUTO_TEST_CASE(what_is_judged_no_better_is_not_told)
{
    BOOST_TEST(details(sample::settings(), judgement("0:100", "0:1000")).empty());
    BOOST_TEST(details(sample::settings(), judgement("0:10", "0:20")).empty());
    BOOST_TEST(details(sample::settings({15000, 60999}), judgement("50000:", "1:")).empty());
}

BOOST_AUTO_TEST_CASE(the_dynamic_ports_and_privileged_ones_are_kept_to)
{
    RangeJudgement dynamic = judgement();
    dynamic.rfc6335 = true;
    BOOST_TEST(details(sample::settings({32768, 60999}), dynamic) ==
               "net.ipv4.ip_local_port_range=49152 65535 keeps to the dynamic ports: 16384 "
               "usable.\n");
    BOOST_TEST(holds(details(sample::settings(), dynamic),
                     "  net.ipv4.ip_local_port_range=49152 65535: 16384 usable ports instead of "
                     "64\n"));
    BOOST_TEST(holds(details(sample::settings({32768, 60999}), judgement(), {}, 40000),
                     "A range that starts at 40000 or above keeps the two apart, and so "
                     "does net.ipv4.ip_unprivileged_port_start=32768."));
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace
