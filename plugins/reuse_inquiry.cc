#include "plugins/reuse_inquiry.h"

#include <algorithm>
#include <functional>
#include <optional>
#include <vector>

namespace checks {
namespace {

using ports::Census;
using ports::TupleUsage;
using sockets::Connection;
using sockets::SocketState;

/// More are not asked about; they stay in doubt.
constexpr std::size_t most_tuples = 16;

/// Whether its figures hang on closed connections being taken over.
bool is_unproven(const TupleUsage& usage)
{
    return usage.reusable > 0;
}

/// Whether connect() takes over all of the few oldest; nothing if it cannot be asked.
std::optional<bool> takes_over(const TupleUsage& usage, const std::vector<Connection>& closings,
                               kernel::Oracle& oracle)
{
    constexpr std::size_t few = 3;
    const net::Tuple& tuple = usage.tuple;
    const net::Endpoint destination = {tuple.destination, tuple.destination_port};
    if (closings.empty())
        return std::nullopt;
    try {
        return std::all_of(closings.begin(),
                           closings.begin() +
                               static_cast<std::ptrdiff_t>(std::min(few, closings.size())),
                           [&](const Connection& closing) {
                               return oracle.takes_over(tuple.source, destination,
                                                        closing.local_port, tuple.device);
                           });
    } catch (const kernel::OracleUnavailable&) {
        return std::nullopt;
    }
}

class Inquiry {
public:
    Inquiry(const sockets::Snapshot& snapshot, kernel::Oracle& oracle, Census& census,
            const std::vector<TupleUsage>& tuples)
        : oracle_(&oracle), census_(&census), connections_(pick(snapshot, tuples))
    {
    }

    void ask(const TupleUsage& usage)
    {
        const auto of_tuple = connections_.find(usage.number);
        if (of_tuple == connections_.end())
            return;
        if (usage.reuse == ports::Reuse::unproven) {
            const auto closings = census_->old_closings(of_tuple->second, SocketState::time_wait);
            if (const auto answer = takes_over(usage, closings, *oracle_))
                census_->learn_reuse(usage.number, *answer);
        }
        if (!fin_wait2_is_known_ && census_->usage(usage.number).reuse == ports::Reuse::certain)
            ask_about_fin_wait2(usage, of_tuple->second);
    }

private:
    static ports::ConnectionsByTuple pick(const sockets::Snapshot& snapshot,
                                          const std::vector<TupleUsage>& tuples)
    {
        std::vector<sockets::TupleNumber> numbers;
        for (const TupleUsage& usage : tuples) {
            if (is_unproven(usage) && numbers.size() < most_tuples)
                numbers.push_back(usage.number);
        }
        return ports::pick_tuples(snapshot, std::move(numbers));
    }

    /// It is the kernel's way, and the same for all tuples.
    void ask_about_fin_wait2(const TupleUsage& usage, const std::vector<Connection>& of_tuple)
    {
        auto closings = census_->old_closings(of_tuple, SocketState::fin_wait2);
        if (closings.empty())
            return;
        closings.resize(1);
        if (const auto answer = takes_over(usage, closings, *oracle_))
            census_->learn_fin_wait2_reuse(*answer);
        fin_wait2_is_known_ = true;
    }

    kernel::Oracle* oracle_;
    Census* census_;
    ports::ConnectionsByTuple connections_;
    bool fin_wait2_is_known_ = false; ///< or cannot be
};

} // namespace

void prove_reuse(const sockets::Snapshot& snapshot, std::size_t rows, kernel::Oracle& oracle,
                 Census& census)
{
    if (!census.hangs_on_reuse())
        return;
    rows = std::max<std::size_t>(rows, 1);
    const auto selected = census.select(
        {{rows + most_tuples, ports::may_have_fewer_left}, {1, ports::may_head_for_more}});
    const std::vector<TupleUsage>& tuples = selected[0];
    const std::vector<TupleUsage>& heading = selected[1];
    std::vector<TupleUsage> all = heading;
    all.insert(all.end(), tuples.begin(), tuples.end());
    Inquiry inquiry(snapshot, oracle, census, all);
    for (const TupleUsage& usage : heading)
        inquiry.ask(usage);

    // The first `rows` of those that are known are the worst, if no other may be worse.
    std::vector<std::size_t> known;
    for (const TupleUsage& usage : tuples) {
        const auto worse = std::count_if(known.begin(), known.end(),
                                         [&](std::size_t used) { return used >= usage.used_most; });
        if (static_cast<std::size_t>(worse) >= rows)
            break;
        if (is_unproven(census.usage(usage.number)))
            inquiry.ask(census.usage(usage.number));
        known.push_back(census.usage(usage.number).used);
    }
}

} // namespace checks
