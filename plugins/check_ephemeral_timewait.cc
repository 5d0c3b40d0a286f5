// check_ephemeral_timewait: how much TIME_WAIT is there, from whom, and how fast is it made?
//
// The kernel keeps the number of TIME_WAITs and what it threw away for want of room, so the verdict
// costs two small files. Only who makes them needs the sockets: a first walk counts them by tuple,
// a second one takes the ages of the few tuples that are listed.
//
// At tcp_max_tw_buckets, inet_twsk_alloc() gives tcp_time_wait() no more room: the connection ends
// without TIME_WAIT, and TCPTimeWaitOverflow counts it. Its port is free at once, and what
// TIME_WAIT guards against (RFC 9293, 3.6.1; RFC 1337) can happen.
#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "common/kernel/netstat.h"
#include "common/kernel/port_settings.h"
#include "common/kernel/sockstat.h"
#include "common/plugin/bars.h"
#include "common/plugin/check.h"
#include "common/plugin/number.h"
#include "common/plugin/table.h"
#include "common/ports/census.h"
#include "common/ports/history.h"
#include "common/sockets/reader.h"
#include "plugins/reader_option.h"
#include "plugins/top_option.h"
#include "plugins/tuple_columns.h"

namespace {

using plugin::Metric;
using plugin::Options;
using plugin::Range;
using plugin::Report;
using plugin::Thresholds;

enum class Detail { none, tuples };

/// What the kernel counts by itself.
struct Counts {
    std::size_t time_wait = 0;
    std::optional<std::uint64_t> overflows; ///< nothing where the kernel does not tell
};

struct Row {
    ports::TupleUsage usage;
    ports::History history;
};

/// What only the sockets tell.
struct Makers {
    ports::TupleCounts total;
    double close_rate = 0;
    std::vector<Row> rows;     ///< those with the most TIME_WAITs
    std::size_t fin_wait2 = 0; ///< on ephemeral ports; the kernel counts them as TIME_WAIT
    std::size_t elsewhere = 0; ///< TIME_WAITs that take no ephemeral port
    sockets::Reading reading;
};

Counts read_counts()
{
    return {kernel::read_time_wait_count(), kernel::read_tcp_counter("TCPTimeWaitOverflow")};
}

/// The states in which connections end, and those that show which ports are a service's.
const sockets::StateSet states = {sockets::SocketState::time_wait, sockets::SocketState::fin_wait2,
                                  sockets::SocketState::listening, sockets::SocketState::bound};

Makers find_makers(const kernel::PortSettings& settings, const Counts& counts,
                   sockets::Reader reader, std::size_t most_rows)
{
    constexpr auto policy = ports::TimeWaitPolicy::kernel_rule;
    Makers makers;
    ports::Census census(settings, policy, {});
    makers.reading = sockets::read_tcp_sockets(
        reader, {settings.range, states}, [&](const sockets::Socket& socket) {
            census.add(socket);
            if (socket.state == sockets::SocketState::fin_wait2 && socket.expires_in)
                ++makers.fin_wait2;
        });
    makers.total = census.total();
    makers.close_rate = census.close_rate();
    const std::size_t seen = makers.total.time_wait + makers.fin_wait2;
    makers.elsewhere = counts.time_wait - std::min(counts.time_wait, seen);

    // Without rows there is still a worst tuple.
    const std::vector<ports::TupleUsage> most =
        census.most_time_wait(std::max<std::size_t>(most_rows, 1));
    std::vector<ports::Tuple> tuples;
    tuples.reserve(most.size());
    for (const ports::TupleUsage& usage : most)
        tuples.push_back(usage.tuple);
    ports::Histories histories(settings, policy, {}, tuples);
    if (most_rows > 0 && !tuples.empty())
        sockets::read_tcp_sockets(reader, {settings.range, states, histories.destination_ports()},
                                  [&](const sockets::Socket& socket) { histories.add(socket); });
    for (const ports::TupleUsage& usage : most)
        makers.rows.push_back({usage, histories.of(usage.tuple)});
    return makers;
}

/// Above ten a second decimals say nothing.
double round_rate(double rate)
{
    constexpr double many = 10;
    constexpr double finest = 0.1;
    return rate < many ? std::round(rate / finest) * finest : std::round(rate);
}

std::string summarize(const Counts& counts, const std::optional<Makers>& makers,
                      const plugin::Verdict& verdict, std::uint32_t cap)
{
    std::string sentence =
        cap == 0
            ? fmt::format("{} in TIME_WAIT, tcp_max_tw_buckets is 0", counts.time_wait)
            : fmt::format("{} in TIME_WAIT, {}% of tcp_max_tw_buckets ({})", counts.time_wait,
                          plugin::format_number(plugin::percentage(counts.time_wait, cap)), cap);
    if (verdict.state != plugin::State::ok)
        sentence += fmt::format(" (time_wait is {})", verdict.reason);
    if (counts.overflows.value_or(0) > 0)
        sentence += fmt::format("; {} closed without TIME_WAIT for want of room since start",
                                *counts.overflows);
    if (makers)
        sentence += fmt::format("; {} on ephemeral ports, {} closes/s", makers->total.time_wait,
                                plugin::format_number(round_rate(makers->close_rate)));
    if (makers && !makers->rows.empty())
        sentence += fmt::format(", most to {}",
                                ports::format_destination(makers->rows.front().usage.tuple));
    return sentence;
}

/// What was not measured is left out: some schedulers reject a whole line for one `U`.
std::vector<Metric> make_metrics(const Counts& counts, const std::optional<Makers>& makers,
                                 const kernel::PortSettings& settings, const Thresholds& thresholds)
{
    std::vector<Metric> metrics = {plugin::judged(
        plugin::count_metric("time_wait", counts.time_wait, settings.largest_time_wait),
        thresholds)};
    if (makers) {
        metrics.push_back(plugin::count_metric("time_wait_ephemeral", makers->total.time_wait));
        metrics.push_back(plugin::count_metric("reusable", makers->total.reusable));
        Metric rate;
        rate.label = "close_rate";
        rate.value = makers->close_rate;
        metrics.push_back(rate);
        metrics.push_back(plugin::count_metric(
            "worst_time_wait",
            makers->rows.empty() ? 0 : makers->rows.front().usage.counts.time_wait));
    }
    if (counts.overflows) {
        Metric overflows = plugin::count_metric("overflows", *counts.overflows);
        overflows.unit = "c";
        metrics.push_back(overflows);
    }
    metrics.push_back(plugin::count_metric("range_size", settings.usable().size()));
    return metrics;
}

plugin::Table make_table(const std::vector<Row>& rows)
{
    plugin::Table table(
        "makers", with_tuple_columns({{"time_wait", "TIME_WAIT"},
                                      {"reusable", "reusable"},
                                      {"close_rate", "closes/s"},
                                      {"minute_close_rate", "mean"},
                                      {"ages", "60 s ago .. now", plugin::Column::Align::left}}));
    const plugin::Charset charset = plugin::environment_charset();
    for (const Row& row : rows) {
        auto ages = row.history.ages();
        std::reverse(ages.begin(), ages.end());
        table.add_row(with_tuple_cells(
            {row.usage.counts.time_wait, row.usage.counts.reusable, round_rate(row.history.rate()),
             round_rate(row.history.minute_rate()), plugin::draw_bars(ages, charset)},
            row.usage.tuple));
    }
    return table;
}

std::string explain_cap(const Counts& counts, std::uint32_t cap)
{
    return fmt::format(
        "{} tcp_max_tw_buckets ({}) the kernel ends connections without TIME_WAIT and counts them "
        "(TCPTimeWaitOverflow): their ports are free at once, but a late segment may reach the "
        "next connection. Raise net.ipv4.tcp_max_tw_buckets, or let clients keep connections "
        "open.",
        counts.time_wait >= cap ? "The cap is reached: at" : "At", cap);
}

class EphemeralTimeWait : public plugin::Check {
public:
    [[nodiscard]] plugin::Description describe() const override;
    void declare(Options& options) override;
    Report measure(bool verbose) override;

private:
    Thresholds thresholds_ = {Range::parse("80%", Range::Unit::share),
                              Range::parse("95%", Range::Unit::share)};
    Detail detail_ = Detail::tuples;
    int top_ = 5;
    sockets::Reader reader_ = sockets::Reader::automatic;
};

plugin::Description EphemeralTimeWait::describe() const
{
    return {"check_ephemeral_timewait",
            "EPHEMERAL TIMEWAIT",
            "how much TIME_WAIT is there, from whom, and how fast is it made?",
            "  check_ephemeral_timewait\n"
            "      WARNING above 80 % of tcp_max_tw_buckets, CRITICAL above 95 %, and a list\n"
            "      of the destinations with the most\n"
            "  check_ephemeral_timewait --detail=none -w 20000 -c 30000\n"
            "      judges the number alone; costs nothing, however many sockets there are\n"
            "  check_ephemeral_timewait --top 20\n"
            "      lists the twenty destinations with the most\n",
            {{"time_wait", "Connections in TIME_WAIT, in this network namespace"},
             {"time_wait_ephemeral", "Connections in TIME_WAIT on ephemeral ports"},
             {"reusable", "TIME_WAITs that connect() would take over, unless their port is held"},
             {"close_rate", "Connections that this host closes first, a second"},
             {"worst_time_wait", "TIME_WAITs of the tuple with the most"},
             {"overflows", "Connections that ended without TIME_WAIT for want of room"},
             {"range_size", "Usable ports: the range without the reserved ones"}}};
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
    options.add(top_option("list the N tuples with the most", top_));
    options.add(reader_option(reader_));
}

Report EphemeralTimeWait::measure(bool verbose)
{
    const kernel::PortSettings settings =
        kernel::read_port_settings(kernel::SettingsNeeded::ports_and_time_wait);
    if (!settings.largest_time_wait)
        throw std::runtime_error("net.ipv4.tcp_max_tw_buckets is missing or unknown here");
    const std::uint32_t cap = *settings.largest_time_wait;
    const Thresholds thresholds = {thresholds_.warning->of(cap), thresholds_.critical->of(cap)};
    const Counts counts = read_counts();
    std::optional<Makers> makers;
    if (detail_ == Detail::tuples)
        makers = find_makers(settings, counts, reader_, static_cast<std::size_t>(top_));

    const plugin::Verdict verdict =
        plugin::judge(static_cast<double>(counts.time_wait), thresholds);
    Report report;
    report.state = verdict.state;
    report.sentence = summarize(counts, makers, verdict, cap);
    report.metrics = make_metrics(counts, makers, settings, thresholds);
    if (makers && top_ > 0)
        report.tables = {make_table(makers->rows)};
    if (verdict.state != plugin::State::ok || counts.time_wait >= cap)
        report.details.push_back(explain_cap(counts, cap));
    report.details.push_back(ports::explain_reuse(settings));
    // The counter and the walk are of different moments; a few are no finding.
    constexpr std::size_t noteworthy = 20;
    if (makers && makers->fin_wait2 > counts.time_wait / noteworthy)
        report.details.push_back(
            fmt::format("{} are still in FIN_WAIT2, which the kernel counts among them: the other "
                        "side has not closed. They last tcp_fin_timeout, {} s.",
                        makers->fin_wait2, settings.fin_wait2_length.count()));
    if (makers && makers->elsewhere > counts.time_wait / noteworthy)
        report.details.push_back(
            fmt::format("{} take no ephemeral port: this host's services closed them first, or "
                        "their ports are outside the range.",
                        makers->elsewhere));
    if (verbose && makers)
        report.details.push_back(tell_reader(makers->reading));
    return report;
}

} // namespace

std::unique_ptr<plugin::Check> plugin::make_check()
{
    return std::make_unique<EphemeralTimeWait>();
}
