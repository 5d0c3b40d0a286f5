// kernel::parse_tcp_counter() and parse_conntrack_counter(): a counter by its name, which is the
// input's first line, in /proc/net/netstat and /proc/net/stat/nf_conntrack.
#include <algorithm>
#include <limits>
#include <stdexcept>

#include <fmt/format.h>

#include "common/kernel/conntrack_counters.h"
#include "common/kernel/netstat.h"
#include "tests/fuzz/target.h"

namespace {

using fuzz::promise;
using Count = std::optional<std::uint64_t>;
using Parser = Count (*)(std::string_view, std::string_view);

/// What `parse` finds; `refused` if the text is malformed.
Count found(Parser parse, const std::string& text, std::string_view name, bool& refused)
{
    try {
        refused = false;
        return parse(text, name);
    } catch (const std::invalid_argument&) {
        refused = true;
        return std::nullopt;
    }
}

void test_netstat(std::string_view text, std::string_view name)
{
    bool refused = false;
    bool refused_again = false;
    const Count count = found(kernel::parse_tcp_counter, std::string(text), name, refused);
    promise(!count || text.find(name) != std::string::npos);
    // Other groups do not matter.
    const std::string more = fmt::format("IpExt: {0} A\nIpExt: 7 8\n{1}", name, text);
    promise(count == found(kernel::parse_tcp_counter, more, name, refused_again));
    promise(refused == refused_again);
}

void test_conntrack(std::string_view text, std::string_view name)
{
    bool refused = false;
    const Count count = found(kernel::parse_conntrack_counter, std::string(text), name, refused);
    const auto lines = static_cast<std::uint64_t>(std::ranges::count(text, '\n')) + 1;
    promise(!count || *count <= lines * std::numeric_limits<std::uint32_t>::max());
    if (!count || (!text.ends_with('\n') && !text.empty()))
        return;
    // A further processor adds what it counted: the first column has 1, and all others have 0.
    std::string more(text);
    const std::string_view names = text.substr(0, text.find('\n'));
    more += '1';
    for (auto words = std::ranges::count(names, ' '); words > 0; --words)
        more += " 0";
    const Count sum = found(kernel::parse_conntrack_counter, more, name, refused);
    promise(sum && (*sum == *count || *sum == *count + 1));
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    std::string_view text = fuzz::text_of(data, size);
    const std::string_view name = fuzz::take(text, '\n');
    test_netstat(text, name);
    test_conntrack(text, name);
    return 0;
}

std::vector<std::string> fuzz::seeds()
{
    return {"TCPTimeWaitOverflow\n"
            "TcpExt: SyncookiesSent TW TCPTimeWaitOverflow\nTcpExt: 0 17 42\n"
            "IpExt: TW InOctets\nIpExt: 5 6\n",
            "drop\n"
            "entries  clashres insert_failed drop early_drop\n"
            "0000000a 00000000 00000010 00000001 00000000\n"
            "0000000a 00000000 0000000f ffffffff 00000000\n"};
}
