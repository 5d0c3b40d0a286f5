#include "tests/live/server.h"

#include <cstddef>
#include <poll.h>

#include "tests/live/system_call.h"

namespace lab {

void serve(const std::vector<FileDescriptor>& listeners)
{
    std::vector<FileDescriptor> connections;
    while (true) {
        std::vector<pollfd> watched;
        for (const FileDescriptor& listener : listeners)
            watched.push_back({listener.number(), POLLIN, 0});
        for (const FileDescriptor& connection : connections)
            watched.push_back({connection.number(), POLLIN, 0});
        check(poll(watched.data(), watched.size(), -1) > 0, "poll");
        for (std::size_t i = watched.size(); i-- > listeners.size();) {
            if (watched[i].revents != 0)
                connections.erase(connections.begin() +
                                  static_cast<std::ptrdiff_t>(i - listeners.size()));
        }
        for (std::size_t i = 0; i < listeners.size(); ++i) {
            if (watched[i].revents != 0)
                connections.push_back(accepted(listeners[i]));
        }
    }
}

} // namespace lab
