// What a check says of itself, as JSON: what makes the schedulers' files reads nothing else.
#include "man/declaration.h"

#include <boost/test/unit_test.hpp>
#include <nlohmann/json.hpp>

#include "common/plugin/options.h"
#include "common/plugin/range.h"

namespace {

using nlohmann::json;
using plugin::Alert;
using plugin::Column;
using plugin::Kind;

plugin::Description named()
{
    return {.name = "check_sample", .service = "SAMPLE", .question = "how many?", .examples = ""};
}

json declare(const plugin::Description& description)
{
    return json::parse(declaration::format_json(description, plugin::Options()));
}

json declare_metric(Kind kind)
{
    plugin::Description description = named();
    description.metrics = {{"left", "left to it", "Ports that are left", kind, "range_size"}};
    return declare(description).at("metrics").at(0);
}

json declare_alert(const Alert& alert)
{
    plugin::Description description = named();
    description.alerts = {alert};
    return declare(description).at("alerts").at(0);
}

json declare_column(const Column& column)
{
    plugin::Description description = named();
    description.tables = {{"tuples", "The tuples", {column}, "tuple"}};
    return declare(description).at("tables").at(0).at("columns").at(0);
}

BOOST_AUTO_TEST_SUITE(declared)

BOOST_AUTO_TEST_CASE(quotes_backslashes_and_line_ends_come_through)
{
    plugin::Description description = named();
    description.question = "is \"it\" C:\\ports,\n\tor `$(x)` \xc3\xa4?";
    BOOST_TEST(declare(description).at("question") == description.question);
}

BOOST_AUTO_TEST_CASE(is_one_line_that_ends)
{
    const std::string text = declaration::format_json(named(), plugin::Options());
    BOOST_TEST(text.find('\n') == text.size() - 1);
}

BOOST_AUTO_TEST_CASE(a_check_without_metrics_tables_alerts_and_services_has_empty_lists)
{
    const json said = declare(named());
    for (const char* const list : {"options", "metrics", "tables", "series", "alerts", "services"})
        BOOST_TEST(said.at(list) == json::array(), list);
    BOOST_TEST(said.at("positional") == "");
}

BOOST_AUTO_TEST_CASE(a_metric_has_its_unit_and_says_if_it_is_whole)
{
    struct Expected {
        Kind kind;
        const char* unit;
        bool is_whole;
    };
    for (const auto& [kind, unit, is_whole] :
         {Expected{Kind::count, "", true}, Expected{Kind::counter, "c", true},
          Expected{Kind::share, "%", false}, Expected{Kind::seconds, "s", false},
          Expected{Kind::rate, "", false}}) {
        const json metric = declare_metric(kind);
        BOOST_TEST(metric.at("unit") == unit);
        BOOST_TEST(metric.at("is_whole") == is_whole);
        BOOST_TEST(metric.at("most") == "range_size");
    }
}

BOOST_AUTO_TEST_CASE(every_condition_of_an_alert_has_its_word)
{
    for (const auto& [when, word] :
         {std::pair(Alert::When::above, "above"), std::pair(Alert::When::below, "below"),
          std::pair(Alert::When::above_share_of_maximum, "above share of maximum"),
          std::pair(Alert::When::grows, "grows"), std::pair(Alert::When::not_ok, "not ok")})
        BOOST_TEST(declare_alert({.when = when}).at("when") == word);
}

BOOST_AUTO_TEST_CASE(every_urgency_of_an_alert_has_its_word)
{
    for (const auto& [urgency, word] :
         {std::pair(Alert::Urgency::page, "page"), std::pair(Alert::Urgency::ticket, "ticket"),
          std::pair(Alert::Urgency::off, "off")})
        BOOST_TEST(declare_alert({.urgency = urgency}).at("urgency") == word);
}

BOOST_AUTO_TEST_CASE(an_alert_says_each_thing_under_its_own_key)
{
    const json alert = declare_alert({.metric = "usage",
                                      .problem = "It fills",
                                      .consequence = "It is full",
                                      .warning = "66",
                                      .critical = "90",
                                      .setting = "share",
                                      .unit = "% of it",
                                      .forecast = "Its end",
                                      .cause = "check_other"});
    const json expected = {{"metric", "usage"},
                           {"when", "above"},
                           {"urgency", "page"},
                           {"problem", "It fills"},
                           {"consequence", "It is full"},
                           {"warning", "66"},
                           {"critical", "90"},
                           {"setting", "share"},
                           {"unit", "% of it"},
                           {"forecast", "Its end"},
                           {"cause", "check_other"}};
    BOOST_TEST(alert == expected);
}

BOOST_AUTO_TEST_CASE(a_service_has_its_arguments_and_its_minutes)
{
    plugin::Description description = named();
    description.services = {{"Sample", "-w 50", 60}};
    const json expected = {{"title", "Sample"}, {"arguments", "-w 50"}, {"minutes", 60}};
    BOOST_TEST(declare(description).at("services").at(0) == expected);
}

BOOST_AUTO_TEST_CASE(an_option_has_its_choices_and_says_if_it_may_be_repeated)
{
    bool quick = false;
    int detail = 0;
    plugin::Options options;
    options.add(plugin::switch_option("quick", 'q', "does less", quick));
    plugin::Option choice =
        plugin::choice_option<int>("detail", "how much", {{"all", 1}, {"none", 0}}, detail);
    choice.repeatable = true;
    options.add(choice);
    const json said = json::parse(declaration::format_json(named(), options)).at("options");
    const json expected = {
        {"name", "quick"},          {"short", "q"},       {"value", ""}, {"text", "does less"},
        {"choices", json::array()}, {"repeatable", false}};
    BOOST_TEST(said.at(0) == expected);
    BOOST_TEST(said.at(1).at("short") == "");
    BOOST_TEST(said.at(1).at("choices") == json({"all", "none"}));
    BOOST_TEST(said.at(1).at("repeatable") == true);
}

BOOST_AUTO_TEST_CASE(a_column_has_the_type_that_a_program_reads)
{
    for (const auto& [kind, type] :
         {std::pair(Kind::count, "integer"), std::pair(Kind::share, "number"),
          std::pair(Kind::rate, "number"), std::pair(Kind::seconds, "number"),
          std::pair(Kind::microseconds, "number"), std::pair(Kind::text, "string"),
          std::pair(Kind::counts, "array")})
        BOOST_TEST(declare_column({"key", "heading", "What it is", kind}).at("type") == type);
    const json expected = {{"key", "rate"}, {"title", "closes/s"}, {"meaning", "What it is"},
                           {"unit", ""},    {"type", "number"},    {"is_always_there", true}};
    BOOST_TEST(declare_column({"rate", "closes/s", "What it is", Kind::rate}) == expected);
}

BOOST_AUTO_TEST_CASE(a_column_says_if_a_row_can_lack_a_value)
{
    const Column most = plugin::sometimes({"most", "at most", "What it is, at most"});
    BOOST_TEST(declare_column(most).at("is_always_there") == false);
}

BOOST_AUTO_TEST_CASE(a_series_that_people_do_not_see_is_called_by_its_key)
{
    plugin::Description description = named();
    description.tables = {
        {"tuples", "", {{"usage_most", "", "", Kind::share, Column::Role::series}}, "tuple"}};
    BOOST_TEST(declare(description).at("series").at(0).at("title") == "usage most");
}

BOOST_AUTO_TEST_CASE(a_marked_column_is_a_series_under_the_name_of_its_row)
{
    plugin::Description description = named();
    description.tables = {
        {"tuples",
         "The tuples",
         {{"used", "used", "Ports that are used", Kind::share, Column::Role::series},
          {"to", "to", "Whom it is about", Kind::text, Column::Role::label},
          {"left", "left", "Ports that are left"}},
         "tuple"}};
    const json series = declare(description).at("series");
    BOOST_TEST(series.size() == 1U);
    BOOST_TEST(series.at(0).at("label") == "tuple_used");
    BOOST_TEST(series.at(0).at("meaning") == "Ports that are used");
    BOOST_TEST(series.at(0).at("unit") == "%");
    BOOST_TEST(series.at(0).at("title") == "used");
    BOOST_TEST(series.at(0).at("openmetrics") == "sample_tuple_used_ratio");
    BOOST_TEST(series.at(0).at("labels") == json({"to"}));
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace
