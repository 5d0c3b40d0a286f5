#include "common/ports/history.h"

#include <algorithm>

namespace ports {
namespace {

using Milliseconds = std::chrono::milliseconds;
using Seconds = std::chrono::duration<double>;

/// Where the curve of used ports breaks off or bends.
struct Turn {
    Milliseconds moment{};
    double step = 0;
    double bend = 0;
};

} // namespace

void History::add(const Closing& closing)
{
    ++closings_;
    recent_.add(closing);
    if (closing.has_age()) {
        youngest_ = std::min(youngest_, closing.age);
        const auto age_class =
            static_cast<std::size_t>(closing.age * age_classes / time_wait_length);
        ++ages_.at(std::min(age_class, age_classes - 1));
    }
    const Milliseconds keeps = closing.is_time_wait ? keeping_.time_wait : keeping_.fin_wait2;
    const Milliseconds left =
        closing.has_age() ? std::min(keeps - closing.age, closing.left) : closing.left;
    if (left > Milliseconds(0))
        returns_.push_back(static_cast<std::uint32_t>(left.count()));
}

double History::minute_rate() const
{
    return static_cast<double>(closings_) / Seconds(time_wait_length).count();
}

bool History::is_lasting() const
{
    // At a steady rate one silence in 150 is longer than that of five closes; but programs also
    // close several connections at a time, and pause.
    constexpr double long_silence = 5;
    constexpr Milliseconds pause(500);
    const double rate = rates().all();
    if (youngest_ > pause && rate * Seconds(youngest_).count() > long_silence)
        return false;

    // Those that connect() may take over can be gone after a second.
    constexpr Milliseconds seen_for(2000);
    if (std::min(keeping_.time_wait, keeping_.fin_wait2) < seen_for)
        return true;
    std::size_t older = 0;
    for (std::size_t second = 1; second < longest_window; ++second)
        older += recent_.time_wait[second] + recent_.fin_wait2[second];
    return static_cast<double>(older) >= rate / 4;
}

std::optional<Seconds> History::gone_in(std::size_t left) const
{
    const CloseRates present = rates();
    std::vector<Turn> turns;
    turns.reserve(returns_.size() + 2);
    for (const std::uint32_t moment : returns_)
        turns.push_back({Milliseconds(moment), -1, 0});
    // From then on as many go as come.
    turns.push_back({keeping_.time_wait, 0, -present.time_wait});
    turns.push_back({keeping_.fin_wait2, 0, -present.fin_wait2});
    std::sort(turns.begin(), turns.end(),
              [](const Turn& one, const Turn& other) { return one.moment < other.moment; });

    const auto all = static_cast<double>(left);
    double taken = 0;
    double growth = present.all();
    Seconds moment(0);
    for (const Turn& turn : turns) {
        if (taken >= all)
            return moment;
        const double more = growth * (Seconds(turn.moment) - moment).count();
        if (growth > 0 && taken + more >= all)
            return moment + Seconds((all - taken) / growth);
        taken += more + turn.step;
        growth += turn.bend;
        moment = turn.moment;
    }
    return taken >= all ? std::optional(moment) : std::nullopt;
}

} // namespace ports
