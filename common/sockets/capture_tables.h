// The kernel's own tables in a capture, /proc/net/tcp, tcp6, udp and udp6, as `cat` prints them:
// from a container that has no ss.
//
// Their lines do not say of which protocol they are; the heading does, so no line counts without
// one. What would be wrong in silence is refused:
// - A table that comes twice. udplite, raw and icmp have the heading of udp, and their sockets
//   would be taken for UDP's.
// - A table of one family without the other, unless that host has no IPv6: then it has
//   /proc/net/sockstat and no sockstat6. A program with IPv6 sockets has its IPv4 connections in
//   tcp6.
// - Addresses of a machine of the other byte order, if one is loopback or IPv4 as IPv6 holds it:
//   the kernel prints them as numbers of its own.
#pragma once

#include <array>
#include <cstddef>
#include <optional>
#include <string_view>

#include "common/sockets/capture_line.h"

namespace sockets {

class CaptureTables {
public:
    /// The socket of a line; nothing if the line is a heading, or of no table. Every line of the
    /// capture has to pass here, because any other one ends a table. Throws std::invalid_argument
    /// without a word of the line.
    std::optional<CapturedSocket> take(std::string_view line);

    /// Throws std::runtime_error if one family's table is missing. `has_ipv6`: as far as is known.
    void require_both_families(bool has_ipv6) const;

    [[nodiscard]] bool has_tcp() const { return seen_[tcp]; }
    [[nodiscard]] bool has_udp() const { return seen_[udp]; }

private:
    enum Table : std::size_t { tcp, tcp6, udp, udp6, table_count };

    void take_heading(std::string_view line);
    static CapturedSocket parse(std::string_view line, Table table);

    std::optional<Table> current_;
    std::array<bool, table_count> seen_{};
};

} // namespace sockets
