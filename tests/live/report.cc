#include "tests/live/report.h"

#include <algorithm>
#include <cmath>
#include <net/if.h>

#include <boost/test/unit_test.hpp>
#include <fmt/format.h>

namespace lab {
namespace {

using nlohmann::json;

std::size_t number(const json& row, const char* key)
{
    return row.at(key).get<std::size_t>();
}

/// "used 40 + left 25 is not range_size 64", or nothing.
std::string unequal(const char* what, std::size_t one, std::size_t other)
{
    return one == other ? "" : fmt::format("{}: {} is not {}", what, one, other);
}

std::string find_contradiction_in(const json& row, std::size_t range_size)
{
    const std::size_t used = number(row, "used");
    std::string size = unequal("used + left = range_size", used + number(row, "left"), range_size);
    if (!size.empty())
        return size;
    if (row.contains("left_least")) {
        std::string least =
            unequal("used_most + left_least = range_size",
                    number(row, "used_most") + number(row, "left_least"), range_size);
        if (!least.empty())
            return least;
    }
    return unequal("established + (time_wait - reusable) + other + held_by_others = used",
                   number(row, "established") + number(row, "time_wait") - number(row, "reusable") +
                       number(row, "other") + number(row, "held_by_others"),
                   used);
}

std::string find_contradiction_to_worst(const Report& ports, const json& worst)
{
    for (const char* const label :
         {"used", "left", "usage", "used_most", "left_least", "usage_most"}) {
        if (ports.has(label) != worst.contains(label))
            return fmt::format("{} is a metric or in the worst row, but not both", label);
        if (ports.has(label) && ports.metric(label) != worst.at(label).get<double>())
            return fmt::format("{} is {}, but {} in the worst row", label, ports.metric(label),
                               worst.at(label).dump());
    }
    for (const json& row : ports.rows("tuples")) {
        if (row.at("left") < worst.at("left"))
            return fmt::format("the first row is not the worst: {}", row.dump());
    }
    // One decimal, and 0 is printed only if nothing is used and 100 only if all is.
    const double usage = 100 * ports.metric("used") / ports.metric("range_size");
    const double printed = usage > 0 && usage < 100 ? std::clamp(usage, 0.1, 99.9) : usage;
    constexpr double rounding = 0.0501;
    if (std::abs(ports.metric("usage") - printed) > rounding)
        return fmt::format("usage is {}, not {}", ports.metric("usage"), usage);
    return "";
}

} // namespace

bool Report::has(std::string_view label) const
{
    return json.at("metrics").contains(std::string(label));
}

double Report::metric(std::string_view label) const
{
    BOOST_REQUIRE_MESSAGE(has(label), "no " << label << " in " << text);
    return json.at("metrics").at(std::string(label)).at("value");
}

const json& Report::rows(std::string_view table) const
{
    const nlohmann::json& tables = json.at("tables");
    BOOST_REQUIRE_MESSAGE(tables.contains(std::string(table)), "no " << table << " in " << text);
    return tables.at(std::string(table));
}

const json& Report::tuple(std::string_view source, std::string_view destination,
                          unsigned interface) const
{
    for (const nlohmann::json& row : rows("tuples")) {
        const std::string text = row.at("destination");
        const bool matches =
            text == destination || text.starts_with(fmt::format("{} on ", destination));
        if (row.at("source") == source && matches && row.at("interface") == interface)
            return row;
    }
    BOOST_FAIL("no tuple from " << source << " to " << destination << " in " << text);
    throw std::logic_error("not reached");
}

std::string Report::words() const
{
    std::string words = summary();
    for (const nlohmann::json& detail : json.at("details"))
        words += '\n' + detail.get<std::string>();
    return words;
}

Report report_of(std::vector<std::string> command, const std::vector<Confinement>& confinements)
{
    command.emplace_back("--output-format=json");
    const Output output = run(command, confinements);
    Report report = {output.exit_code, output.text, json::parse(output.text, nullptr, false)};
    BOOST_REQUIRE_MESSAGE(!report.json.is_discarded(),
                          command.front() << " printed no JSON: " << output.text << output.error);
    BOOST_TEST(output.error.empty(), output.error);
    return report;
}

Ends left_in(const json& row)
{
    const std::size_t left = number(row, "left");
    if (row.contains("left_least"))
        return {number(row, "left_least"), left};
    // In check_ephemeral_binds: IPv6 connections that may leave their ports free for IPv4, of which
    // TIME_WAITs keep no record.
    return {left, left + row.value("doubtful", std::size_t{0})};
}

Call call_of(const json& row)
{
    Call call;
    call.destination = at(row.at("destination_address").get<std::string>(),
                          row.at("destination_port").get<std::uint16_t>());
    call.manner.bind = at(row.at("source").get<std::string>(), 0);
    call.manner.no_port = true;
    if (row.at("interface") != 0) {
        std::array<char, IF_NAMESIZE> name{};
        if_indextoname(row.at("interface").get<unsigned>(), name.data());
        call.manner.device = name.data();
    }
    return call;
}

std::size_t given_to_tuple(const json& row, net::PortRange range)
{
    const Call call = call_of(row);
    return ask_connect(call.destination, searched(range), call.manner).size();
}

std::size_t given_to_binder(const json& row, net::PortRange range)
{
    Manner manner;
    manner.tcp = row.at("protocol") == "TCP";
    return ask_bind(net::Address::parse(row.at("address").get<std::string>()),
                    manner.tcp ? searched(range) : range, manner)
        .size();
}

std::string find_contradiction(const Report& ports)
{
    const json& rows = ports.rows("tuples");
    for (const json& row : rows) {
        const std::string contradiction =
            find_contradiction_in(row, static_cast<std::size_t>(ports.metric("range_size")));
        if (!contradiction.empty())
            return fmt::format("{} in {}", contradiction, row.dump());
    }
    return rows.empty() ? "" : find_contradiction_to_worst(ports, rows.front());
}

} // namespace lab
