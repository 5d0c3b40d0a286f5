// conntrack::parse_procfs_line(): a line of /proc/net/nf_conntrack.
#include <cstdlib>
#include <netinet/in.h>
#include <stdexcept>

#include "common/conntrack/procfs.h"
#include "tests/fuzz/recordings.h"
#include "tests/fuzz/target.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    try {
        const auto entry = conntrack::parse_procfs_line(fuzz::text_of(data, size));
        if (entry && entry->protocol != IPPROTO_TCP && entry->protocol != IPPROTO_UDP)
            std::abort();
    } catch (const std::invalid_argument&) {
        return 0;
    }
    return 0;
}

std::vector<std::string> fuzz::seeds()
{
    return recorded_entries();
}
