#include "plugins/probe_asking.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <system_error>

#include <fmt/format.h>

#include "common/kernel/port_settings.h"
#include "common/ports/bind_census.h"
#include "common/sockets/reader.h"
#include "plugins/binder_inquiry.h"
#include "plugins/held_inquiry.h"
#include "plugins/probe_verdict.h"

namespace checks {
namespace {

using kernel::PortRequest;
using Call = PortRequest::Call;

/// IPv6 says EADDRNOTAVAIL, too, if the host has no address to go out from (ipv6_dev_get_saddr()).
/// UDP tells the two apart: without a port its connect() says EAGAIN.
bool lacks_source(kernel::Oracle& oracle, PortRequest request)
{
    request.call = Call::udp_connect;
    return oracle.ask(request).error == EADDRNOTAVAIL;
}

/// What `error` has to do with, if not with ports.
std::string name_obstacle(kernel::Oracle& oracle, const PortRequest& request, int error)
{
    if (error == EADDRNOTAVAIL && request.call != Call::tcp_bind && !request.source &&
        lacks_source(oracle, request))
        return "this host has no source address for it";
    if (error == 0 || error == kind_of(request.call).exhausted)
        return {};
    return std::generic_category().message(error);
}

/// Puts `request` to the kernel several times.
void inquire(ProbeFinding& finding, kernel::Oracle& oracle, const PortRequest& request)
{
    constexpr int times = 7;
    std::array<std::chrono::nanoseconds, times> search_times{};
    for (std::chrono::nanoseconds& search_time : search_times) {
        const kernel::PortAnswer answer = oracle.ask(request);
        finding.obstacle = name_obstacle(oracle, request, answer.error);
        if (!finding.obstacle.empty())
            return;
        ++finding.asked;
        finding.refused += answer.error == 0 ? 0 : 1;
        search_time = answer.search_time;
    }
    std::nth_element(search_times.begin(), search_times.begin() + times / 2, search_times.end());
    finding.seconds = std::chrono::duration<double>(search_times[times / 2]).count();
}

/// By the sockets: what bind(`source`, 0) has left, if that is not the wildcard, and who misses it.
void look_closer(ProbeFinding& finding, kernel::Oracle& oracle,
                 const std::optional<net::Address>& source, IfNobodyBinds if_nobody_binds)
{
    const sockets::Snapshot snapshot =
        sockets::take_snapshot(kernel::read_port_settings(kernel::SettingsNeeded::ports), {});
    std::string obstacle;
    const ports::HiddenPorts hidden = inquire_hidden(snapshot, oracle, obstacle);
    if (source && *source != net::Address()) {
        const ports::BindCensus census(snapshot, ports::Protocol::tcp, hidden);
        conclude_bind(finding, census.of(*source), census.range_size());
    }
    if (finding.fails() && if_nobody_binds == IfNobodyBinds::warning)
        finding.nobody_binds = inquire_binders(snapshot, hidden, oracle) == Binders::none;
}

} // namespace

ProbeFinding probe_connect(kernel::Oracle& oracle, const PortRequest& request)
{
    ProbeFinding finding;
    finding.call = request.call;
    finding.source = request.source ? request.source->text() : "";
    finding.where = request.destination.text();
    try {
        inquire(finding, oracle, request);
    } catch (const kernel::SourceUnavailable& error) {
        finding.obstacle = "the source address " + error.trouble();
    } catch (const kernel::OracleUnavailable& error) {
        finding.obstacle = error.what();
    }
    return finding;
}

ProbeFinding probe_bind(kernel::Oracle& oracle, const std::optional<net::Address>& source,
                        IfNobodyBinds if_nobody_binds)
{
    ProbeFinding finding;
    finding.call = Call::tcp_bind;
    finding.where = source ? source->text() : "";
    try {
        if (source)
            kernel::require_own_address(*source);
        PortRequest request;
        request.call = Call::tcp_bind;
        inquire(finding, oracle, request);
        if (finding.refused > 0)
            look_closer(finding, oracle, source, if_nobody_binds);
    } catch (const kernel::SourceUnavailable& error) {
        finding.obstacle = "the address " + error.trouble();
    } catch (const std::runtime_error& error) {
        finding.obstacle = error.what();
    }
    return finding;
}

} // namespace checks
