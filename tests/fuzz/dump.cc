// sockets::parse_dump(): a datagram of sock_diag's.
#include <cstring>
#include <stdexcept>

#include "common/sockets/dump_message.h"
#include "common/sockets/query.h"
#include "tests/fuzz/recordings.h"
#include "tests/fuzz/target.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    // Aligned as the reader's own buffer is.
    std::vector<std::byte> datagram(size);
    if (size > 0)
        std::memcpy(datagram.data(), data, size);
    try {
        sockets::parse_dump(datagram, 1, [](const sockets::Socket& socket) {
            if (socket.local_address.text().empty() ||
                !sockets::port_keeping_states.contains(socket.state))
                return;
        });
    } catch (const std::runtime_error&) {
        return 0;
    }
    return 0;
}

std::vector<std::string> fuzz::seeds()
{
    return recorded_datagrams("dump.bin");
}
