// What every check is, and the one place that runs it.
//
// A check supplies its description, its options and its measurement. `run` owes the scheduler the
// rest: the common options, the time limit, one line of UNKNOWN for anything that is thrown, the
// output in one write, and the exit code.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "common/plugin/options.h"
#include "common/plugin/report.h"

namespace plugin {

struct Description {
    std::string name;     ///< the program's: "check_ephemeral_ports"
    std::string service;  ///< how its output begins: "EPHEMERAL PORTS"
    std::string question; ///< the question that it answers, a sentence or two
    std::string examples; ///< worked examples for the end of `--help`, each line at most 80 wide
};

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
};

/// The check that this program is; each file in plugins/ defines it once. `main` and the generator
/// of the manual pages both start from here.
std::unique_ptr<Check> make_check();

/// Runs `check` with the words of the command line behind the program's name, prints its output to
/// standard output and returns the exit code.
int run(Check& check, const std::vector<std::string>& words);

/// `-w` and `-c`, as every check that judges a metric has them: `metric` is what is judged and how,
/// such as "usage (percent)"; `target` holds the defaults. With a `prefix` such as "projected-",
/// those of a further metric: long options only.
void declare_thresholds(Options& options, const std::string& metric, Range::Unit unit,
                        Thresholds& target, const std::string& prefix = "");

} // namespace plugin
