// A report that has one of everything, for the tests of the output formats.
#pragma once

#include <array>

#include "common/plugin/description.h"
#include "common/plugin/report.h"

namespace sample {

inline plugin::Description description()
{
    return {"check_sample",
            "SAMPLE",
            "how many?",
            "  check_sample\n",
            {{"usage", "used", "What is used"}}};
}

inline plugin::Report report()
{
    const plugin::Thresholds thresholds = {
        plugin::Range::parse("~:50", plugin::Range::Unit::percent), {}};
    using plugin::Kind;
    using Role = plugin::Column::Role;
    plugin::Table tuples(
        {"samples",
         "The samples",
         {{"used", "used", "Ports of the \"tuple\" that are used", Kind::count, Role::series},
          plugin::sometimes(
              {"used_most", "at most", "The same, at most", Kind::count, Role::series}),
          {"projected", "projected", "Where it leads", Kind::share, Role::series},
          plugin::sometimes({"destination", "to", "Whom it connects to", Kind::text, Role::label}),
          {"destination_port", "", "The port of that"},
          {"ages", "ages", "How old they are", Kind::counts}},
         "tuple"});
    const std::array<std::uint32_t, 3> ages = {0, 2, 4};
    tuples.add_row({40, std::nullopt, 71.9, "10.0.0.5:5432", 5432, plugin::Cell(ages, "_.:")});

    plugin::Metric unmeasured;
    unmeasured.label = "close_rate";
    plugin::Metric time;
    time.label = "search_time";
    time.value = 0.25;
    time.unit = "s";
    plugin::Metric counter;
    counter.label = "overflows";
    counter.value = 3;
    counter.unit = "c";

    plugin::Report report;
    report.state = plugin::State::warning;
    report.sentence = "24 of 64 ports left";
    report.metrics = {plugin::percentage_metric("usage", 62.5, thresholds),
                      plugin::count_metric("used", 40, 64), unmeasured, time, counter};
    report.tables = {tuples};
    report.details = {"Raise the range."};
    return report;
}

} // namespace sample
