// sockets::parse_dump(): a datagram of sock_diag's.
#include <cstring>
#include <libmnl/libmnl.h>
#include <linux/inet_diag.h>
#include <linux/sock_diag.h>
#include <stdexcept>

#include "common/sockets/dump_message.h"
#include "tests/fuzz/recordings.h"
#include "tests/fuzz/target.h"

namespace {

using fuzz::promise;
using sockets::SocketState;

/// How many sockets a datagram has, by libmnl.
std::size_t count_sockets(const std::vector<std::byte>& datagram)
{
    std::size_t sockets = 0;
    int left = static_cast<int>(datagram.size());
    const auto* message = reinterpret_cast<const nlmsghdr*>(datagram.data());
    for (; mnl_nlmsg_ok(message, left); message = mnl_nlmsg_next(message, &left)) {
        if (message->nlmsg_type == NLMSG_DONE)
            break;
        ++sockets;
    }
    return sockets;
}

void look_at(const sockets::Socket& socket)
{
    promise(socket.state >= SocketState::established && socket.state <= SocketState::bound);
    promise(net::Address::parse(socket.local_address.text()) == socket.local_address);
    promise(net::Address::parse(socket.remote_address.text()) == socket.remote_address);
    promise(socket.inode != 0 || socket.cgroup == 0);
    promise(!socket.expires_in || socket.expires_in->count() >= 0);
    promise(!socket.ipv6_only || socket.state == SocketState::listening ||
            socket.state == SocketState::bound || socket.state == SocketState::closed);
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    // Aligned as the reader's own buffer is.
    std::vector<std::byte> datagram(size);
    if (size > 0)
        std::memcpy(datagram.data(), data, size);
    std::size_t sockets = 0;
    try {
        sockets::parse_dump(datagram, 1, [&](const sockets::Socket& socket) {
            look_at(socket);
            ++sockets;
        });
        // None is passed over.
        promise(sockets == count_sockets(datagram));
    } catch (const std::runtime_error&) {
        promise(sockets <= size / (sizeof(nlmsghdr) + sizeof(inet_diag_msg)));
    }
    return 0;
}

std::vector<std::string> fuzz::seeds()
{
    return recorded_pieces("fixtures/dump.bin");
}
