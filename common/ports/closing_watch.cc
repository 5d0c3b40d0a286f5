#include "common/ports/closing_watch.h"

#include "common/ports/by_tuple.h"

namespace ports {

void ClosingWatch::close(Seen& seen)
{
    if (seen.is_closed)
        return;
    seen.is_closed = true;
    ++closed_;
    if (seen.is_known)
        ++by_owner_[seen.owner];
}

void ClosingWatch::look(const sockets::Snapshot& snapshot, std::chrono::milliseconds since_start)
{
    constexpr std::chrono::milliseconds whole_time(60000); // TCP_TIMEWAIT_LEN
    std::vector<sockets::TupleNumber> numbers;
    std::map<sockets::TupleNumber, std::size_t> places;
    for (std::size_t i = 0; i < tuples_.size(); ++i) {
        if (const auto number = snapshot.connections.find(tuples_[i])) {
            numbers.push_back(*number);
            places[*number] = i;
        }
    }
    for (const auto& [number, connections] : pick_tuples(snapshot, numbers)) {
        for (const sockets::Connection& connection : connections) {
            const Place place(places.at(number), connection.local_port);
            if (connection.owner() != sockets::nobody)
                seen_[place] = {snapshot.owners[connection.owner()], true, false};
            else if (connection.state() == sockets::SocketState::time_wait &&
                     connection.expires_in() && whole_time - *connection.expires_in() < since_start)
                close(seen_[place]);
        }
    }
}

} // namespace ports
