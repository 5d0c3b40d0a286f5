#include "common/plugin/check.h"

#include <cerrno>
#include <cstdlib>
#include <unistd.h>

#include <fmt/format.h>

#include "common/plugin/text.h"
#include "common/plugin/time_limit.h"

#include "config.h"

namespace plugin {
namespace {

struct CommonOptions {
    int timeout = 10;
    bool verbose = false;
    bool help = false;
    bool version = false;
};

void declare_common(Options& options, CommonOptions& common)
{
    constexpr int longest_timeout = 3600;
    options.add(
        number_option("timeout", 't', "SECONDS",
                      fmt::format("give up after SECONDS with UNKNOWN ({})", common.timeout), 1,
                      longest_timeout, common.timeout));

    Option verbose = switch_option("verbose", 'v',
                                   "tell how it was measured, and print all lines, past 4 KB too",
                                   common.verbose);
    verbose.repeatable = true; // `-vvv` is common usage
    options.add(std::move(verbose));

    options.add(switch_option("version", 'V', "print the version", common.version));
    options.add(switch_option("help", 'h', "print this help", common.help));
}

std::string format_help(const Description& description, const Options& options)
{
    const std::string arguments =
        options.arguments_name().empty() ? "" : " " + options.arguments_name();
    return fmt::format(
        "{}\n\nUsage: {} [OPTION]...{}\n\n{}\n"
        "RANGE is [@]START:END as in the Monitoring Plugins guidelines: 80 alerts above\n"
        "80 (and below 0), 10: below 10, 10:20 outside of it, @10:20 inside of it.\n\n"
        "Exit status: 0 OK, 1 WARNING, 2 CRITICAL, 3 UNKNOWN.\n\nExamples:\n{}",
        wrap(description.name + ": " + description.question, terminal_width, 0), description.name,
        arguments, options.help(), description.examples);
}

Report unknown(const std::string& why)
{
    Report report;
    report.state = State::unknown;
    report.sentence = why;
    return report;
}

/// In one write(), so that a reader never sees half of it.
int print(const std::string& text, State state)
{
    std::string_view rest = text;
    while (!rest.empty()) {
        const ssize_t written = write(STDOUT_FILENO, rest.data(), rest.size());
        if (written < 0 && errno == EINTR)
            continue;
        if (written <= 0)
            return static_cast<int>(State::unknown);
        rest.remove_prefix(static_cast<std::size_t>(written));
    }
    return static_cast<int>(state);
}

/// What is to be printed, and the state to exit with.
struct Outcome {
    std::string text;
    State state = State::unknown;
};

Outcome answer(Check& check, const Description& description, const std::vector<std::string>& words)
{
    CommonOptions common;
    Options options;
    check.declare(options);
    declare_common(options, common);
    options.parse(words);
    if (common.help)
        return {format_help(description, options)};
    if (common.version)
        return {fmt::format("{} {} ({})\n", description.name, PACKAGE_VERSION, PACKAGE_NAME)};

    const TimeLimit limit(
        common.timeout,
        format_report(description.service,
                      unknown(fmt::format("no answer within {} s; allow more with --timeout",
                                          common.timeout)),
                      scheduler_limit));
    const Report report = check.measure(common.verbose);
    const std::size_t length = common.verbose ? std::string::npos : scheduler_limit;
    return {format_report(description.service, report, length), report.state};
}

} // namespace

int run(Check& check, const std::vector<std::string>& words)
{
    const Description description = check.describe();
    const auto fail = [&](const std::string& why) {
        return print(format_report(description.service, unknown(why), scheduler_limit),
                     State::unknown);
    };
    try {
        const Outcome outcome = answer(check, description, words);
        return print(outcome.text, outcome.state);
    } catch (const UsageError& error) {
        return fail(fmt::format("{}; see {} --help", error.what(), description.name));
    } catch (const std::exception& error) {
        return fail(error.what());
    } catch (...) {
        return fail("an error that does not say what it is");
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
            fmt::format("{} where {} is outside RANGE{}", state, metric, fallback),
            [unit, &range](const std::string& text) { range = Range::parse(text, unit); }));
    };
    declare("warning", 'w', "WARNING", target.warning);
    declare("critical", 'c', "CRITICAL", target.critical);
}

} // namespace plugin
