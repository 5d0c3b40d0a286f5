#include "tests/live/lab.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <cstring>
#include <fcntl.h>
#include <fstream>
#include <iterator>
#include <net/if.h>
#include <netinet/in.h>
#include <sched.h>
#include <sstream>
#include <stdexcept>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <thread>
#include <unistd.h>

#include <boost/test/unit_test.hpp>
#include <fmt/format.h>

#include "common/kernel/proc_file.h"
#include "tests/live/system_call.h"

namespace lab {
namespace {

constexpr const char* sysctl_directory = "/proc/sys/net/ipv4/";

void write_file(const std::string& path, std::string_view text)
{
    const FileDescriptor file(open(path.c_str(), O_WRONLY | O_CLOEXEC));
    check(file.number() >= 0, path.c_str());
    // The kernel takes a long list of ports a page at a time.
    while (!text.empty()) {
        const ssize_t length = write(file.number(), text.data(), text.size());
        check(length > 0, path.c_str());
        text.remove_prefix(static_cast<std::size_t>(length));
    }
}

} // namespace

bool enter()
{
    if (geteuid() == 0 && unshare(CLONE_NEWNET) == 0)
        return true;
    const uid_t user = geteuid();
    const gid_t group = getegid();
    if (unshare(CLONE_NEWUSER | CLONE_NEWNET) != 0)
        return false;
    write_file("/proc/self/setgroups", "deny");
    write_file("/proc/self/uid_map", fmt::format("0 {} 1", user));
    write_file("/proc/self/gid_map", fmt::format("0 {} 1", group));
    return true;
}

Namespace::Namespace(net::PortRange range)
{
    check(unshare(CLONE_NEWNET) == 0, "unshare(CLONE_NEWNET)");
    const FileDescriptor control(socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0));
    ifreq request{};
    std::strcpy(request.ifr_name, "lo");
    request.ifr_flags = IFF_UP;
    check(ioctl(control.number(), SIOCSIFFLAGS, &request) == 0, "SIOCSIFFLAGS");

    sockaddr_in second{};
    second.sin_family = AF_INET;
    second.sin_addr.s_addr = net::Address::parse("10.9.0.1").low_word();
    request = {};
    std::strcpy(request.ifr_name, "lo:0");
    std::memcpy(&request.ifr_addr, &second, sizeof second);
    check(ioctl(control.number(), SIOCSIFADDR, &request) == 0, "SIOCSIFADDR");
    set_sysctl("ip_local_port_range", fmt::format("{} {}", range.low, range.high));
}

void set_sysctl(std::string_view name, std::string_view value)
{
    write_file(fmt::format("{}{}", sysctl_directory, name), value);
}

std::string read_sysctl(std::string_view name)
{
    return kernel::read_proc_file(fmt::format("{}{}", sysctl_directory, name));
}

void await(const std::function<bool()>& condition, const char* what, int seconds)
{
    constexpr std::chrono::milliseconds pause(5);
    const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(seconds);
    while (!condition()) {
        BOOST_REQUIRE_MESSAGE(std::chrono::steady_clock::now() < end,
                              "waited " << seconds << " s in vain for " << what);
        std::this_thread::sleep_for(pause);
    }
}

std::array<std::uint64_t, 3> tcp_counters()
{
    std::ifstream file("/proc/net/snmp");
    std::vector<std::string> names;
    for (std::string line; std::getline(file, line);) {
        if (!line.starts_with("Tcp: "))
            continue;
        std::istringstream words(line);
        const std::vector<std::string> fields(std::istream_iterator<std::string>(words), {});
        if (names.empty()) {
            names = fields;
            continue;
        }
        const auto value = [&](const char* name) {
            const auto found = std::find(names.begin(), names.end(), name);
            return std::stoull(fields.at(static_cast<std::size_t>(found - names.begin())));
        };
        return {value("OutSegs"), value("ActiveOpens"), value("AttemptFails")};
    }
    throw std::runtime_error("no TCP counters in /proc/net/snmp");
}

} // namespace lab
