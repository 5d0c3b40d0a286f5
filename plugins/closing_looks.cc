#include "plugins/closing_looks.h"

#include <algorithm>
#include <ctime>
#include <set>
#include <thread>

#include <fmt/format.h>

#include "common/plugin/number.h"
#include "common/ports/closing_watch.h"

namespace checks {
namespace {

using Clock = std::chrono::steady_clock;
using std::chrono::milliseconds;
using std::chrono::nanoseconds;

constexpr milliseconds whole_watch(1000);
constexpr int share_of_processor = 10; ///< one part of so many

/// What this process has taken of a processor.
nanoseconds processor_time()
{
    timespec taken = {};
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &taken);
    return std::chrono::seconds(taken.tv_sec) + nanoseconds(taken.tv_nsec);
}

RowOwners name_closers(const std::map<sockets::Owner, std::size_t>& closed)
{
    std::set<sockets::Owner> owners;
    for (const auto& [owner, sockets] : closed)
        owners.insert(owner);
    const owners::OwnerNames found = owners::find_owner_names(owners);
    std::map<owners::OwnerName, std::size_t> by_name;
    for (const auto& [owner, sockets] : closed)
        by_name[found.names.at(owner)] += sockets;
    return sort_owners(by_name);
}

} // namespace

SeenClosings watch_closings(const kernel::PortSettings& settings, sockets::Reader reader,
                            const std::vector<net::Tuple>& tuples)
{
    constexpr milliseconds shortest_pause(5);
    ports::ClosingWatch watch(tuples);
    const auto look = [&](milliseconds since_start) {
        const nanoseconds before = processor_time();
        watch.look(sockets::take_snapshot(settings, {.reader = reader}), since_start);
        return processor_time() - before;
    };

    nanoseconds cost = look(milliseconds(0));
    if (2 * share_of_processor * cost > whole_watch)
        return {};
    const Clock::time_point start = Clock::now();
    milliseconds watched{};
    while (true) {
        const nanoseconds pause =
            std::max<nanoseconds>(shortest_pause, (share_of_processor - 1) * cost);
        std::this_thread::sleep_for(pause);
        const auto since_start = std::chrono::duration_cast<milliseconds>(Clock::now() - start);
        if (since_start > whole_watch)
            break;
        watched = since_start;
        cost = std::max(cost, look(since_start));
    }
    return {watched, watch.closed(), name_closers(watch.by_owner())};
}

std::string tell_closings(const SeenClosings& seen)
{
    if (seen.watched == milliseconds(0))
        return "There are too many sockets to see who closes them.";
    const std::string seconds =
        plugin::format_number(std::chrono::duration<double>(seen.watched).count(), 1);
    if (seen.closed == 0)
        return fmt::format("No connection of theirs closed within {} s.", seconds);
    std::size_t known = 0;
    for (const OwnerShare& share : seen.owners)
        known += share.sockets;
    return fmt::format("Of {} that closed within {} s, {} were seen open before{}{}.", seen.closed,
                       seconds, known, known == 0 ? "" : ": ", tell_owners(seen.owners));
}

} // namespace checks
