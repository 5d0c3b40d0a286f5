// sockets::parse_procfs_line(): a line of /proc/net/tcp or tcp6.
#include <optional>
#include <stdexcept>

#include <fmt/format.h>

#include "common/sockets/procfs.h"
#include "tests/fuzz/recordings.h"
#include "tests/fuzz/target.h"

namespace {

using fuzz::promise;
using sockets::Socket;

std::string write_end(const net::Address& address, std::uint16_t port)
{
    std::string text;
    for (const std::uint32_t word : address.words())
        text += fmt::format("{:08X}", word);
    return fmt::format("{}:{:04X}", text, port);
}

/// As the kernel would write it.
std::string write_line(const Socket& socket)
{
    constexpr int milliseconds_of_a_tick = 10;
    const std::string timer =
        socket.expires_in
            ? fmt::format("03:{:08X}", socket.expires_in->count() / milliseconds_of_a_tick)
            : "00:00000000";
    return fmt::format("   0: {} {} {:02X} 00000000:00000000 {} 00000000 {:5} {:8} {} 1 0",
                       write_end(socket.local_address, socket.local_port),
                       write_end(socket.remote_address, socket.remote_port),
                       static_cast<unsigned>(socket.state), timer, socket.user, 0, socket.inode);
}

bool are_equal(const Socket& one, const Socket& other)
{
    return one.state == other.state && one.local_port == other.local_port &&
           one.remote_port == other.remote_port && one.local_address == other.local_address &&
           one.remote_address == other.remote_address && one.user == other.user &&
           one.inode == other.inode && one.expires_in == other.expires_in;
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    std::optional<Socket> socket;
    try {
        socket = sockets::parse_procfs_line(fuzz::text_of(data, size));
    } catch (const std::invalid_argument&) {
        return 0;
    }
    promise(socket->state >= sockets::SocketState::established &&
            socket->state <= sockets::SocketState::bound);
    promise(are_equal(sockets::parse_procfs_line(write_line(*socket)), *socket));
    return 0;
}

std::vector<std::string> fuzz::seeds()
{
    return recorded_lines();
}
