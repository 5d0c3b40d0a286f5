#include "common/plugin/check.h"

#include <new>
#include <utility>

#include <fmt/format.h>

#include "common/plugin/output.h"
#include "common/plugin/output_json.h"
#include "common/plugin/output_openmetrics.h"
#include "common/plugin/text.h"
#include "common/plugin/time_limit.h"

#include "config.h"

namespace plugin {
namespace {

constexpr const char* output_format = "output-format";
constexpr const char* timeout = "timeout";

std::string format_help(const Description& description, const Options& options)
{
    const std::string arguments =
        options.arguments_name().empty() ? "" : " " + options.arguments_name();
    return fmt::format("{}\n\nUsage: {} [OPTION]...{}\n\n{}\n"
                       "{}\n\n"
                       "Exit status: 0 OK, 1 WARNING, 2 CRITICAL, 3 UNKNOWN.\n\nExamples:\n{}",
                       wrap(description.name + ": " + description.question, terminal_width, 0),
                       description.name, arguments, options.help(),
                       wrap(range_help, terminal_width, 0), description.examples);
}

Report unknown(const std::string& why)
{
    Report report;
    report.state = State::unknown;
    report.sentence = why;
    return report;
}

std::string format(const Report& report, const Description& description,
                   const CommonOptions& common)
{
    switch (common.format) {
    case OutputFormat::json:
        return format_json(description, report);
    case OutputFormat::openmetrics:
        return format_openmetrics(description, report);
    case OutputFormat::plugin:
        break;
    }
    return format_report(description.service, report,
                         common.verbose ? std::string::npos : scheduler_limit);
}

/// What is to be printed, and the state to exit with.
struct Outcome {
    std::string text;
    State state = State::unknown;
};

Outcome answer(Check& check, const Description& description, const Options& options,
               const std::vector<std::string>& words, const CommonOptions& common)
{
    options.parse(words);
    if (common.help)
        return {format_help(description, options)};
    if (common.version)
        return {fmt::format("{} {} ({})\n", description.name, PACKAGE_VERSION, PACKAGE_NAME)};
    const Report report = check.measure(common.verbose);
    return {format(report, description, common), report.state};
}

/// The same, and whatever it throws as UNKNOWN.
Outcome answer_or_say_why_not(Check& check, const Description& description, const Options& options,
                              const std::vector<std::string>& words, const CommonOptions& common)
{
    const auto fail = [&](const std::string& why) {
        return Outcome{format(unknown(why), description, common)};
    };
    try {
        return answer(check, description, options, words, common);
    } catch (const UsageError& error) {
        return fail(fmt::format("{}; see {} --help", error.what(), description.name));
    } catch (const std::bad_alloc&) {
        return fail(std::string(out_of_memory));
    } catch (const std::exception& error) {
        return fail(error.what());
    } catch (...) {
        return fail("an error of unknown kind");
    }
}

/// The exit code. An answer that does not reach its reader is none.
int print(std::string_view text, State state)
{
    return static_cast<int>(write_out(text) ? state : State::unknown);
}

} // namespace

void declare_common(Options& options, CommonOptions& common)
{
    options.add(choice_option(
        output_format,
        "print for a scheduler (plugin), for Zabbix and scripts (json), or for Prometheus "
        "(openmetrics)",
        Choices<OutputFormat>{{"plugin", OutputFormat::plugin},
                              {"json", OutputFormat::json},
                              {"openmetrics", OutputFormat::openmetrics}},
        common.format));

    constexpr int longest_timeout = 3600;
    options.add(
        number_option(timeout, 't', "SECONDS",
                      fmt::format("give up after SECONDS with UNKNOWN ({})", common.timeout), 1,
                      longest_timeout, common.timeout));

    Option verbose = switch_option("verbose", 'v',
                                   "say how it was measured, and print all lines, even past 4 KB",
                                   common.verbose);
    verbose.repeatable = true; // `-vvv` is common usage
    options.add(std::move(verbose));

    options.add(switch_option("version", 'V', "print the version", common.version));
    options.add(switch_option("help", 'h', "print this help", common.help));
}

int run(Check& check, const std::vector<std::string>& words)
{
    try {
        const Description description = check.describe();
        CommonOptions common;
        Options options;
        check.declare(options);
        declare_common(options, common);
        options.look_ahead({output_format, timeout}, words);

        check.set_time_limit(std::chrono::seconds(common.timeout));
        const Report too_late = unknown(
            fmt::format("no answer within {} s; allow more with --timeout", common.timeout));
        const TimeLimit limit(common.timeout, format(too_late, description, common));
        const Outcome outcome = answer_or_say_why_not(check, description, options, words, common);
        TimeLimit::fall_silent();
        return print(outcome.text, outcome.state);
    } catch (...) {
        return give_up();
    }
}

void declare_thresholds(Options& options, const std::string& metric, Range::Unit unit,
                        Thresholds& target, const std::string& prefix)
{
    const auto declare = [&](const char* name, char short_name, std::string_view state,
                             std::optional<Range>& range) {
        const std::string fallback = range ? fmt::format(" ({})", range->text()) : "";
        options.add(value_option(
            prefix + name, prefix.empty() ? std::optional(short_name) : std::nullopt, "RANGE",
            fmt::format("{} if {} is outside RANGE{}", state, metric, fallback),
            [unit, &range](const std::string& text) { range = Range::parse(text, unit); }));
    };
    declare("warning", 'w', "WARNING", target.warning);
    declare("critical", 'c', "CRITICAL", target.critical);
}

} // namespace plugin
