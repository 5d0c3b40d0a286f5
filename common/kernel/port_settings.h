// The settings by which this network namespace hands out ports. They hold for IPv4 and IPv6, TCP
// and UDP alike, and each network namespace has its own (Documentation/networking/ip-sysctl.rst).
//
// Not every kernel has every one of them (gVisor has few), and a new one may have values that we do
// not know. What is missing or unknown costs only what depends on it.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "common/net/port_set.h"

namespace kernel {

/// Which TIME_WAITs a connect() may take over: net.ipv4.tcp_tw_reuse.
enum class TimeWaitReuse { never = 0, everywhere = 1, loopback = 2 };

struct PortSettings {
    net::PortRange range;  ///< ip_local_port_range
    net::PortSet reserved; ///< ip_local_reserved_ports, inside the range or not

    // What becomes of closed connections. Nothing, or else the kernel's default, if it was not
    // asked for, is missing or is unknown.

    std::optional<TimeWaitReuse> time_wait_reuse; ///< tcp_tw_reuse
    /// tcp_tw_reuse_delay: the age from which a TIME_WAIT may be taken over. Kernels before 6.14
    /// have no such setting and wait one second (tcp_twsk_unique()).
    std::chrono::milliseconds time_wait_reuse_delay = std::chrono::seconds(1);
    std::optional<bool> timestamps; ///< tcp_timestamps, without which nothing is taken over
    std::optional<std::uint32_t> largest_time_wait; ///< tcp_max_tw_buckets
    /// tcp_fin_timeout: of a FIN_WAIT2 that no program holds.
    std::chrono::seconds fin_wait2_length = std::chrono::seconds(60);

    /// The ports that the kernel picks from by itself: the range without the reserved ones. A UDP
    /// socket looks at each of them (udp_lib_get_port()).
    [[nodiscard]] net::PortSet usable() const;

    /// Those of them that the search of a TCP socket finds. connect() and bind() look at an even
    /// number of ports from a random start (__inet_hash_connect(), inet_csk_find_open_port():
    /// `remaining &= ~1U`). Of an odd range the first port is left out, or from one of the many
    /// starts the last.
    [[nodiscard]] net::PortSet found_by_tcp() const;
};

enum class SettingsNeeded { ports, ports_and_time_wait };

/// Where settings are found: this kernel's files, or what sysctl printed elsewhere.
struct SettingSource {
    /// The text of the setting of this name below net.ipv4; nothing if there is none.
    std::function<std::optional<std::string>(std::string_view name)> find;
    std::string place;       ///< what stands before the name in an error
    bool is_quotable = true; ///< whether an error may quote a value
};

/// Throws std::runtime_error naming the setting if the ports are missing or cannot be understood.
PortSettings find_port_settings(const SettingSource& source, SettingsNeeded needed);

/// ip_unprivileged_port_start: the first port that a program without privilege may bind to.
/// Nothing if there is no such setting (before 4.11), or an unknown one.
std::optional<std::uint16_t> find_unprivileged_port_start(const SettingSource& source);

/// The same of the network namespace we are in. Throws std::runtime_error naming the file if the
/// ports cannot be read or understood.
PortSettings read_port_settings(SettingsNeeded needed);

/// The same.
std::optional<std::uint16_t> read_unprivileged_port_start();

} // namespace kernel
