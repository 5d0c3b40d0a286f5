// What a check prints, whatever is in the names that it was told: a sentence, a row of a table and
// a line of details, in the input parted by NULs.
#include <algorithm>

#include "common/plugin/output_json.h"
#include "common/plugin/output_openmetrics.h"
#include "common/text/utf8.h"
#include "tests/fuzz/target.h"
#include "tests/unit/sample_report.h"

namespace {

using fuzz::promise;

/// The lines of `text`, which has to end with its last one. Each of them shows where it stands.
std::vector<std::string_view> lines_of(std::string_view text)
{
    promise(text.ends_with('\n'));
    std::vector<std::string_view> lines;
    while (!text.empty()) {
        lines.push_back(fuzz::take(text, '\n'));
        promise(text::make_printable(lines.back()) == lines.back());
    }
    return lines;
}

/// Without what stands in quotes, where a backslash escapes; the quotes are closed.
std::string outside_quotes(std::string_view line)
{
    std::string rest;
    bool quoted = false;
    for (std::size_t i = 0; i < line.size(); ++i) {
        if (quoted && line[i] == '\\')
            ++i;
        else if (line[i] == '"')
            quoted = !quoted;
        else if (!quoted)
            rest += line[i];
    }
    promise(!quoted);
    return rest;
}

plugin::Report report_of(std::string_view sentence, std::string_view destination,
                         std::string_view details)
{
    plugin::Report report = sample::report();
    const std::array<std::uint32_t, 3> ages = {1, 3, 5};
    // Not empty, for then the column is left out.
    report.tables.front().add_row(
        {41, std::nullopt, 2.5, "to " + std::string(destination), 80, plugin::Cell(ages, "_.:")});
    report.sentence = sentence;
    report.details = {std::string(details)};
    return report;
}

std::string plugin_output(const plugin::Report& report)
{
    return format_report("SAMPLE", report, plugin::scheduler_limit);
}

std::string perfdata_in(std::string_view output)
{
    const std::string_view line = output.substr(0, output.find('\n'));
    promise(line.starts_with("SAMPLE WARNING - ") && line.find('|') != std::string_view::npos);
    return std::string(line.substr(line.find('|')));
}

std::string json(const plugin::Report& report)
{
    return format_json(sample::description(), report);
}

std::string openmetrics(const plugin::Report& report)
{
    return format_openmetrics(sample::description(), report);
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    // The perfdata, the members and the samples are those of a report of plain words.
    static const plugin::Report plain = report_of("a", "b", "c");
    static const std::string plain_perfdata = perfdata_in(plugin_output(plain));
    static const std::string plain_json = outside_quotes(json(plain));
    static const std::string plain_openmetrics = outside_quotes(openmetrics(plain));

    std::string_view rest = fuzz::text_of(data, size);
    const std::string_view sentence = fuzz::take(rest, '\0');
    const std::string_view destination = fuzz::take(rest, '\0');
    const plugin::Report report = report_of(sentence, destination, rest);

    const std::string text = plugin_output(report);
    promise(text.size() <= plugin::scheduler_limit && !lines_of(text).empty());
    promise(std::ranges::count(text, '|') == 1 && perfdata_in(text) == plain_perfdata);
    promise(lines_of(json(report)).size() == 1 && outside_quotes(json(report)) == plain_json);
    promise(lines_of(openmetrics(report)).back() == "# EOF");
    promise(outside_quotes(openmetrics(report)) == plain_openmetrics);
    return 0;
}

std::vector<std::string> fuzz::seeds()
{
    using std::string_literals::operator""s;
    return {"24 of 64 ports left\0pool.service\0Raise the range."s,
            "a|b\x1b[31m\n\0unit \"x\\y\"\n|\0\xe2\x80\xae'\r\t"s};
}
