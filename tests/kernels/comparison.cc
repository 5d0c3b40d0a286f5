#include "tests/kernels/comparison.h"

#include <algorithm>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include <boost/test/unit_test.hpp>
#include <fmt/format.h>
#include <fmt/ranges.h>

#include "tests/live/filling.h"
#include "tests/live/lab.h"
#include "tests/live/report.h"
#include "tests/live/time_wait.h"

namespace truth {
namespace {

using lab::at;
using nlohmann::json;
using Words = std::vector<std::string>;

/// How the checks did, for one call.
struct Score {
    std::size_t exact = 0;
    std::size_t between = 0;
    std::size_t wrong = 0;
};

std::map<std::string, Score>& scores()
{
    static std::map<std::string, Score> all = {{"connect()", {}}, {"bind()", {}}, {"UDP", {}}};
    return all;
}

/// For tests/kernels/check_kernels.py, which adds them up.
struct TellScores {
    void teardown() // NOLINT(readability-convert-member-functions-to-static): Boost's form
    {
        for (const auto& [call, score] : scores())
            fmt::print("truth: {}: {} exact, {} between, {} wrong\n", call, score.exact,
                       score.between, score.wrong);
    }
};
BOOST_TEST_GLOBAL_FIXTURE(TellScores);

void compare(const std::string& call, const std::string& what, const json& row, std::size_t given)
{
    const lab::Ends left = lab::left_in(row);
    const bool right = left.contain(given);
    Score& score = scores().at(call);
    ++(!right ? score.wrong : left.least == left.most ? score.exact : score.between);
    BOOST_TEST(right, what << ": said " << left.least << " to " << left.most
                           << " left, the kernel gives " << given << " in " << row.dump());
}

lab::Report report_of(const std::string& check, const Words& options)
{
    Words command = {"plugins/" + check, "--top=10000", "--timeout=60"};
    command.insert(command.end(), options.begin(), options.end());
    lab::Report report = lab::report_of(command);
    BOOST_TEST(report.exit_code <= 2, fmt::format("{}: {}", fmt::join(command, " "), report.text));
    return report;
}

std::size_t fill_tuple(const json& row, net::PortRange range)
{
    const lab::Call call = lab::call_of(row);
    return filling::connect_until_refused(call.destination, lab::searched(range), call.manner)
        .size();
}

/// The usable ports of `range` that no tuple can get.
std::size_t count_held(net::PortRange range)
{
    net::PortSet usable;
    usable.insert(range);
    usable -= net::parse_port_list(lab::read_sysctl("ip_local_reserved_ports"));
    // A destination that nobody uses, also not the checks' own questions.
    return (usable - filling::connect_until_refused(lab::at("127.77.77.77", 9), range)).size();
}

/// Whether a socket is bound to a device, which /proc/net does not show.
bool has_device(const lab::Report& report)
{
    const json& rows = report.rows("tuples");
    return std::any_of(rows.begin(), rows.end(),
                       [](const json& row) { return row.at("interface") != 0; });
}

/// All reports are made before filling up, which takes TIME_WAITs over; and that is done once for
/// each tuple.
void compare_connect(net::PortRange range)
{
    std::vector<std::pair<Words, lab::Report>> reports;
    for (const Words& way : std::vector<Words>{{}, {"--held=count"}})
        reports.emplace_back(way, report_of("check_ephemeral_ports", way));
    if (!has_device(reports.front().second)) {
        for (const Words& way :
             std::vector<Words>{{"--reader=procfs"}, {"--reader=procfs", "--held=count"}})
            reports.emplace_back(way, report_of("check_ephemeral_ports", way));
    }

    std::map<std::string, std::size_t> given;
    const std::size_t held = count_held(lab::searched(range));
    for (const auto& [way, report] : reports) {
        for (const json& row : report.rows("tuples")) {
            const auto [tuple, is_new] = given.try_emplace(
                fmt::format("{} {}", row.at("source").dump(), row.at("destination").dump()), 0);
            if (is_new)
                tuple->second = fill_tuple(row, range);
            compare("connect()", fmt::format("connect() {}", fmt::join(way, " ")), row,
                    tuple->second);
        }
        if (report.has("held"))
            BOOST_TEST(report.metric("held") == held, report.text);
    }
}

void compare_bind(net::PortRange range)
{
    const lab::Report report = report_of("check_ephemeral_binds", {});
    BOOST_TEST(!report.rows("addresses").empty(), report.text);
    for (const json& row : report.rows("addresses")) {
        const lab::Manner manner = {.tcp = row.at("protocol") == "TCP"};
        const std::string call = manner.tcp ? "bind()" : "UDP";
        const net::PortRange searched = manner.tcp ? lab::searched(range) : range;
        const auto address = net::Address::parse(row.at("address").get<std::string>());
        compare(call, "bind()", row, filling::bind_until_refused(address, searched, manner).size());
        if (!manner.tcp && row.at("address") == "0.0.0.0")
            compare(call, "connect()", row,
                    filling::connect_until_refused(at("127.0.0.1", 53), searched, manner).size());
    }
}

} // namespace

void compare_everything(net::PortRange range)
{
    lab::settle(range);
    compare_connect(range);
    compare_bind(range);
}

} // namespace truth
