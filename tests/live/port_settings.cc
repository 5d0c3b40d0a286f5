// The settings of kernels that lack some, or have values that we do not know.
#include "common/kernel/port_settings.h"

#include <fstream>
#include <map>
#include <sched.h>
#include <string>
#include <sys/mount.h>

#include <boost/test/unit_test.hpp>
#include <fmt/format.h>

#include "tests/live/lab.h"
#include "tests/live/system_call.h"

namespace {

using kernel::PortSettings;
using kernel::SettingsNeeded;
using kernel::TimeWaitReuse;

/// Name and text of what is below /proc/sys/net/ipv4.
using Texts = std::map<std::string, std::string>;

/// Whether `act` returns true on a kernel whose only settings are `texts`.
bool holds_with(const Texts& texts, const std::function<bool()>& act)
{
    return lab::holds_in_a_child([&] {
        const std::string directory = "/proc/sys/net/ipv4";
        lab::check(unshare(CLONE_NEWNS) == 0, "unshare(CLONE_NEWNS)");
        lab::check(mount(nullptr, "/proc", nullptr, MS_PRIVATE, nullptr) == 0,
                   "make /proc private");
        lab::check(mount("tmpfs", directory.c_str(), "tmpfs", 0, nullptr) == 0, "mount");
        for (const auto& [name, text] : texts)
            std::ofstream(fmt::format("{}/{}", directory, name)) << text;
        return act();
    });
}

bool is_refused(const Texts& texts)
{
    return holds_with(texts, [] {
        try {
            kernel::read_port_settings(SettingsNeeded::ports_and_time_wait);
        } catch (const std::runtime_error& error) {
            return std::string(error.what()).find("/proc/sys/net/ipv4/ip_local_") !=
                   std::string::npos;
        }
        return false;
    });
}

BOOST_AUTO_TEST_SUITE(port_settings)

BOOST_AUTO_TEST_CASE(every_setting_is_read)
{
    const lab::Namespace network;
    lab::set_sysctl("ip_local_reserved_ports", "40001,40010-40012");
    lab::set_sysctl("tcp_tw_reuse", "1");
    lab::set_sysctl("tcp_timestamps", "0");
    lab::set_sysctl("tcp_max_tw_buckets", "12345");
    lab::set_sysctl("tcp_fin_timeout", "17");
    const PortSettings settings = kernel::read_port_settings(SettingsNeeded::ports_and_time_wait);
    BOOST_TEST((settings.range == net::PortRange{40000, 40063}));
    BOOST_TEST(settings.usable().size() == 60U);
    BOOST_TEST((settings.time_wait_reuse == TimeWaitReuse::everywhere));
    BOOST_TEST((settings.timestamps == false));
    BOOST_TEST((settings.largest_time_wait == 12345U));
    BOOST_TEST(settings.fin_wait2_length.count() == 17);
}

BOOST_AUTO_TEST_CASE(range_alone_is_enough)
{
    const bool all_else_is_unknown = holds_with({{"ip_local_port_range", "16000\t65535\n"}}, [] {
        const PortSettings settings =
            kernel::read_port_settings(SettingsNeeded::ports_and_time_wait);
        return settings.range == net::PortRange{16000, 65535} && settings.reserved.size() == 0 &&
               !settings.time_wait_reuse && !settings.timestamps && !settings.largest_time_wait &&
               settings.time_wait_reuse_delay == std::chrono::seconds(1) &&
               settings.fin_wait2_length == std::chrono::seconds(60) &&
               !kernel::read_unprivileged_port_start();
    });
    BOOST_TEST(all_else_is_unknown);
}

BOOST_AUTO_TEST_CASE(an_unknown_value_costs_its_own_setting_alone)
{
    const bool only_reuse_is_unknown =
        holds_with({{"ip_local_port_range", "40000 40063"},
                    {"ip_local_reserved_ports", "\n"},
                    {"tcp_tw_reuse", "3\n"},
                    {"tcp_tw_reuse_delay", "soon\n"},
                    {"tcp_timestamps", "1\n"},
                    {"tcp_max_tw_buckets", "-5\n"},
                    {"tcp_fin_timeout", "30\n"}},
                   [] {
                       const PortSettings settings =
                           kernel::read_port_settings(SettingsNeeded::ports_and_time_wait);
                       return !settings.time_wait_reuse && settings.timestamps == true &&
                              settings.time_wait_reuse_delay == std::chrono::seconds(1) &&
                              settings.largest_time_wait == 0U &&
                              settings.fin_wait2_length == std::chrono::seconds(30);
                   });
    BOOST_TEST(only_reuse_is_unknown);
}

BOOST_AUTO_TEST_CASE(what_is_not_needed_is_not_read)
{
    const bool is_untouched =
        holds_with({{"ip_local_port_range", "40000 40063"}, {"tcp_tw_reuse", "1\n"}}, [] {
            return !kernel::read_port_settings(SettingsNeeded::ports).time_wait_reuse;
        });
    BOOST_TEST(is_untouched);
}

BOOST_AUTO_TEST_CASE(ports_that_cannot_be_known_are_refused_and_the_file_is_named)
{
    BOOST_TEST(is_refused({}));
    BOOST_TEST(is_refused({{"ip_local_port_range", "many\n"}}));
    BOOST_TEST(is_refused(
        {{"ip_local_port_range", "40000 40063"}, {"ip_local_reserved_ports", "some\n"}}));
}

/// How many of 20 searches find the port that is alone left in an odd range.
struct Searches {
    int connect = 0;
    int bind = 0;
    int udp = 0;
};

Searches search_for(std::uint16_t left)
{
    const net::PortRange range = {40000, 40062};
    const lab::Namespace network(range);
    std::vector<lab::FileDescriptor> others;
    for (std::uint16_t port = range.low; port <= range.high; ++port) {
        for (const bool tcp : {true, false}) {
            if (port != left)
                others.push_back(lab::bound({.tcp = tcp, .bind = lab::at("0.0.0.0", port)}));
        }
    }
    Searches found;
    for (std::uint16_t i = 0; i < 20; ++i) {
        // Each tuple starts its search elsewhere.
        const lab::Endpoint destination = lab::at("127.0.0.1", static_cast<std::uint16_t>(80 + i));
        found.connect += lab::try_connect(destination, {.deferred = true}) ? 1 : 0;
        found.bind += lab::try_bind({.bind = lab::at("127.0.0.1", 0)}) ? 1 : 0;
        found.udp += lab::try_connect(destination, {.tcp = false}) ? 1 : 0;
    }
    return found;
}

BOOST_AUTO_TEST_CASE(the_first_port_of_an_odd_range_is_hardly_ever_found_by_tcp)
{
    const Searches first = search_for(40000);
    BOOST_TEST(first.connect < 15);
    BOOST_TEST(first.bind < 15);
    BOOST_TEST(first.udp == 20);
    const Searches second = search_for(40001);
    BOOST_TEST(second.connect == 20);
    BOOST_TEST(second.bind == 20);
    const Searches last = search_for(40062);
    BOOST_TEST(last.connect > 10);
    BOOST_TEST(last.bind > 10);
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace
