// net::parse_port_list() and parse_port_range(): settings below /proc/sys.
#include <cstdlib>
#include <stdexcept>

#include "common/kernel/port_settings.h"
#include "tests/fuzz/target.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    const std::string_view text = fuzz::text_of(data, size);
    try {
        if (net::parse_port_list(text).size() > net::PortSet::all_ports)
            std::abort();
    } catch (const std::invalid_argument&) {
    }
    try {
        const net::PortRange range = net::parse_port_range(text);
        if (range.low > range.high)
            std::abort();
    } catch (const std::invalid_argument&) {
    }
    return 0;
}

std::vector<std::string> fuzz::seeds()
{
    return {"\n", "8080\n", "8080,9000-9100\n", "0-65535\n", "1,3,5,7-9,11\n", "32768\t60999\n"};
}
