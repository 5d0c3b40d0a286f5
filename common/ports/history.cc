#include "common/ports/history.h"

#include <algorithm>
#include <limits>
#include <numeric>

namespace ports {
namespace {

using Milliseconds = std::chrono::milliseconds;
using Seconds = std::chrono::duration<double>;

} // namespace

Milliseconds Closing::window() const
{
    if (keeps_port <= Milliseconds(0))
        return recent_window;
    return std::min<Milliseconds>(recent_window, keeps_port);
}

double Closing::rate() const
{
    return is_recent() ? 1 / Seconds(window()).count() : 0;
}

std::int32_t drift(const Closing& closing)
{
    const auto whole = static_cast<std::int32_t>(recent_window.count());
    if (!closing.has_port())
        return 0;
    if (!closing.is_recent())
        return -whole;
    return static_cast<std::int32_t>(whole * closing.keeps_port / closing.window()) - whole;
}

ClosingRule::ClosingRule(const kernel::PortSettings& settings, TimeWaitPolicy policy)
    : time_wait_rule_(settings, policy),
      fin_wait2_length_(std::min<Milliseconds>(settings.fin_wait2_length, time_wait_length))
{
}

std::optional<Closing> ClosingRule::make_closing(const sockets::Socket& socket) const
{
    if (socket.state == sockets::SocketState::time_wait)
        return Closing{time_wait_age(socket),
                       time_wait_rule_.reusable_from(socket).value_or(time_wait_length)};
    if (socket.state != sockets::SocketState::fin_wait2)
        return std::nullopt;
    // A program may have asked for another time (TCP_LINGER2).
    const Milliseconds length = std::max(fin_wait2_length_, *socket.expires_in);
    return Closing{length - *socket.expires_in, length};
}

void History::add(const Closing& closing)
{
    ++closings_;
    const auto age_class = static_cast<std::size_t>(closing.age * age_classes / time_wait_length);
    ++ages_.at(std::min(age_class, age_classes - 1));
    if (closing.has_port())
        returns_.push_back(static_cast<std::uint32_t>((closing.keeps_port - closing.age).count()));
    if (!closing.is_recent())
        return;

    auto stream = std::find_if(streams_.begin(), streams_.end(), [&](const Stream& one) {
        return one.keeps_port == closing.keeps_port;
    });
    if (stream == streams_.end())
        stream = streams_.insert(streams_.end(), {closing.keeps_port, 0});
    stream->rate += closing.rate();
}

double History::rate() const
{
    return std::accumulate(streams_.begin(), streams_.end(), 0.0,
                           [](double sum, const Stream& stream) { return sum + stream.rate; });
}

double History::minute_rate() const
{
    return static_cast<double>(closings_) / Seconds(time_wait_length).count();
}

std::optional<Seconds> History::gone_in(std::size_t ports) const
{
    /// Where the curve of used ports breaks off or bends.
    struct Turn {
        Milliseconds moment{};
        double step = 0;
        double bend = 0;
    };
    std::vector<Turn> turns;
    turns.reserve(returns_.size() + streams_.size());
    for (const std::uint32_t moment : returns_)
        turns.push_back({Milliseconds(moment), -1, 0});
    for (const Stream& stream : streams_) // from then on as many go as come
        turns.push_back({stream.keeps_port, 0, -stream.rate});
    std::sort(turns.begin(), turns.end(),
              [](const Turn& one, const Turn& other) { return one.moment < other.moment; });

    const auto all = static_cast<double>(ports);
    double used = static_cast<double>(live_ + returns_.size());
    double growth = rate();
    Seconds moment(0);
    for (const Turn& turn : turns) {
        if (used >= all)
            return moment;
        const double growth_until_turn = growth * (Seconds(turn.moment) - moment).count();
        if (growth > 0 && used + growth_until_turn >= all)
            return moment + Seconds((all - used) / growth);
        used += growth_until_turn + turn.step;
        growth += turn.bend;
        moment = turn.moment;
    }
    return used >= all ? std::optional(moment) : std::nullopt;
}

Histories::Histories(const kernel::PortSettings& settings, TimeWaitPolicy policy,
                     const net::PortSet& held, const std::vector<Tuple>& tuples)
    : rule_(settings, policy), own_ports_(settings.usable() - held)
{
    for (const Tuple& tuple : tuples)
        histories_.try_emplace(tuple);
}

void Histories::add(const sockets::Socket& socket)
{
    if (!own_ports_.contains(socket.local_port))
        return;
    const auto history = histories_.find(tuple_of(socket));
    if (history == histories_.end())
        return;
    if (const std::optional<Closing> closing = rule_.closing(socket))
        history->second.add(*closing);
    else
        history->second.add_live();
}

net::PortRange Histories::destination_ports() const
{
    net::PortRange ports = {std::numeric_limits<std::uint16_t>::max(), 0};
    for (const auto& [tuple, history] : histories_) {
        ports.low = std::min(ports.low, tuple.destination_port);
        ports.high = std::max(ports.high, tuple.destination_port);
    }
    return ports;
}

} // namespace ports
