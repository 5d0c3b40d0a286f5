// check_ephemeral_ports: how many ports has connect() left, for the worst (source, destination,
// port) tuple?
//
// The passes: read the settings of this network namespace; stream the sockets on its ephemeral
// ports into a census; unless all is well whatever it says, ask the kernel which ports are held and
// count again with those known; for the tuples that could run out within a minute, stream theirs
// into their histories; judge the tuple that has the fewest ports left, and where asked to, the one
// that is heading for the fewest.
#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "common/kernel/port_settings.h"
#include "common/plugin/check.h"
#include "common/plugin/number.h"
#include "common/plugin/table.h"
#include "common/ports/advice.h"
#include "common/ports/census.h"
#include "common/sockets/reader.h"
#include "plugins/forecast.h"
#include "plugins/held_ports.h"
#include "plugins/reader_option.h"
#include "plugins/top_option.h"
#include "plugins/tuple_columns.h"

namespace {

using plugin::Metric;
using plugin::Options;
using plugin::Range;
using plugin::Report;
using plugin::Thresholds;

/// What the check found, ready to be judged and told.
struct Situation {
    std::size_t range_size = 0;
    std::size_t held = 0;
    bool more_may_be_held = false; ///< so that less than `left` may be left
    bool watches_all = true;       ///< no option leaves a tuple out
    std::size_t tuples = 0;
    ports::TupleCounts total;
    ports::TupleUsage worst; ///< where there is no tuple: what any destination would find
    double usage = 0;        ///< of the worst, in percent
    ports::TupleUsage worst_projected;
    double projected = 0; ///< the usage that it is heading for, in percent; may pass 100
    std::vector<ports::TupleUsage> top;
    std::optional<Forecast> forecast; ///< nothing where no tuple's ports will be gone
};

/// In percent; unlike what is used, what is projected can pass 100.
double projected_percentage(const ports::TupleUsage& usage, std::size_t range_size)
{
    constexpr double thousandths = 1000;
    if (usage.projected <= range_size || range_size == 0)
        return plugin::percentage(usage.projected, range_size);
    return std::round(thousandths * static_cast<double>(usage.projected) /
                      static_cast<double>(range_size)) /
           10;
}

ports::TupleUsage find_worst(const ports::Census& census)
{
    const std::vector<ports::TupleUsage> worst = census.worst(1);
    return worst.empty() ? census.new_tuple() : worst.front();
}

ports::TupleUsage find_worst_projected(const ports::Census& census)
{
    const std::vector<ports::TupleUsage> worst = census.worst_projected(1);
    return worst.empty() ? census.new_tuple() : worst.front();
}

/// Whether the state is OK even if all the doubtful ports should be held. Below OK somebody acts on
/// the figures, so they had better be exact.
bool is_fine_anyway(const ports::Census& census, std::size_t doubtful, const Thresholds& thresholds,
                    const Thresholds& projected_thresholds)
{
    const auto is_fine = [](double least, double most, const Thresholds& limits) {
        return plugin::judge(least, limits).state == plugin::State::ok &&
               plugin::is_verdict_certain(least, most, limits);
    };
    const std::size_t size = census.range_size();
    ports::TupleUsage projected = find_worst_projected(census);
    const double projected_least = projected_percentage(projected, size);
    projected.projected += doubtful;
    return is_fine(plugin::percentage(find_worst(census).used, size),
                   plugin::percentage(census.held().size() + doubtful, size), thresholds) &&
           is_fine(projected_least, projected_percentage(projected, size), projected_thresholds);
}

Situation assess(const ports::Census& census, std::size_t most_rows)
{
    Situation situation;
    situation.range_size = census.range_size();
    situation.held = census.held().size();
    situation.tuples = census.tuples();
    situation.total = census.total();
    situation.top = census.worst(most_rows);
    situation.worst = situation.top.empty() ? find_worst(census) : situation.top.front();
    situation.usage = plugin::percentage(situation.worst.used, situation.range_size);

    situation.worst_projected = find_worst_projected(census);
    situation.projected = projected_percentage(situation.worst_projected, situation.range_size);
    const bool listed =
        std::any_of(situation.top.begin(), situation.top.end(), [&](const ports::TupleUsage& row) {
            return row.tuple == situation.worst_projected.tuple;
        });
    if (!listed && !situation.top.empty())
        situation.top.push_back(situation.worst_projected);
    return situation;
}

/// Of usage, and of where it is heading.
struct Verdicts {
    plugin::Verdict usage;
    plugin::Verdict projected;
};

std::string summarize(const Situation& situation, const Verdicts& verdict)
{
    std::string sentence =
        fmt::format("{}{} of {} ports left", situation.more_may_be_held ? "at most " : "",
                    situation.worst.left, situation.range_size);
    if (situation.tuples == 0)
        sentence += situation.watches_all
                        ? " to any destination, no outgoing connection"
                        : " to a new destination, no connection that the options select";
    else
        sentence += fmt::format(" from {} to {}", situation.worst.tuple.source.text(),
                                ports::format_destination(situation.worst.tuple));
    if (situation.held > 0)
        sentence += fmt::format(", {} held", situation.held);
    if (situation.more_may_be_held)
        sentence += ", more may be held";
    if (verdict.usage.state != plugin::State::ok)
        sentence += fmt::format(" (usage {}% is {})", plugin::format_number(situation.usage),
                                verdict.usage.reason);
    if (verdict.projected.state != plugin::State::ok)
        sentence += fmt::format(
            "; heading for {}% to {} (projected is {})", plugin::format_number(situation.projected),
            ports::format_destination(situation.worst_projected.tuple), verdict.projected.reason);
    if (situation.forecast)
        sentence += "; " + tell(*situation.forecast);
    return sentence;
}

std::vector<Metric> make_metrics(const Situation& situation, const Thresholds& thresholds,
                                 const Thresholds& projected_thresholds)
{
    Metric projected =
        plugin::percentage_metric("projected", situation.projected, projected_thresholds);
    projected.maximum.reset(); // a rate can lead past what there is
    const std::size_t size = situation.range_size;
    return {plugin::percentage_metric("usage", situation.usage, thresholds),
            plugin::count_metric("used", situation.worst.used, size),
            plugin::count_metric("left", situation.worst.left, size),
            plugin::count_metric("held", situation.held, size),
            projected,
            plugin::count_metric("range_size", size),
            plugin::count_metric("time_wait", situation.total.time_wait),
            plugin::count_metric("tuples", situation.tuples),
            plugin::count_metric("sockets", situation.total.connections())};
}

plugin::Table make_table(const std::vector<ports::TupleUsage>& tuples)
{
    plugin::Table table("tuples", with_tuple_columns({{"used", "used"},
                                                      {"left", "left"},
                                                      {"projected", "projected"},
                                                      {"established", "established"},
                                                      {"time_wait", "TIME_WAIT"},
                                                      {"other", "other"},
                                                      {"held", "held"}}));
    for (const ports::TupleUsage& usage : tuples)
        table.add_row(
            with_tuple_cells({usage.used, usage.left, usage.projected, usage.counts.established,
                              usage.counts.time_wait, usage.counts.other, usage.held_others},
                             usage.tuple));
    return table;
}

std::string tell_settings(const kernel::PortSettings& settings)
{
    return fmt::format(
        "ip_local_port_range {} to {}, {} usable; tcp_tw_reuse {}, tcp_tw_reuse_delay {} ms, "
        "tcp_timestamps {}.",
        settings.range.low, settings.range.high, settings.usable().size(),
        settings.time_wait_reuse ? std::to_string(static_cast<int>(*settings.time_wait_reuse))
                                 : "unknown",
        settings.time_wait_reuse_delay.count(), settings.timestamps.value_or(false) ? "on" : "off");
}

class EphemeralPorts : public plugin::Check {
public:
    [[nodiscard]] plugin::Description describe() const override;
    void declare(Options& options) override;
    Report measure(bool verbose) override;

private:
    sockets::Reading count(const kernel::PortSettings& settings, ports::Census& census) const;
    [[nodiscard]] Report report(const Situation& situation, const kernel::PortSettings& settings,
                                const sockets::Reading& reading, const HeldInquiry& inquiry,
                                bool verbose) const;

