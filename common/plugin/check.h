// What every check is, and the one place that runs it.
//
// A check supplies its description, its options and its measurement. `run` owes the scheduler the
// rest: the common options, the time limit over all of it, one line of UNKNOWN for anything that is
// thrown, the output in one write, and the exit code.
#pragma once

#include <chrono>
#include <memory>
#include <string>
#include <string_view>

#include "common/plugin/description.h"
#include "common/plugin/options.h"
#include "common/plugin/report.h"

namespace plugin {

/// What RANGE means, for `--help` and the manual page.
constexpr std::string_view range_help =
    "RANGE is [@]START:END as in the Monitoring Plugins guidelines: 80 alerts above 80 (and below "
    "0), 10: alerts below 10, 10:20 outside it, @10:20 inside it.";

/// How the report is printed.
enum class OutputFormat { plugin, json, openmetrics };

/// What the options that every check has are set to.
struct CommonOptions {
    OutputFormat format = OutputFormat::plugin;
    int timeout = 10; ///< in seconds
    bool verbose = false;
    bool help = false;
    bool version = false;
};

void declare_common(Options& options, CommonOptions& common);

class Check {
public:
    Check() = default;
    Check(const Check&) = delete;
    Check& operator=(const Check&) = delete;
    virtual ~Check() = default;

    [[nodiscard]] virtual Description describe() const = 0;

    /// Declares the check's own options; they are filled in before measure() is called.
    virtual void declare(Options& options) = 0;

    /// Looks and judges. Whatever it throws becomes UNKNOWN with the exception's text.
    /// `verbose`: `-v` was given, so the report tells how it was measured, too.
    virtual Report measure(bool verbose) = 0;

    /// How long the whole run may take, by `-t`: it ends then, with UNKNOWN. Who has much to look
    /// at can stop before.
    [[nodiscard]] std::chrono::seconds time_limit() const { return time_limit_; }
    void set_time_limit(std::chrono::seconds limit) { time_limit_ = limit; }

private:
    std::chrono::seconds time_limit_ = std::chrono::seconds(10);
};

/// The check that this program is; each file in plugins/ defines it once. `main` and the generator
/// of the manual pages both start from here.
std::unique_ptr<Check> make_check();

/// Runs `check` with the words of the command line behind the program's name, prints its output to
/// standard output and returns the exit code: that of UNKNOWN, too, if the output could not be
/// written to its end. Throws nothing.
int run(Check& check, const std::vector<std::string>& words);

/// `-w` and `-c`, as every check that judges a metric has them: `metric` is what is judged and how,
/// such as "usage (percent)"; `target` holds the defaults. With a `prefix` such as "projected-",
/// those of a further metric: long options only.
void declare_thresholds(Options& options, const std::string& metric, Range::Unit unit,
                        Thresholds& target, const std::string& prefix = "");

} // namespace plugin
