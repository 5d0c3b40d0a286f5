// What Prometheus reads is what the JSON report says, each listed row a series of its own.
#include <map>
#include <regex>
#include <set>

#include <boost/test/unit_test.hpp>
#include <fmt/format.h>

#include "tests/live/lab.h"
#include "tests/live/report.h"

namespace {

using nlohmann::json;

/// Samples by name and labels.
using Samples = std::map<std::string, double>;

struct Host {
    lab::Namespace network;
    std::vector<lab::FileDescriptor> listeners;
    std::vector<lab::FileDescriptor> connections;

    Host() { lab::set_sysctl("tcp_tw_reuse", "0"); }

    void connect(std::size_t times, const lab::Endpoint& destination,
                 const lab::Manner& manner = {})
    {
        listeners.push_back(lab::listening(destination));
        for (lab::FileDescriptor& socket : lab::connected_times(times, destination, manner))
            connections.push_back(std::move(socket));
    }
};

/// `{protocol="TCP",address="::"}` for the keys of a row.
std::string labels_of(const json& row, const std::vector<std::string>& keys)
{
    std::vector<std::string> labels;
    labels.reserve(keys.size());
    for (const std::string& key : keys)
        labels.push_back(fmt::format("{}=\"{}\"", key, row.at(key).get<std::string>()));
    return fmt::format("{{{}}}", fmt::join(labels, ","));
}

/// Those of a row of a table.
Samples series_in(const std::string& text)
{
    const std::regex sample(R"((ephemeral_\w+_(?:tuple|address)_\w+\{[^}]*\}) (\S+))");
    Samples samples;
    for (std::sregex_iterator match(text.begin(), text.end(), sample), end; match != end; ++match)
        samples[(*match)[1]] = std::stod((*match)[2]);
    return samples;
}

Samples series_of(const json& rows, const std::string& prefix, const std::set<std::string>& counts,
                  const std::set<std::string>& percentages,
                  const std::vector<std::string>& label_keys = {"source", "destination"})
{
    constexpr double full = 100;
    Samples samples;
    for (const json& row : rows) {
        const std::string labels = labels_of(row, label_keys);
        for (const auto& [key, value] : row.items()) {
            if (counts.contains(key))
                samples[fmt::format("{}{}{}", prefix, key, labels)] = value;
            if (percentages.contains(key))
                samples[fmt::format("{}{}_ratio{}", prefix, key, labels)] =
                    value.get<double>() / full;
        }
    }
    return samples;
}

void check_equal(const Samples& found, const Samples& expected)
{
    BOOST_TEST(found.size() == expected.size());
    for (const auto& [name, value] : expected) {
        BOOST_REQUIRE_MESSAGE(found.contains(name), "no " << name);
        BOOST_TEST(found.at(name) == value, boost::test_tools::tolerance(1e-9));
    }
}

/// The series of a check, held against the rows of its JSON report.
Samples check_ports(std::vector<std::string> options = {})
{
    options.insert(options.begin(), "plugins/check_ephemeral_ports");
    const json rows = lab::report_of(options).rows("tuples");
    options.emplace_back("--output-format=openmetrics");
    Samples series = series_in(lab::run(options).text);
    check_equal(series, series_of(rows, "ephemeral_ports_tuple_",
                                  {"used", "left", "used_most", "left_least"},
                                  {"usage", "usage_most", "projected", "projected_most"}));
    return series;
}

BOOST_FIXTURE_TEST_SUITE(openmetrics_output, Host)

BOOST_AUTO_TEST_CASE(each_listed_tuple_has_the_figures_of_its_row)
{
    connect(40, lab::at("127.0.0.1", 5432));
    connect(7, lab::at("10.9.0.1", 443));
    connect(3, lab::at("::1", 443), {.device = "lo"});
    Samples series = check_ports();
    BOOST_TEST(
        series.at(
            R"(ephemeral_ports_tuple_used{source="127.0.0.1",destination="127.0.0.1:5432"})") ==
        40);
    BOOST_TEST(
        series.at(R"(ephemeral_ports_tuple_left{source="10.9.0.1",destination="10.9.0.1:443"})") ==
        57);
    BOOST_TEST(
        series.at(
            R"(ephemeral_ports_tuple_used{source="::1",destination="[::1]:443 on interface 1"})") ==
        3);
}

BOOST_AUTO_TEST_CASE(a_figure_in_doubt_has_two_series)
{
    connect(40, lab::at("127.0.0.1", 5432));
    connect(10, lab::at("10.9.0.1", 443), {.bind = lab::at("10.9.0.1", 0)});
    const Samples series = check_ports({"--reader=procfs", "--held=count"});
    const std::string labels = R"({source="127.0.0.1",destination="127.0.0.1:5432"})";
    BOOST_TEST(series.at("ephemeral_ports_tuple_used_most" + labels) >
               series.at("ephemeral_ports_tuple_used" + labels));
}

BOOST_AUTO_TEST_CASE(top_bounds_the_number_of_series)
{
    for (std::uint16_t port = 1; port <= 20; ++port)
        connect(1, lab::at("127.0.0.1", port));
    const auto tuples = [](const std::string& top) {
        std::set<std::string> labels;
        for (const auto& [name, value] : check_ports({"--top", top}))
            labels.insert(name.substr(name.find('{')));
        return labels.size();
    };
    BOOST_TEST(tuples("0") == 0U);
    BOOST_TEST(tuples("3") <= 4U); // and the one with the highest projected usage
    BOOST_TEST(tuples("3") >= 3U);
    BOOST_TEST(tuples("100") == 20U);
}

BOOST_AUTO_TEST_CASE(a_host_without_connections_has_no_series)
{
    BOOST_TEST(check_ports().empty());
}

BOOST_AUTO_TEST_CASE(each_listed_address_has_the_figures_of_its_row)
{
    connect(40, lab::at("127.0.0.1", 5432));
    connect(7, lab::at("10.9.0.1", 443));
    connections.push_back(lab::bound({.tcp = false, .bind = lab::at("127.0.0.1", 0)}));
    const std::vector<std::string> check = {"plugins/check_ephemeral_binds"};
    const json rows = lab::report_of(check).rows("addresses");
    const Samples series = series_in(lab::run({check[0], "--output-format=openmetrics"}).text);
    check_equal(series, series_of(rows, "ephemeral_binds_address_",
                                  {"used", "left", "used_most", "left_least"}, {},
                                  {"protocol", "address"}));
    BOOST_TEST(series.at(R"(ephemeral_binds_address_used{protocol="TCP",address="10.9.0.1"})") ==
               7);
    BOOST_TEST(series.at(R"(ephemeral_binds_address_left{protocol="UDP",address="127.0.0.1"})") ==
               63);
}

BOOST_AUTO_TEST_CASE(an_address_in_doubt_has_two_series)
{
    connect(40, lab::at("127.0.0.1", 5432));
    for (int i = 0; i < 10; ++i)
        connections.push_back(lab::bound({.bind = lab::at("10.9.0.1", 0)}));
    const std::vector<std::string> check = {"plugins/check_ephemeral_binds", "--reader=procfs",
                                            "--output-format=openmetrics"};
    const Samples series = series_in(lab::run(check).text);
    const std::string labels = R"({protocol="TCP",address="127.0.0.1"})";
    BOOST_TEST(series.at("ephemeral_binds_address_used_most" + labels) >
               series.at("ephemeral_binds_address_used" + labels));
}

BOOST_AUTO_TEST_CASE(closes_are_named_by_tuple)
{
    const lab::Endpoint server = lab::at("127.0.0.1", 5432);
    listeners.push_back(lab::listening(server));
    lab::churn(7, server, listeners.back());
    const std::vector<std::string> check = {"plugins/check_ephemeral_timewait"};
    const auto rows = [&] { return lab::report_of(check).rows("makers"); };
    // A rate falls as time passes: what is compared was measured between two equal reports.
    json before;
    Samples series;
    lab::await(
        [&] {
            before = rows();
            series = series_in(lab::run({check[0], "--output-format=openmetrics"}).text);
            return before == rows();
        },
        "two equal reports");
    BOOST_TEST(before.size() == 1U);
    check_equal(series,
                series_of(before, "ephemeral_timewait_tuple_", {"time_wait", "close_rate"}, {}));
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace
