// check_ephemeral_binds: how many ports have bind(address, 0) and UDP left?
//
// The wildcard address is judged, because it conflicts with all others and runs out first. A host
// on which no program binds misses none of its ports: if connections and TIME_WAITs alone take
// those of TCP, check_ephemeral_ports is the check that wakes somebody, and this one warns.
#include "common/plugin/check.h"
#include "common/ports/busiest_tuple.h"
#include "plugins/binder_inquiry.h"
#include "plugins/binds_cures.h"
#include "plugins/binds_description.h"
#include "plugins/binds_owners.h"
#include "plugins/binds_situation.h"
#include "plugins/held_inquiry.h"
#include "plugins/host.h"
#include "plugins/if_nobody_binds_option.h"
#include "plugins/reader_option.h"
#include "plugins/settings_text.h"
#include "plugins/tell_questions.h"
#include "plugins/top_option.h"

namespace {

using plugin::Range;
using plugin::Report;

enum class Protocols { all, tcp, udp };

class EphemeralBinds : public plugin::Check {
public:
    [[nodiscard]] plugin::Description describe() const override { return checks::describe_binds(); }
    void declare(plugin::Options& options) override;
    Report measure(bool verbose) override;

private:
    checks::BindsJudgement judgement_ = {
        {Range::parse("66", Range::Unit::percent), Range::parse("90", Range::Unit::percent)}};
    Protocols protocols_ = Protocols::all;
    checks::IfNobodyBinds if_nobody_binds_ = checks::IfNobodyBinds::warning;
    int top_ = 5;
    bool who_ = false;
    checks::HostSource source_;
};

checks::BindsSituation assess(ports::Protocol protocol, const ports::BindCensus& census)
{
    return {protocol, census.range_size(), census.wildcard(), census.by_address()};
}

Report EphemeralBinds::measure(bool verbose)
{
    judgement_.rows = static_cast<std::size_t>(top_);
    const bool tcp = protocols_ != Protocols::udp;
    const bool udp = protocols_ != Protocols::tcp;

    // Read the settings of the network namespace, and its sockets, once: also those on the ports
    // that a wider range would have.
    checks::Host host = checks::look_at_host(
        source_, {.wanted = {.tcp = tcp, .udp = udp}, .widens = true, .owners = who_});
    const sockets::Snapshot& snapshot = host.snapshot;

    // Ask the kernel about sockets that may be hidden, if any may be.
    std::string obstacle;
    const ports::HiddenPorts hidden = checks::inquire_hidden(snapshot, host.oracle, obstacle);

    // Count by address.
    std::vector<ports::BindCensus> censuses;
    std::vector<checks::BindsSituation> situations;
    if (tcp) {
        censuses.emplace_back(snapshot, ports::Protocol::tcp, hidden);
        situations.push_back(assess(ports::Protocol::tcp, censuses.back()));
    }
    if (udp) {
        censuses.emplace_back(snapshot, ports::Protocol::udp);
        situations.push_back(assess(ports::Protocol::udp, censuses.back()));
    }

    // Ask whether anybody would miss the ports of TCP, if these are nearly gone.
    if (if_nobody_binds_ == checks::IfNobodyBinds::warning &&
        checks::tcp_state(situations, judgement_) == plugin::State::critical)
        judgement_.nobody_binds =
            checks::inquire_binders(snapshot, hidden, host.oracle) == checks::Binders::none;

    // Judge the wildcard of each protocol, and tell: whose ports they are, if it is not OK or if
    // the owners are asked for, and what would help.
    Report report = checks::report_binds(situations, judgement_);
    if (who_ || report.state != plugin::State::ok) {
        checks::find_binds_owners(snapshot, judgement_.rows, situations);
        report = checks::report_binds(situations, judgement_);
    }
    if (checks::tcp_state(situations, judgement_) != plugin::State::ok) {
        if (const auto busiest = ports::find_busiest_tuple(snapshot))
            report.details.push_back(checks::tell_busiest(*busiest));
    }
    const auto limits = checks::tell_binds_limits(situations);
    report.details.insert(report.details.end(), limits.begin(), limits.end());
    if (judgement_.nobody_binds)
        report.details.push_back(checks::tell_nobody_binds());
    checks::tell_binds_cures(snapshot, censuses, hidden, situations, judgement_, report);
    if (checks::has_doubt(situations, judgement_.rows))
        report.details.push_back(checks::tell_bind_doubt(hidden, obstacle, judgement_.in_doubt));
    report.details.insert(report.details.end(), host.notes.begin(), host.notes.end());
    if (verbose)
        report.details.insert(report.details.end(), {checks::tell_questions(host.oracle),
                                                     checks::tell_reader(snapshot.reading),
                                                     checks::tell_range(snapshot.settings)});
    return report;
}

void EphemeralBinds::declare(plugin::Options& options)
{
    plugin::declare_thresholds(options, "usage (percent)", Range::Unit::percent, judgement_.usage);
    options.add(plugin::choice_option(
        "protocol", "which protocol is judged; the worse of the two (all)",
        plugin::Choices<Protocols>{
            {"tcp", Protocols::tcp}, {"udp", Protocols::udp}, {"all", Protocols::all}},
        protocols_));
    options.add(checks::if_nobody_binds_option(if_nobody_binds_));
    options.add(checks::top_option("list the N fullest local addresses of each protocol", top_));
    options.add(checks::who_option(who_));
    options.add(checks::in_doubt_option(judgement_.in_doubt));
    checks::declare_source(options, source_);
}

} // namespace

std::unique_ptr<plugin::Check> plugin::make_check()
{
    return std::make_unique<EphemeralBinds>();
}
