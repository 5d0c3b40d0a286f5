// conntrack::parse_dump(): a datagram of ctnetlink's.
#include <cstdlib>
#include <cstring>
#include <netinet/in.h>
#include <stdexcept>

#include "common/conntrack/entry_message.h"
#include "tests/fuzz/recordings.h"
#include "tests/fuzz/target.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    // Aligned as the reader's own buffer is.
    std::vector<std::byte> datagram(size);
    if (size > 0)
        std::memcpy(datagram.data(), data, size);
    try {
        conntrack::parse_dump(datagram, 1, [](const conntrack::Entry& entry) {
            if (entry.protocol != IPPROTO_TCP && entry.protocol != IPPROTO_UDP)
                std::abort();
        });
    } catch (const std::runtime_error&) {
        return 0;
    }
    return 0;
}

std::vector<std::string> fuzz::seeds()
{
    return recorded_datagrams("conntrack.bin");
}
