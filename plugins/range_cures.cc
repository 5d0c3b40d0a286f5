#include "plugins/range_cures.h"

#include <cstddef>
#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "common/ports/wider_range.h"

namespace checks {
namespace {

using plugin::State;

class Search {
public:
    Search(const kernel::PortSettings& present, const plugin::Thresholds& thresholds)
        : present_(present), thresholds_(thresholds), now_(state_of(present))
    {
    }

    [[nodiscard]] bool is_ok() const { return now_ == State::ok; }

    /// Keeps it if its size is judged better than the present one.
    void consider(std::string cure, const kernel::PortSettings& settings)
    {
        const State state = state_of(settings);
        if (state == now_ || plugin::worse(state, now_) != now_)
            return;
        const auto size = static_cast<double>(settings.usable().size());
        const auto size_now = static_cast<double>(present_.usable().size());
        cures_.push_back({std::move(cure), "", {size, size}, {size_now, size_now}});
    }

    std::vector<ToldCure> take() { return std::move(cures_); }

private:
    [[nodiscard]] State state_of(const kernel::PortSettings& settings) const
    {
        return plugin::judge(static_cast<double>(settings.usable().size()), thresholds_).state;
    }

    kernel::PortSettings present_;
    plugin::Thresholds thresholds_;
    State now_;
    std::vector<ToldCure> cures_;
};

} // namespace

void tell_range_cures(const sockets::Snapshot& snapshot, const RangeSituation& situation,
                      const RangeJudgement& judgement, plugin::Report& report)
{
    const kernel::PortSettings& present = situation.settings;
    Search search(present, judgement.size);
    kernel::PortSettings dynamic = present;
    dynamic.range = dynamic_ports;
    if (!search.is_ok()) {
        const kernel::PortSettings wide =
            judgement.rfc6335 ? dynamic : ports::widen_settings(snapshot);
        search.consider(name_wider_range(wide, present), wide);
        kernel::PortSettings unreserved = present;
        unreserved.reserved = {};
        search.consider("no port reserved inside the range", unreserved);
    }
    tell_cures("What would help, best first:", search.take(), cured_range(), report);

    if (judgement.rfc6335 && present.range.low < dynamic_ports.low)
        report.details.push_back(fmt::format("{} keeps to the dynamic ports: {} usable.",
                                             name_wider_range(dynamic, present),
                                             dynamic.usable().size()));
    const auto start = situation.unprivileged_port_start;
    if (start && present.range.low < *start)
        report.details.push_back(
            fmt::format("A range that starts at {} or above keeps the two "
                        "apart, and so does net.ipv4.ip_unprivileged_port_start={}.",
                        *start, present.range.low));
}

} // namespace checks
