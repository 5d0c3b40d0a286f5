// check_ephemeral_namespaces: which network namespace (container, pod) of this host has the fewest
// ports left, and for whom?
//
// Each namespace has sockets and settings of its own (struct net), so the other checks, which see
// their own namespace alone, say nothing of containers.
#include <chrono>
#include <stdexcept>

#include "common/kernel/privileges.h"
#include "common/plugin/check.h"
#include "plugins/namespaces_description.h"
#include "plugins/namespaces_walk.h"
#include "plugins/top_option.h"

namespace {

using plugin::Options;
using plugin::Range;
using plugin::Report;

class EphemeralNamespaces : public plugin::Check {
public:
    [[nodiscard]] plugin::Description describe() const override
    {
        return checks::describe_namespaces();
    }
    void declare(Options& options) override;
    Report measure(bool verbose) override;

private:
    checks::NamespacesJudgement judgement_ = {
        {Range::parse("66", Range::Unit::percent), Range::parse("90", Range::Unit::percent)},
        {},
        {}};
    checks::NamespaceChoice choice_;
    int top_ = 5;
};

Report EphemeralNamespaces::measure(bool verbose)
{
    // Give up every privilege that is not needed, before anything is looked at.
    kernel::keep_privileges(kernel::Purpose::other_namespaces);

    // Count the sockets of each namespace; read those of the namespaces that could matter. One walk
    // that begins by half-time has as long again.
    const auto last_start = std::chrono::steady_clock::now() + time_limit() / 2;
    checks::NamespacesSituation situation =
        checks::look_into_namespaces(choice_, judgement_, last_start);
    situation.rows = static_cast<std::size_t>(top_);

    // Judge the worst, and tell.
    Report report = checks::report_namespaces(situation, judgement_);
    if (verbose)
        checks::tell_counted(situation, report.details);
    return report;
}

void EphemeralNamespaces::declare(Options& options)
{
    plugin::declare_thresholds(options, "usage (percent)", Range::Unit::percent, judgement_.usage);
    const auto add_patterns = [&](const char* name, const char* text,
                                  std::vector<std::string>& target) {
        plugin::Option option =
            plugin::value_option(name, {}, "PATTERN", text, [&target](const std::string& pattern) {
                if (pattern.empty())
                    throw std::invalid_argument("no name is empty");
                target.push_back(pattern);
            });
        option.repeatable = true;
        options.add(std::move(option));
    };
    add_patterns("namespace",
                 "only namespaces of this name, such as 'shop/*' or 'pod *', or of this number in "
                 "lsns; repeatable",
                 choice_.only);
    add_patterns("exclude", "no namespaces of this name or number, such as host; repeatable",
                 choice_.exclusions);
    options.add(checks::top_option("list the N worst namespaces", top_));
    options.add(checks::if_refused_option(
        "if namespaces that could hide a problem cannot be looked into", judgement_.if_refused));
    options.add(checks::in_doubt_option(judgement_.in_doubt));
}

} // namespace

std::unique_ptr<plugin::Check> plugin::make_check()
{
    return std::make_unique<EphemeralNamespaces>();
}
