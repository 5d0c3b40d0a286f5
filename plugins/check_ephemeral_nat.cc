// check_ephemeral_nat: how many source ports has this host's NAT left, and what share of new
// connections does it refuse?
//
// A gateway shares out ports per (NAT address, protocol, destination address, destination port) in
// one zone of connection tracking (get_unique_tuple()). It refuses connections long before all are
// used, because it looks at 248 of them and gives up (nf_nat_l4proto_unique_tuple()).
#include <cstdint>
#include <netinet/in.h>

#include "common/conntrack/reader.h"
#include "common/kernel/privileges.h"
#include "common/kernel/reader_unavailable.h"
#include "common/plugin/check.h"
#include "common/ports/watch.h"
#include "plugins/nat_advice.h"
#include "plugins/nat_description.h"
#include "plugins/nat_situation.h"
#include "plugins/top_option.h"

namespace {

using plugin::Options;
using plugin::Range;
using plugin::Report;

class EphemeralNat : public plugin::Check {
public:
    [[nodiscard]] plugin::Description describe() const override { return checks::describe_nat(); }
    void declare(Options& options) override;
    Report measure(bool verbose) override;

private:
    /// What the entries tell. Nothing is read if there are none.
    std::optional<conntrack::Reading> read_tuples(checks::NatSituation& situation) const;

    checks::NatJudgement judgement_ = {
        {Range::parse("66", Range::Unit::percent), Range::parse("90", Range::Unit::percent)},
        {Range::parse("0.1", Range::Unit::percent), Range::parse("5", Range::Unit::percent)},
        {Range::parse("80", Range::Unit::percent), Range::parse("90", Range::Unit::percent)}};
    bool ipv4_only_ = false;
    bool ipv6_only_ = false;
    ports::Watch watch_;
    std::optional<std::uint8_t> protocol_;
    std::optional<net::PortRange> range_;
    int top_ = 5;
};

Report EphemeralNat::measure(bool verbose)
{
    // Give up every privilege that is not needed, before anything is looked at.
    kernel::keep_capabilities(kernel::Purpose::tracked_connections);
    if (ipv4_only_ != ipv6_only_)
        watch_.family = ipv4_only_ ? ports::Watch::Family::ipv4 : ports::Watch::Family::ipv6;
    watch_.source_option = "--nat-address";
    if (const auto contradiction = watch_.contradiction())
        throw plugin::UsageError(*contradiction);

    // What everybody may read.
    const auto counters = kernel::read_conntrack_counters();
    if (!counters)
        return checks::report_no_tracking();
    judgement_.rows = static_cast<std::size_t>(top_);
    checks::NatSituation situation{*counters, range_};

    // Read the entries, if there are any and we may.
    std::optional<conntrack::Reading> reading;
    try {
        reading = read_tuples(situation);
    } catch (const kernel::ReaderUnavailable& error) {
        situation.obstacle = error.what();
        situation.privilege = kernel::find_privilege(kernel::Purpose::tracked_connections);
    }

    Report report = checks::report_nat(situation, judgement_);
    if (verbose && reading)
        report.details.push_back(checks::tell_reader(*reading));
    return report;
}

std::optional<conntrack::Reading> EphemeralNat::read_tuples(checks::NatSituation& situation) const
{
    const auto length = situation.counters.time_wait_length;
    conntrack::NatTable table(length, situation.counters.entries);
    std::optional<conntrack::Reading> reading;
    if (situation.counters.entries > 0)
        reading = conntrack::read_entries([&](const conntrack::Entry& entry) { table.add(entry); });
    table.settle();
    const conntrack::NatCensus census(table, range_, length);
    checks::NatTuples found;
    const auto watched = census.select([&](const conntrack::NatTuple& tuple) {
        ++found.all;
        return (!protocol_ || *protocol_ == tuple.protocol) &&
               watch_.covers({tuple.source, tuple.destination.address, tuple.destination.port, 0});
    });
    found.tuples = watched.size();
    found.rows = census.find_worst(watched, judgement_.rows);
    situation.found = std::move(found);
    return reading;
}

void EphemeralNat::declare(Options& options)
{
    plugin::declare_thresholds(options, "usage (percent)", Range::Unit::percent, judgement_.usage);
    plugin::declare_thresholds(options, "the share of new connections refused (percent)",
                               Range::Unit::percent, judgement_.refused, "refused-");
    plugin::declare_thresholds(options, "the share of nf_conntrack_max in use (percent)",
                               Range::Unit::percent, judgement_.table, "table-");
    options.add(plugin::switch_option("ipv4", '4', "only IPv4 tuples", ipv4_only_));
    options.add(plugin::switch_option("ipv6", '6', "only IPv6 tuples", ipv6_only_));
    options.add(plugin::list_option("nat-address", "ADDR[/LEN]",
                                    "only tuples of this NAT address; repeatable", watch_.sources));
    options.add(plugin::list_option("destination", "ADDR[/LEN][:PORT]",
                                    "only tuples to this destination, behind a DNAT; an IPv6 one "
                                    "as [ADDR/LEN]:PORT; repeatable",
                                    watch_.destinations));
    options.add(plugin::list_option("exclude", "ADDR[/LEN][:PORT]",
                                    "no tuples to this destination; repeatable",
                                    watch_.exclusions));
    options.add(plugin::choice_option(
        "protocol", "which protocol is judged; the worse of the two (all)",
        plugin::Choices<std::optional<std::uint8_t>>{
            {"all", std::nullopt}, {"tcp", IPPROTO_TCP}, {"udp", IPPROTO_UDP}},
        protocol_));
    options.add(plugin::value_option(
        "ports", {}, "LOW-HIGH",
        "the range in the rule's `to`; without it, the kernel's own: 1024-65535, and 1-511 or "
        "600-1023 for connections that come from ports below 512 or 1024",
        [this](const std::string& text) { range_ = net::parse_dashed_range(text); }));
    options.add(plugin::choice_option(
        "time-wait",
        "for `refused`, whether new connections take the ports of closed ones, as newer kernels "
        "do: tell both (auto), never (count), always (ignore)",
        plugin::Choices<checks::Eviction>{{"auto", checks::Eviction::unknown},
                                          {"count", checks::Eviction::never},
                                          {"ignore", checks::Eviction::always}},
        judgement_.eviction));
    options.add(checks::if_refused_option(
        "if the entries cannot be read and are too many to prove OK by their number",
        judgement_.if_refused));
    options.add(
        checks::top_option("list the N worst tuples, and those that refuse the most", top_));
}

} // namespace

std::unique_ptr<plugin::Check> plugin::make_check()
{
    return std::make_unique<EphemeralNat>();
}
