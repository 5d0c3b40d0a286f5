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
    if (closing.age) {
        const auto age_class =
            static_cast<std::size_t>(*closing.age * age_classes / time_wait_length);
        ++ages_.at(std::min(age_class, age_classes - 1));
    }
    const Milliseconds keeps = closing.is_time_wait ? keeping_.time_wait : keeping_.fin_wait2;
    const Milliseconds left =
        closing.age ? std::min(keeps - *closing.age, closing.left) : closing.left;
    if (left > Milliseconds(0))
        returns_.push_back(static_cast<std::uint32_t>(left.count()));
}

double History::minute_rate() const
{
    return static_cast<double>(closings_) / Seconds(time_wait_length).count();
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