    Thresholds thresholds_ = {Range::parse("66", Range::Unit::percent),
                              Range::parse("90", Range::Unit::percent)};
    Thresholds projected_thresholds_;
    ports::Watch watch_;
    bool ipv4_only_ = false;
    bool ipv6_only_ = false;
    int top_ = 5;
    ports::TimeWaitPolicy time_wait_ = ports::TimeWaitPolicy::kernel_rule;
    HeldPolicy held_ = HeldPolicy::where_it_matters;
    sockets::Reader reader_ = sockets::Reader::automatic;
};

plugin::Description EphemeralPorts::describe() const
{
    return {
        "check_ephemeral_ports",
        "EPHEMERAL PORTS",
        "how many ports has connect() left, for the worst (source address, destination address, "
        "destination port)?",
        "  check_ephemeral_ports\n"
        "      WARNING above 66 % of the ports used towards one destination, CRITICAL\n"
        "      above 90 %\n"
        "  check_ephemeral_ports -w 50 -c 80 --destination 10.0.0.5:5432\n"
        "      watches the connections to one database alone\n"
        "  check_ephemeral_ports --projected-critical 100\n"
        "      alerts, too, while ports are left that will not last at the present rate\n"
        "  check_ephemeral_ports --exclude 127.0.0.0/8 --exclude [::1] --top 10\n"
        "      leaves loopback out and lists the ten worst tuples\n",
        {{"usage", "Share of the usable ports that the worst tuple uses"},
         {"used", "Ports that the worst tuple uses"},
         {"left", "Ports that connect() has left for the worst tuple"},
         {"held", "Ports that no connect() can have, whatever its destination"},
         {"projected", "Share of the usable ports that a tuple will use at the present rate"},
         {"range_size", "Usable ports: the range without the reserved ones"},
         {"time_wait", "Sockets in TIME_WAIT on these ports"},
         {"tuples", "Tuples of source address, destination address and destination port in use"},
         {"sockets", "Connections on these ports"}}};
}

void EphemeralPorts::declare(Options& options)
{
    plugin::declare_thresholds(options, "usage (percent)", Range::Unit::percent, thresholds_);
    plugin::declare_thresholds(options, "projected usage (percent)", Range::Unit::percent,
                               projected_thresholds_, "projected-");
    options.add(plugin::switch_option("ipv4", '4', "only IPv4 tuples", ipv4_only_));
    options.add(plugin::switch_option("ipv6", '6', "only IPv6 tuples", ipv6_only_));
    options.add(plugin::list_option("source", "ADDR[/LEN]", "only tuples from there; repeatable",
                                    watch_.sources));
    options.add(plugin::list_option(
        "destination", "ADDR[/LEN][:PORT]",
        "only tuples to there, an IPv6 one as [ADDR/LEN]:PORT; repeatable", watch_.destinations));
    options.add(plugin::list_option("exclude", "ADDR[/LEN][:PORT]",
                                    "no tuples to there; repeatable", watch_.exclusions));
    options.add(top_option("list the N worst tuples, and the one that heads for the most", top_));
    options.add(plugin::choice_option(
        "time-wait",
        "whether a TIME_WAIT uses its port: where the kernel would not reuse it (auto), always "
        "(count), never (ignore)",
        plugin::Choices<ports::TimeWaitPolicy>{{"auto", ports::TimeWaitPolicy::kernel_rule},
                                               {"count", ports::TimeWaitPolicy::count},
                                               {"ignore", ports::TimeWaitPolicy::ignore}},
        time_wait_));
    options.add(held_option(held_));
    options.add(reader_option(reader_));
}

Report EphemeralPorts::measure(bool verbose)
{
    if (ipv4_only_ != ipv6_only_)
        watch_.family = ipv4_only_ ? ports::Watch::Family::ipv4 : ports::Watch::Family::ipv6;

    const kernel::PortSettings settings =
        kernel::read_port_settings(kernel::SettingsNeeded::ports_and_time_wait);
    ports::Census census(settings, time_wait_, watch_);
    const sockets::Reading reading = count(settings, census);

    // A socket that is bound only keeps its port too; where none is shown, any port may carry one.
    const net::PortSet doubtful =
        reading.shows_bound ? census.doubtful() : settings.usable() - census.held();
    const HeldInquiry inquiry =
        inquire_held(doubtful, held_,
                     !is_fine_anyway(census, doubtful.size(), thresholds_, projected_thresholds_));
    if (inquiry.held.size() > 0) {
        census = ports::Census(settings, time_wait_, watch_, census.held() | inquiry.held);
        count(settings, census);
    }

    Situation situation = assess(census, static_cast<std::size_t>(top_));
    situation.watches_all = watch_.covers_all();
    situation.forecast = forecast(census, settings, time_wait_, reader_);
    situation.more_may_be_held =
        inquiry.outcome != HeldInquiry::Outcome::asked &&
        (census.used_at_most() > situation.worst.used || !reading.shows_bound);
    return report(situation, settings, reading, inquiry, verbose);
}

sockets::Reading EphemeralPorts::count(const kernel::PortSettings& settings,
                                       ports::Census& census) const
{
    return sockets::read_tcp_sockets(reader_, {settings.range},
                                     [&](const sockets::Socket& socket) { census.add(socket); });
}

Report EphemeralPorts::report(const Situation& situation, const kernel::PortSettings& settings,
                              const sockets::Reading& reading, const HeldInquiry& inquiry,
                              bool verbose) const
{
    const Verdicts verdict = {plugin::judge(situation.usage, thresholds_),
                              plugin::judge(situation.projected, projected_thresholds_)};
    Report report;
    report.state = plugin::worse(verdict.usage.state, verdict.projected.state);
    report.sentence = summarize(situation, verdict);
    report.metrics = make_metrics(situation, thresholds_, projected_thresholds_);
    report.tables = {make_table(situation.top)};
    if (verdict.usage.state != plugin::State::ok && situation.worst.used > 0)
        report.details.push_back(ports::advise(situation.worst, settings));
    if (inquiry.outcome == HeldInquiry::Outcome::unavailable || verbose)
        report.details.push_back(tell_held(inquiry));
    if (verbose)
        report.details.insert(report.details.end(),
                              {tell_reader(reading), tell_settings(settings)});
    return report;
}

} // namespace

std::unique_ptr<plugin::Check> plugin::make_check()
{
    return std::make_unique<EphemeralPorts>();
}
