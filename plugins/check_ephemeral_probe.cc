// check_ephemeral_probe: would the kernel give a port for this destination now, and how long does
// it search?
//
// A range past half full makes every connect() slow before it makes one fail
// (__inet_hash_connect() tries every second port first): so the search is timed, too.
#include <fmt/format.h>

#include "common/kernel/oracle.h"
#include "common/plugin/check.h"
#include "plugins/if_nobody_binds_option.h"
#include "plugins/probe_asking.h"
#include "plugins/probe_description.h"
#include "plugins/probe_words.h"
#include "plugins/tell_questions.h"

namespace {

using checks::ProbeFinding;
using kernel::PortRequest;
using plugin::Report;
using Call = kernel::PortRequest::Call;

class EphemeralProbe : public plugin::Check {
public:
    [[nodiscard]] plugin::Description describe() const override { return checks::describe_probe(); }
    void declare(plugin::Options& options) override;
    Report measure(bool verbose) override;

private:
    void check_command_line() const;
    [[nodiscard]] std::vector<ProbeFinding> inquire(kernel::Oracle& oracle) const;

    plugin::Thresholds thresholds_;
    std::vector<net::Endpoint> destinations_;
    std::optional<net::Address> source_;
    std::vector<Call> calls_ = {Call::tcp_connect};
    bool bind_ = false;
    checks::IfNobodyBinds if_nobody_binds_ = checks::IfNobodyBinds::warning;
};

Report EphemeralProbe::measure(bool verbose)
{
    check_command_line();
    kernel::Oracle oracle;
    Report report = checks::report_probe(inquire(oracle), thresholds_);
    if (verbose)
        report.details.push_back(checks::tell_questions(oracle));
    return report;
}

std::vector<ProbeFinding> EphemeralProbe::inquire(kernel::Oracle& oracle) const
{
    std::vector<ProbeFinding> findings;
    PortRequest request;
    request.source = source_;
    for (const net::Endpoint& destination : destinations_) {
        request.destination = destination;
        for (const Call call : calls_) {
            request.call = call;
            findings.push_back(checks::probe_connect(oracle, request));
        }
    }
    if (bind_)
        findings.push_back(checks::probe_bind(oracle, source_, if_nobody_binds_));
    return findings;
}

void EphemeralProbe::check_command_line() const
{
    if (destinations_.empty() && !bind_)
        throw plugin::UsageError("no ADDRESS:PORT was given");
    for (const net::Endpoint& destination : destinations_) {
        if (source_ && source_->is_ipv4() != destination.address.is_ipv4())
            throw plugin::UsageError(fmt::format("--source {} and {} are of different families",
                                                 source_->text(), destination.text()));
    }
}

void EphemeralProbe::declare(plugin::Options& options)
{
    plugin::declare_thresholds(options, "the search time (seconds)", plugin::Range::Unit::none,
                               thresholds_);
    options.add(
        plugin::value_option("source", {}, "ADDR", "ask for this source address",
                             [&](const auto& text) { source_ = net::Address::parse(text); }));
    options.add(plugin::choice_option(
        "protocol", "which connect() to ask about (tcp)",
        plugin::Choices<std::vector<Call>>{{"tcp", {Call::tcp_connect}},
                                           {"udp", {Call::udp_connect}},
                                           {"all", {Call::tcp_connect, Call::udp_connect}}},
        calls_));
    options.add(plugin::switch_option(
        "bind", {},
        "ask about TCP bind(ADDR, 0) too, ADDR being the source or the wildcard address", bind_));
    options.add(checks::if_nobody_binds_option(if_nobody_binds_));
    options.add_arguments("ADDRESS:PORT...", [&](const std::string& text) {
        destinations_.push_back(net::Endpoint::parse(text));
    });
}

} // namespace

std::unique_ptr<plugin::Check> plugin::make_check()
{
    return std::make_unique<EphemeralProbe>();
}
