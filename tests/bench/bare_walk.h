// One walk of a table of the kernel by netlink, received as the checks do and thrown away: nothing
// is looked at except where the dump ends. It shares no code with the checks, so that their faults
// are not its own, and needs nothing but the C library.
#pragma once

#include <array>
#include <cstddef>
#include <linux/netlink.h>
#include <sys/socket.h>

namespace bench {

/// The number of bytes received; negative if the walk fails. `bus`: NETLINK_SOCK_DIAG …
inline long walk(int bus, const void* request, std::size_t size)
{
    const int channel = socket(AF_NETLINK, SOCK_RAW, bus);
    if (channel < 0 || send(channel, request, size, 0) < 0)
        return -1;
    alignas(nlmsghdr) static std::array<std::byte, 32768> buffer;
    long total = 0;
    for (;;) {
        const ssize_t length = recv(channel, buffer.data(), buffer.size(), 0);
        if (length <= 0)
            return -1;
        total += length;
        const auto* first = reinterpret_cast<const nlmsghdr*>(buffer.data());
        if (first->nlmsg_type == NLMSG_ERROR)
            return -1;
        // The message that ends a dump may follow others in one datagram; nothing follows it.
        const auto* last = reinterpret_cast<const nlmsghdr*>(buffer.data() + length - 20);
        if (last->nlmsg_len == 20 && last->nlmsg_type == NLMSG_DONE)
            return total;
    }
}

} // namespace bench
