#include "common/ports/cures.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <optional>
#include <utility>

#include "common/net/port_set.h"
#include "common/ports/wider_range.h"

namespace ports {
namespace {

using kernel::TimeWaitReuse;
using TimeWaits = Supposition::TimeWaits;

/// Who is on the ports of the range, all tuples together. Empty if no port may be freed.
struct Occupation {
    net::PortSet residents; ///< sockets that listen, or are bound only
    net::PortSet time_wait; ///< connections in TIME_WAIT
    net::PortSet live;      ///< connections in another state
    std::size_t hidden = 0; ///< so many sockets at most are bound somewhere that was not found

    [[nodiscard]] net::PortSet connected() const { return time_wait | live; }
};

Occupation find_occupation(const sockets::Snapshot& snapshot, const HeldPorts& held)
{
    Occupation occupation;
    occupation.hidden = snapshot.hidden_at_most;
    if (held.known.size() == 0 && held.doubtful.size() == 0)
        return occupation; // no port is seen or asked to be held, or in doubt: none can be freed

    std::array<net::PortMarks, 2> connected; // by whether it is a TIME_WAIT
    snapshot.connections.for_each([&](const sockets::Connection& connection) {
        connected[connection.state() == sockets::SocketState::time_wait].mark(
            connection.local_port);
    });
    for (const sockets::LocalSocket& socket : snapshot.tcp)
        occupation.residents.insert(socket.port);
    const net::PortSet usable = snapshot.settings.found_by_tcp();
    const net::PortSet outgoing = usable - listening_ports(snapshot);
    occupation.live = connected[0].marked() & outgoing;
    occupation.time_wait = connected[1].marked() & outgoing;
    occupation.residents &= usable;

    // What is held though nothing is shown there was found by asking.
    const net::PortSet found = held.known - occupation.residents - occupation.connected();
    occupation.residents |= found;
    occupation.hidden -= std::min(occupation.hidden, found.size());
    return occupation;
}

/// What a cure has to bring.
std::size_t worth(const Outlook& now)
{
    constexpr std::size_t hundredth = 100;
    return std::max<std::size_t>(now.range_size / hundredth, 1);
}

/// What is to spare where the present rate of closes leads; negative if there will be too few.
std::ptrdiff_t spare(std::size_t range_size, std::size_t projected)
{
    return static_cast<std::ptrdiff_t>(range_size) - static_cast<std::ptrdiff_t>(projected);
}

class Search {
public:
    Search(const sockets::Snapshot& snapshot, const Census& census, const TupleUsage& usage,
           const ConnectionsByTuple& picked, Aim aim)
        : snapshot_(&snapshot), census_(&census),
          supposition_(snapshot, census, usage.tuple, picked),
          on_loopback_(usage.tuple.is_loopback()), aim_(aim),
          now_(look_out(usage, census.range_size())),
          occupation_(find_occupation(snapshot, census.held())),
          early_(occupation_.connected() - occupation_.residents)
    {
    }

    std::vector<Cure> all()
    {
        try_reuse();
        try_wider_range();
        add(Remedy::further_address, look_out(census_->new_tuple(), census_->range_size()));
        try_no_early_bind();
        try_no_resident();
        try_no_time_wait();
        return std::move(cures_);
    }

private:
    [[nodiscard]] const HeldPorts& held() const { return census_->held(); }

    void try_reuse()
    {
        kernel::PortSettings settings = snapshot_->settings;
        const std::optional<TimeWaitReuse> reuse = settings.time_wait_reuse;
        const bool is_on = reuse == TimeWaitReuse::everywhere ||
                           (reuse == TimeWaitReuse::loopback && on_loopback_);
        if (!reuse || is_on || settings.timestamps == false ||
            census_->policy() != TimeWaitPolicy::kernel_rule)
            return;
        settings.time_wait_reuse =
            on_loopback_ ? TimeWaitReuse::loopback : TimeWaitReuse::everywhere;
        add(Remedy::time_wait_reuse, supposition_.with_reuse(settings), settings,
            !on_loopback_ || settings.timestamps != true);
    }

