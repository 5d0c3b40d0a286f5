// The counts of /proc/net/sockstat and, behind a NUL, sockstat6, which bound what no reader shows.
#include <limits>
#include <optional>
#include <stdexcept>

#include "common/kernel/sockstat.h"
#include "tests/fuzz/target.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    std::string_view rest = fuzz::text_of(data, size);
    const std::string_view sockstat = fuzz::take(rest, '\0');
    const std::optional<std::string> sockstat6 =
        rest.empty() ? std::nullopt : std::optional<std::string>(rest);

    std::optional<std::uint64_t> time_wait;
    try {
        time_wait = kernel::parse_time_wait_count(sockstat);
    } catch (const std::invalid_argument&) {
    }
    // Neither throws. A sum that wraps would be too small, and a bound that is no bound.
    constexpr std::uint64_t most = std::numeric_limits<std::uint32_t>::max();
    const auto taken = kernel::most_ports_taken(sockstat, sockstat6);
    const auto hidden = kernel::most_hidden_sockets(sockstat, sockstat6);
    fuzz::promise(!taken || (time_wait && *taken >= *time_wait && *taken <= 4 * most));
    fuzz::promise(!hidden || *hidden <= most);
    return 0;
}

std::vector<std::string> fuzz::seeds()
{
    const std::string sockstat = "sockets: used 291\n"
                                 "TCP: inuse 14 orphan 3 tw 7 alloc 18 mem 1\n"
                                 "UDP: inuse 5 mem 0\n";
    return {sockstat, sockstat + '\0' + "TCP6: inuse 3\nUDP6: inuse 2\n",
            "TCP: inuse 1 orphan 2 tw 3"};
}
