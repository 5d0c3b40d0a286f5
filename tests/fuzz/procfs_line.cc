// sockets::parse_procfs_line(): a line of /proc/net/tcp or tcp6.
#include <stdexcept>

#include "common/sockets/procfs.h"
#include "tests/fuzz/recordings.h"
#include "tests/fuzz/target.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    try {
        const sockets::Socket socket = sockets::parse_procfs_line(fuzz::text_of(data, size));
        if (socket.state < sockets::SocketState::established ||
            socket.state > sockets::SocketState::bound)
            std::abort();
    } catch (const std::invalid_argument&) {
        return 0;
    }
    return 0;
}

std::vector<std::string> fuzz::seeds()
{
    return recorded_lines();
}
