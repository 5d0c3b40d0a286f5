#include "common/plugin/output_json.h"

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <limits>
#include <string>

#include <boost/test/unit_test.hpp>
#include <nlohmann/json.hpp>

#include "plugins/binds_situation.h"
#include "tests/unit/sample_report.h"

namespace {

using nlohmann::json;

json format(const plugin::Report& report)
{
    return json::parse(plugin::format_json(sample::description(), report));
}

json read_schema()
{
    std::ifstream file(std::string(std::getenv("TEST_SOURCE_DIRECTORY")) +
                       "/docs/report.schema.json");
    return json::parse(file);
}

/// The JSON Schema type of `value`.
std::string type_of(const json& value)
{
    if (value.is_number_integer())
        return "integer";
    return value.is_null() ? "null" : value.type_name();
}

bool allows(const json& types, const std::string& type)
{
    if (types.is_array())
        return std::any_of(types.begin(), types.end(),
                           [&](const json& one) { return allows(one, type); });
    return types == type || (types == "number" && type == "integer");
}

/// Holds `value` against those words of JSON Schema that our schema uses.
void validate(const json& value, const json& schema, const std::string& place)
{
    BOOST_TEST_CONTEXT(place << " is " << value)
    {
        if (schema.contains("type"))
            BOOST_TEST(allows(schema["type"], type_of(value)));
        if (schema.contains("const"))
            BOOST_TEST(value == schema["const"]);
        if (schema.contains("enum"))
            BOOST_TEST((std::find(schema["enum"].begin(), schema["enum"].end(), value) !=
                        schema["enum"].end()));
        for (const json& key : schema.value("required", json::array()))
            BOOST_TEST(value.contains(key.get<std::string>()), "lacks " << key);
        if (value.is_object())
            for (const auto& [key, member] : value.items()) {
                const json properties = schema.value("properties", json::object());
                const json others = schema.value("additionalProperties", json::object());
                BOOST_TEST((properties.contains(key) || others.is_object()),
                           "does not know " << key);
                validate(member, properties.value(key, others.is_object() ? others : json()),
                         std::string(place).append(".").append(key));
            }
        if (value.is_array())
            for (const json& element : value)
                validate(element, schema.value("items", json::object()), place + "[]");
    }
}

BOOST_AUTO_TEST_SUITE(output_json)

BOOST_AUTO_TEST_CASE(names_the_check_its_state_and_the_schema)
{
    const json report = format(sample::report());
    BOOST_TEST(report["schema"] == plugin::json_schema_version);
    BOOST_TEST(report["check"] == "check_sample");
    BOOST_TEST(report["state"] == "WARNING");
    BOOST_TEST(report["state_code"] == 1);
    BOOST_TEST(report["summary"] == "24 of 64 ports left");
    BOOST_TEST(report["details"] == json({"Raise the range."}));
}

BOOST_AUTO_TEST_CASE(gives_numbers_as_numbers_and_counts_without_a_point)
{
    const json metrics = format(sample::report())["metrics"];
    BOOST_TEST(metrics["usage"]["value"] == 62.5);
    BOOST_TEST(metrics["used"]["value"].is_number_integer());
    BOOST_TEST(metrics["used"]["max"] == 64);
}

BOOST_AUTO_TEST_CASE(gives_thresholds_as_written_and_null_if_there_is_none)
{
    const json metrics = format(sample::report())["metrics"];
    BOOST_TEST(metrics["usage"]["warning"] == "~:50");
    BOOST_TEST(metrics["used"]["warning"].is_null());
    BOOST_TEST(metrics["close_rate"]["value"].is_null());
    BOOST_TEST(metrics["close_rate"]["max"].is_null());
}

BOOST_AUTO_TEST_CASE(gives_a_row_of_a_table_as_an_object_for_low_level_discovery)
{
    const json tuples = format(sample::report())["tables"]["samples"];
    BOOST_REQUIRE(tuples.size() == 1);
    BOOST_TEST(tuples[0] == json({{"used", 40},
                                  {"projected", 71.9},
                                  {"destination", "10.0.0.5:5432"},
                                  {"destination_port", 5432},
                                  {"ages", {0, 2, 4}}}));
}

BOOST_AUTO_TEST_CASE(gives_a_table_without_rows_as_an_empty_array)
{
    plugin::Report report;
    report.tables = {plugin::Table({"tuples", "", {{"used", "used"}}})};
    BOOST_TEST(format(report)["tables"]["tuples"] == json::array());
}

BOOST_AUTO_TEST_CASE(an_unknown_has_all_keys_too)
{
    plugin::Report report;
    report.sentence = "no answer";
    const json unknown = format(report);
    const json known = format(sample::report());
    for (const auto& [key, value] : known.items())
        BOOST_TEST(unknown.contains(key), key);
    BOOST_TEST(unknown["state"] == "UNKNOWN");
    BOOST_TEST(unknown["metrics"] == json::object());
}

BOOST_AUTO_TEST_CASE(leaves_out_the_key_of_a_cell_without_a_value)
{
    plugin::Report report;
    report.tables = {plugin::Table(
        {"tuples", "", {{"used", "used"}, plugin::sometimes({"used_most", "at most"})}})};
    report.tables[0].add_row({1, std::nullopt});
    report.tables[0].add_row({2, 3});
    BOOST_TEST(format(report)["tables"]["tuples"] ==
               json({{{"used", 1}}, {{"used", 2}, {"used_most", 3}}}));
}

BOOST_AUTO_TEST_CASE(writes_each_figure_in_the_digits_of_perfdata)
{
    plugin::Report report;
    for (const double value : {0.1 + 0.2, 4.000000000000001, 71.89999999999999, 1e-7, 1e12, -0.0})
        report.metrics.push_back({.label = "x", .value = value});
    report.metrics.push_back(plugin::seconds_metric("y", 0.000001234));
    const std::string text = plugin::format_json(sample::description(), report);
    for (const char* number : {"0.3", "4", "71.9", "0", "1000000000000", "0.000001234"})
        BOOST_TEST(text.find(std::string("\"value\":") + number + ',') != std::string::npos,
                   number << " in " << text);
}

BOOST_AUTO_TEST_CASE(writes_null_for_what_is_no_number)
{
    plugin::Report report;
    report.metrics = {{.label = "x", .value = std::numeric_limits<double>::infinity()}};
    BOOST_TEST(format(report)["metrics"]["x"]["value"].is_null());
}

BOOST_AUTO_TEST_CASE(stays_json_whatever_a_text_holds)
{
    plugin::Report report;
    report.sentence = "program \xff\n";
    BOOST_TEST(format(report)["summary"] == "program \xef\xbf\xbd\n");
    report.sentence = "\xe0\x80\x9b \xed\xa0\x80";
    BOOST_TEST(format(report)["summary"] == "\ufffd\ufffd\ufffd \ufffd\ufffd\ufffd");
    report.sentence = "\u202e \"quoted\" \\ größer\t\x1b";
    BOOST_TEST(format(report)["summary"] == "\ufffd \"quoted\" \\ größer\t\x1b");
    report.sentence = std::string("\0", 1);
    BOOST_TEST(format(report)["summary"] == report.sentence);
}

BOOST_AUTO_TEST_CASE(is_one_line)
{
    const std::string text = plugin::format_json(sample::description(), sample::report());
    BOOST_TEST(text.find('\n') == text.size() - 1);
}

BOOST_AUTO_TEST_CASE(is_what_the_published_schema_says)
{
    const json schema = read_schema();
    BOOST_TEST(schema["properties"]["schema"]["const"] == plugin::json_schema_version);
    validate(format(sample::report()), schema, "report");
    validate(format(plugin::Report()), schema, "unknown");
}

BOOST_AUTO_TEST_CASE(has_the_keys_in_each_row_that_the_published_schema_requires)
{
    checks::BindsSituation exact;
    exact.range_size = 64;
    exact.by_address = {ports::BindUsage()};
    checks::BindsSituation doubtful = exact;
    doubtful.by_address.front().used_most = 7;
    const json report = format(checks::report_binds({exact, doubtful}, {}));
    const json schema = read_schema();
    BOOST_TEST(report["tables"]["addresses"].size() == 2U);
    validate(report, schema, "binds");
    for (const auto& [name, table] : schema["properties"]["tables"]["properties"].items())
        BOOST_TEST(!table["items"]["required"].empty(), name);
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace
