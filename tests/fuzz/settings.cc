// kernel::find_port_settings(): what sysctl printed, in lines of NAME=VALUE.
#include <map>
#include <stdexcept>

#include "common/kernel/port_settings.h"
#include "tests/fuzz/target.h"

namespace {

using fuzz::promise;
using kernel::SettingsNeeded;

void test_ports(const kernel::PortSettings& settings)
{
    promise(settings.range.low <= settings.range.high);
    const net::PortSet usable = settings.usable();
    const net::PortSet found = settings.found_by_tcp();
    promise(usable.size() <= settings.range.size());
    promise((usable & settings.reserved).size() == 0);
    promise((found - usable).size() == 0 && usable.size() - found.size() <= 1);
}

void test_times(const kernel::PortSettings& settings)
{
    promise(settings.fin_wait2_length.count() >= 0);
    promise(settings.time_wait_reuse_delay.count() >= 0);
    promise(!settings.time_wait_reuse ||
            *settings.time_wait_reuse <= kernel::TimeWaitReuse::loopback);
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    std::map<std::string_view, std::string_view, std::less<>> values;
    std::string_view rest = fuzz::text_of(data, size);
    while (!rest.empty()) {
        std::string_view value = fuzz::take(rest, '\n');
        const std::string_view name = fuzz::take(value, '=');
        values.emplace(name, value);
    }
    const kernel::SettingSource source = {
        [&](std::string_view name) -> std::optional<std::string> {
            const auto found = values.find(name);
            return found == values.end() ? std::nullopt : std::optional<std::string>(found->second);
        },
        "the capture's ", false};
    static_cast<void>(kernel::find_unprivileged_port_start(source));
    try {
        const auto settings = find_port_settings(source, SettingsNeeded::ports_and_time_wait);
        test_ports(settings);
        test_times(settings);
        promise(find_port_settings(source, SettingsNeeded::ports).range == settings.range);
    } catch (const std::runtime_error& error) {
        // Without a word of the capture.
        const std::string text = error.what();
        promise(text == "cannot understand the capture's ip_local_port_range" ||
                text == "cannot understand the capture's ip_local_reserved_ports" ||
                text.starts_with("there is no the capture's ip_local_port_range;"));
    }
    return 0;
}

std::vector<std::string> fuzz::seeds()
{
    return {"ip_local_port_range=32768\t60999\nip_local_reserved_ports=\n",
            "ip_local_port_range=1 65535\nip_local_reserved_ports=1,3-5,60000\ntcp_tw_reuse=2\n",
            "ip_local_port_range=5 5\ntcp_timestamps=1\ntcp_max_tw_buckets=-1\ntcp_tw_reuse=3\n",
            "ip_local_port_range=40000 40063\ntcp_fin_timeout=60\ntcp_tw_reuse_delay=4294967295\n"
            "ip_unprivileged_port_start=1024\n"};
}
