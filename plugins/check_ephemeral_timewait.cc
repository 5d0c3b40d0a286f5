// check_ephemeral_timewait: how much TIME_WAIT is there, from whom, and how fast is it made?
//
// The kernel keeps the number of TIME_WAITs and what it threw away for lack of room, so the verdict
// costs two small files. Only who makes them needs the sockets.
//
// At tcp_max_tw_buckets, inet_twsk_alloc() gives tcp_time_wait() no more room: the connection ends
// without TIME_WAIT, and TCPTimeWaitOverflow counts it. Its port is free at once, and what
// TIME_WAIT guards against (RFC 9293, 3.6.1; RFC 1337) can happen.
#include <stdexcept>

#include "common/kernel/netstat.h"
#include "common/kernel/sockstat.h"
#include "common/plugin/check.h"
#include "plugins/host.h"
#include "plugins/reader_option.h"
#include "plugins/timewait_cures.h"
#include "plugins/timewait_description.h"
#include "plugins/timewait_situation.h"
#include "plugins/top_option.h"

namespace {

using plugin::Options;
using plugin::Range;
using plugin::Report;
using plugin::Thresholds;

enum class Detail { none, tuples };

/// The states in which connections end, and those that show which ports are a service's.
const sockets::StateSet ending = {sockets::SocketState::time_wait, sockets::SocketState::fin_wait2,
                                  sockets::SocketState::listening};

class EphemeralTimeWait : public plugin::Check {
public:
    [[nodiscard]] plugin::Description describe() const override
    {
        return checks::describe_timewait();
    }
    void declare(Options& options) override;
    Report measure(bool verbose) override;

private:
    [[nodiscard]] Thresholds thresholds_of(const std::optional<std::uint32_t>& cap) const;

    /// No port is lost at the cap, so by default nobody is woken.
    Thresholds thresholds_ = {Range::parse("80%", Range::Unit::share), {}};
    Detail detail_ = Detail::tuples;
    int top_ = 5;
    checks::HostSource source_;
};

Report EphemeralTimeWait::measure(bool verbose)
{
    // Read who makes them, once, unless the kernel's own counts are enough.
    const sockets::Wanted wanted = {.tcp = detail_ == Detail::tuples, .tcp_states = ending};
    const checks::Host host = checks::look_at_host(
        source_, {.settings = kernel::SettingsNeeded::ports_and_time_wait, .wanted = wanted});
    const kernel::PortSettings& settings = host.snapshot.settings;
    std::optional<checks::Makers> makers;
    if (detail_ == Detail::tuples)
        makers = checks::find_makers(host.snapshot, static_cast<std::size_t>(top_));

    // Read what the kernel counts by itself; nobody can tell what another one counted.
    const checks::TimeWaitCounts counts =
        host.time_wait ? checks::TimeWaitCounts{*host.time_wait, {}, settings.largest_time_wait}
                       : checks::TimeWaitCounts{kernel::read_time_wait_count(),
                                                kernel::read_tcp_counter("TCPTimeWaitOverflow"),
                                                settings.largest_time_wait};

    Report report = checks::report_time_wait(counts, makers, settings, thresholds_of(counts.cap));
    checks::tell_time_wait_cures(counts, makers, report);
    report.details.insert(report.details.end(), host.notes.begin(), host.notes.end());
    if (verbose && makers)
        report.details.push_back(checks::tell_reader(host.snapshot.reading));
    return report;
}

/// In sockets, if they are shares of the cap.
Thresholds EphemeralTimeWait::thresholds_of(const std::optional<std::uint32_t>& cap) const
{
    const auto in_sockets = [&](const std::optional<Range>& range) -> std::optional<Range> {
        if (!range || !range->has_share())
            return range;
        if (!cap)
            throw std::runtime_error("this kernel has no tcp_max_tw_buckets to take a share of; "
                                     "give -w and -c as numbers");
        return range->of(*cap);
    };
    return {in_sockets(thresholds_.warning), in_sockets(thresholds_.critical)};
}

void EphemeralTimeWait::declare(Options& options)
{
    plugin::declare_thresholds(
        options, "the number in TIME_WAIT, or with % their share of tcp_max_tw_buckets,",
        Range::Unit::share, thresholds_);
    options.add(plugin::choice_option(
        "detail",
        "find out who makes them (tuples), or read the kernel's counters alone (none), which "
        "leaves out time_wait_ephemeral, reusable, close_rate and worst_time_wait",
        plugin::Choices<Detail>{{"tuples", Detail::tuples}, {"none", Detail::none}}, detail_));
    options.add(checks::top_option("list the N tuples with the most", top_));
    checks::declare_source(options, source_);
}

} // namespace

std::unique_ptr<plugin::Check> plugin::make_check()
{
    return std::make_unique<EphemeralTimeWait>();
}
