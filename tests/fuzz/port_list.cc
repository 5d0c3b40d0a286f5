// net::parse_port_list() and parse_port_range(): settings below /proc/sys.
#include <stdexcept>

#include "common/kernel/port_settings.h"
#include "tests/fuzz/target.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    const std::string_view text = fuzz::text_of(data, size);
    try {
        const net::PortSet ports = net::parse_port_list(text);
        fuzz::promise(ports.size() <= net::PortSet::all_ports);
        fuzz::promise(net::parse_port_list(net::format_port_list(ports)) == ports);
    } catch (const std::invalid_argument&) {
    }
    try {
        const net::PortRange range = net::parse_port_range(text);
        fuzz::promise(range.low <= range.high && range.contains(range.low));
    } catch (const std::invalid_argument&) {
    }
    return 0;
}

std::vector<std::string> fuzz::seeds()
{
    return {"\n", "8080\n", "8080,9000-9100\n", "0-65535\n", "1,3,5,7-9,11\n", "32768\t60999\n"};
}