    void try_wider_range()
    {
        const kernel::PortSettings wide = widen_settings(*snapshot_);
        const Gain gain = gain_of_connect(*snapshot_, wide, occupation_.hidden);
        Outlook outlook = now_;
        outlook.range_size = wide.found_by_tcp().size();
        const std::size_t added = outlook.range_size - now_.range_size;
        outlook.left += gain.most;
        outlook.left_least += gain.least;
        outlook.projected += added - gain.most;
        outlook.projected_most += added - gain.least;
        add(Remedy::wider_range, outlook, wide);
    }

    /// The connections stay, and take their ports from their own tuple alone.
    void try_no_early_bind()
    {
        const HeldPorts freed = {held().known - early_, {}, held().hidden};
        add(Remedy::no_early_bind, between(freed, with_hidden(freed, early_)));
    }

    /// Services move below the range, together with the connections that they accepted.
    void try_no_resident()
    {
        const HeldPorts freed = {held().known - occupation_.residents, held().doubtful, 0};
        // A connection beside them may have been bound early as well.
        HeldPorts most = freed;
        most.known |= occupation_.residents & occupation_.connected();
        add(Remedy::no_resident, between(freed, most));
    }

    void try_no_time_wait()
    {
        const net::PortSet early = early_ & occupation_.time_wait;
        const net::PortSet alone = early - occupation_.live;
        // What a TIME_WAIT and a live connection share may be held by either.
        const HeldPorts freed = {held().known - early, held().doubtful - alone, held().hidden};
        const HeldPorts most = {held().known - alone, held().doubtful - alone, held().hidden};
        add(Remedy::no_time_wait, between(freed, with_hidden(most, alone), TimeWaits::gone));
    }

    /// Of the ports that were freed, some may be held by sockets that are not shown.
    [[nodiscard]] HeldPorts with_hidden(HeldPorts held, const net::PortSet& freed) const
    {
        const HeldPorts& now = census_->held();
        held.hidden = now.is_exact() ? std::min(occupation_.hidden, (now.known & freed).size())
                                     : occupation_.hidden;
        return held;
    }

    /// The two ends, if only the ports `fewest` are held and if `most` are.
    [[nodiscard]] Outlook between(const HeldPorts& fewest, const HeldPorts& most,
                                  TimeWaits time_waits = TimeWaits::kept) const
    {
        Outlook outlook = supposition_.with_held(fewest, time_waits);
        if (most == fewest)
            return outlook;
        const Outlook worst = supposition_.with_held(most, time_waits);
        outlook.left_least = std::min(outlook.left_least, worst.left_least);
        outlook.projected_most = std::max(outlook.projected_most, worst.projected_most);
        return outlook;
    }

    void add(Remedy remedy, const Outlook& outlook)
    {
        add(remedy, outlook, snapshot_->settings, false);
    }
    void add(Remedy remedy, const Outlook& outlook, const kernel::PortSettings& settings,
             bool hangs_on_peer = false)
    {
        const auto is_better = [&](std::size_t projected, std::size_t before) {
            return spare(outlook.range_size, projected) >=
                   spare(now_.range_size, before) + static_cast<std::ptrdiff_t>(worth(now_));
        };
        // How many of the closes a further address would get, nobody knows.
        const bool helps_later = aim_ == Aim::projected && remedy != Remedy::further_address &&
                                 (is_better(outlook.projected, now_.projected) ||
                                  is_better(outlook.projected_most, now_.projected_most));
        if (brings_enough(outlook, now_) || helps_later)
            cures_.push_back({remedy, outlook, settings, hangs_on_peer});
    }

    const sockets::Snapshot* snapshot_;
    const Census* census_;
    Supposition supposition_;
    bool on_loopback_;
    Aim aim_;
    Outlook now_;
    Occupation occupation_;
    net::PortSet early_; ///< with connections alone: held if one of them was bound early
    std::vector<Cure> cures_;
};

} // namespace

bool brings_enough(const Outlook& cured, const Outlook& now)
{
    return cured.left >= now.left + worth(now) || cured.left_least >= now.left_least + worth(now);
}

std::vector<Cure> find_cures(const sockets::Snapshot& snapshot, const Census& census,
                             const TupleUsage& usage, const ConnectionsByTuple& picked, Aim aim)
{
    return Search(snapshot, census, usage, picked, aim).all();
}

} // namespace ports
