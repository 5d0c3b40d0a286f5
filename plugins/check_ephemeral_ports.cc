// check_ephemeral_ports: how many ports has connect() left, for the worst (source, destination,
// port) tuple?
#include "common/plugin/check.h"
#include "plugins/closing_looks.h"
#include "plugins/held_inquiry.h"
#include "plugins/host.h"
#include "plugins/live_owners.h"
#include "plugins/ports_cures.h"
#include "plugins/ports_description.h"
#include "plugins/ports_report.h"
#include "plugins/reader_option.h"
#include "plugins/reuse_inquiry.h"
#include "plugins/settings_text.h"
#include "plugins/tell_questions.h"
#include "plugins/top_option.h"

namespace {

using plugin::Options;
using plugin::Range;
using plugin::Report;

class EphemeralPorts : public plugin::Check {
public:
    [[nodiscard]] plugin::Description describe() const override { return checks::describe_ports(); }
    void declare(Options& options) override;
    Report measure(bool verbose) override;

private:
    void check_options();

    checks::PortsJudgement judgement_ = {
        {Range::parse("66", Range::Unit::percent), Range::parse("90", Range::Unit::percent)},
        {},
        {}};
    ports::Watch watch_;
    bool ipv4_only_ = false;
    bool ipv6_only_ = false;
    int top_ = 5;
    bool who_ = false;
    ports::TimeWaitPolicy time_wait_ = ports::TimeWaitPolicy::kernel_rule;
    checks::HeldPolicy held_ = checks::HeldPolicy::ask;
    checks::HostSource source_;
};

Report EphemeralPorts::measure(bool verbose)
{
    check_options();
    const auto rows = static_cast<std::size_t>(top_);

    // Read the settings of the network namespace, and its sockets, once: also those on the ports
    // that a wider range would have.
    checks::Host host = checks::look_at_host(
        source_,
        {.settings = kernel::SettingsNeeded::ports_and_time_wait, .widens = true, .owners = who_});
    const sockets::Snapshot& snapshot = host.snapshot;

    // Ask the kernel which ports are held, as far as the sockets do not tell.
    const checks::HeldInquiry inquiry = checks::inquire_held(snapshot, held_, host.oracle);

    // Count what each tuple has taken, and ask whether its TIME_WAITs are really taken over.
    ports::Census census(snapshot, inquiry.held, time_wait_, watch_);
    if (held_ == checks::HeldPolicy::ask)
        checks::prove_reuse(snapshot, rows, host.oracle, census);

    // Find the worst, and where it is heading; judge and tell.
    checks::PortsSituation situation =
        checks::assess_ports(snapshot, census, rows, judgement_.in_doubt);
    situation.watches_all = watch_.covers_all();
    Report report = checks::report_ports(situation, judgement_);

    // If it is not OK, or if they are asked for: the owners.
    if (who_ || report.state != plugin::State::ok) {
        situation.owners = checks::name_owners(
            snapshot, ports::count_owners(situation.connections, situation.tuple_numbers()));
        situation.keep_connections_of_worst(); // the others are a megabyte
        report = checks::report_ports(situation, judgement_);
    }
    if (who_ && !situation.rows.empty())
        report.details.push_back(checks::tell_closings(
            checks::watch_closings(snapshot.settings, source_.reader, situation.tuples())));

    // If it is not OK: what would help, and how much.
    checks::tell_ports_cures(snapshot, census, situation, judgement_, report);
    const auto doubts =
        checks::tell_doubts(situation, checks::tell_doubt(inquiry), judgement_.in_doubt);
    report.details.insert(report.details.end(), doubts.begin(), doubts.end());
    report.details.insert(report.details.end(), host.notes.begin(), host.notes.end());
    if (verbose)
        report.details.insert(report.details.end(), {checks::tell_questions(host.oracle),
                                                     checks::tell_reader(snapshot.reading),
                                                     checks::tell_settings(snapshot.settings)});
    return report;
}

/// Options that leave nothing to watch would be OK for ever.
void EphemeralPorts::check_options()
{
    if (ipv4_only_ != ipv6_only_)
        watch_.family = ipv4_only_ ? ports::Watch::Family::ipv4 : ports::Watch::Family::ipv6;
    if (const auto contradiction = watch_.contradiction())
        throw plugin::UsageError(*contradiction);
}

void EphemeralPorts::declare(Options& options)
{
    plugin::declare_thresholds(options, "usage (percent)", Range::Unit::percent, judgement_.usage);
    plugin::declare_thresholds(options, "projected usage (percent)", Range::Unit::percent,
                               judgement_.projected, "projected-");
    options.add(plugin::switch_option("ipv4", '4', "only IPv4 tuples", ipv4_only_));
    options.add(plugin::switch_option("ipv6", '6', "only IPv6 tuples", ipv6_only_));
    options.add(plugin::list_option("source", "ADDR[/LEN]",
                                    "only tuples from this source; repeatable", watch_.sources));
    options.add(plugin::list_option(
        "destination", "ADDR[/LEN][:PORT]",
        "only tuples to this destination, an IPv6 one as [ADDR/LEN]:PORT; repeatable",
        watch_.destinations));
    options.add(plugin::list_option("exclude", "ADDR[/LEN][:PORT]",
                                    "no tuples to this destination; repeatable",
                                    watch_.exclusions));
    options.add(checks::top_option(
        "list the N worst tuples, and the one with the highest projected usage", top_));
    options.add(checks::who_option(who_, ", and watch for one second to see who closes"));
    options.add(plugin::choice_option(
        "time-wait",
        "whether a TIME_WAIT uses its port: unless the kernel would reuse it (auto), always "
        "(count), never (ignore)",
        plugin::Choices<ports::TimeWaitPolicy>{{"auto", ports::TimeWaitPolicy::kernel_rule},
                                               {"count", ports::TimeWaitPolicy::count},
                                               {"ignore", ports::TimeWaitPolicy::ignore}},
        time_wait_));
    options.add(checks::held_option(held_));
    options.add(checks::in_doubt_option(judgement_.in_doubt));
    checks::declare_source(options, source_);
}

} // namespace

std::unique_ptr<plugin::Check> plugin::make_check()
{
    return std::make_unique<EphemeralPorts>();
}
