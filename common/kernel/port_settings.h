// The settings by which this network namespace hands out ports. They hold for IPv4 and IPv6, TCP
// and UDP alike, and each network namespace has its own (Documentation/networking/ip-sysctl.rst).
#pragma once

#include <chrono>
#include <cstdint>
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
    TimeWaitReuse time_wait_reuse = TimeWaitReuse::never;
    std::chrono::milliseconds
        time_wait_reuse_delay{};         ///< the age from which a TIME_WAIT may be taken over
    bool timestamps = false;             ///< tcp_timestamps, without which nothing is taken over
    std::uint32_t largest_time_wait = 0; ///< tcp_max_tw_buckets
    std::chrono::seconds fin_wait2_length =
        std::chrono::seconds(60); ///< tcp_fin_timeout: of a FIN_WAIT2 that no program holds

    /// The ports that the kernel picks from by itself: the range without the reserved ones.
    [[nodiscard]] net::PortSet usable() const;
    [[nodiscard]] net::PortSet found_by_tcp() const;
};

/// Of the network namespace we are in. Throws std::runtime_error naming the file that could not be
/// read or understood.
PortSettings read_port_settings();

/// ip_unprivileged_port_start: the first port that a program without privilege may bind to.
/// Nothing where this kernel has no such setting (before 4.11).
std::optional<std::uint16_t> read_unprivileged_port_start();

} // namespace kernel
