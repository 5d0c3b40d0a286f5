// check_ephemeral_range: is the range large enough, and does a service's own port lie in it?
#include "common/plugin/check.h"
#include "plugins/host.h"
#include "plugins/range_cures.h"
#include "plugins/range_description.h"
#include "plugins/range_situation.h"
#include "plugins/reader_option.h"

namespace {

using plugin::Options;
using plugin::Range;
using plugin::Report;

class EphemeralRange : public plugin::Check {
public:
    [[nodiscard]] plugin::Description describe() const override { return checks::describe_range(); }
    void declare(Options& options) override;
    Report measure(bool verbose) override;

private:
    checks::RangeJudgement judgement_ = {
        {Range::parse("10000:", Range::Unit::none), Range::parse("5000:", Range::Unit::none)}, {}};
    bool who_ = false;
    checks::HostSource source_;
};

Report EphemeralRange::measure(bool verbose)
{
    // Read the settings, and who listens: also on the ports that a wider range would have.
    const checks::Host host = checks::look_at_host(
        source_, {.wanted = {.udp = true, .tcp_states = {sockets::SocketState::listening}},
                  .widens = true,
                  .owners = who_});
    const sockets::Snapshot& snapshot = host.snapshot;

    // Find the services inside the range, judge and tell.
    checks::RangeSituation situation = {ports::find_services(snapshot), snapshot.settings,
                                        host.unprivileged_port_start};
    Report report = checks::report_range(situation, judgement_);

    // If it is not OK, or if they are asked for: the owners.
    if (who_ || report.state != plugin::State::ok) {
        situation.owners = checks::name_services_owners(snapshot, situation.services);
        report = checks::report_range(situation, judgement_);
    }

    checks::tell_range_cures(snapshot, situation, judgement_, report);
    if (verbose)
        report.details.insert(report.details.end(), {checks::tell_reader(snapshot.reading),
                                                     checks::tell_privileged_ports(situation)});
    return report;
}

void EphemeralRange::declare(Options& options)
{
    plugin::declare_thresholds(options, "the number of usable ports", Range::Unit::none,
                               judgement_.size);
    plugin::declare_thresholds(options, "the number of services in the range", Range::Unit::none,
                               judgement_.services, "services-");
    options.add(plugin::switch_option(
        "rfc6335", {}, "WARNING if the range goes beyond 49152-65535, which RFC 6335 sets aside",
        judgement_.rfc6335));
    options.add(checks::who_option(who_));
    checks::declare_source(options, source_);
}

} // namespace

std::unique_ptr<plugin::Check> plugin::make_check()
{
    return std::make_unique<EphemeralRange>();
}
