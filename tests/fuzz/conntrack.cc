// conntrack::parse_dump(): a datagram of ctnetlink's.
#include <cstring>
#include <libmnl/libmnl.h>
#include <linux/netfilter/nfnetlink.h>
#include <netinet/in.h>
#include <stdexcept>

#include "common/conntrack/entry_message.h"
#include "tests/fuzz/recordings.h"
#include "tests/fuzz/target.h"

namespace {

using fuzz::promise;

void look_at(const net::Endpoint& end)
{
    promise(net::Address::parse(end.address.text()) == end.address);
}

void look_at(const conntrack::Entry& entry)
{
    promise(entry.protocol == IPPROTO_TCP || entry.protocol == IPPROTO_UDP);
    promise(!entry.expires_in || entry.expires_in->count() >= 0);
    for (const conntrack::Direction& direction : {entry.original, entry.reply}) {
        look_at(direction.source);
        look_at(direction.destination);
    }
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    // Aligned as the reader's own buffer is.
    std::vector<std::byte> datagram(size);
    if (size > 0)
        std::memcpy(datagram.data(), data, size);
    std::size_t entries = 0;
    try {
        conntrack::parse_dump(datagram, 1, [&](const conntrack::Entry& entry) {
            look_at(entry);
            ++entries;
        });
    } catch (const std::runtime_error&) {
    }
    // Each has at least its headers, and two tuples with a protocol in one of them.
    constexpr std::size_t least = sizeof(nlmsghdr) + sizeof(nfgenmsg) + 5 * sizeof(nlattr);
    promise(entries <= size / least);
    return 0;
}

std::vector<std::string> fuzz::seeds()
{
    return recorded_pieces("fixtures/conntrack.bin");
}
