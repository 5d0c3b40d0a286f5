// A census of sockets that a test makes up, together with the snapshot that it is made from.
#pragma once

#include <string_view>
#include <utility>
#include <vector>

#include <boost/test/unit_test.hpp>

#include "common/ports/census.h"
#include "tests/unit/sample.h"

namespace sample {

/// How it is counted, if not as by default.
struct Manner {
    kernel::PortSettings settings = sample::settings();
    bool asked = true;      ///< the kernel was asked which ports are held
    net::PortSet held;      ///< what it said, beyond those whose sockets show it
    std::size_t hidden = 0; ///< so many sockets may be hidden
    ports::TimeWaitPolicy policy = ports::TimeWaitPolicy::kernel_rule;
    ports::Watch watch;
    std::optional<net::PortRange> read = {}; ///< the ports that are looked at
};

class Counted {
public:
    explicit Counted(const std::vector<sockets::Socket>& sockets, const Manner& manner = {})
        : snapshot_(make_snapshot(sockets, manner)),
          census_(snapshot_, held_ports(snapshot_, manner), manner.policy, manner.watch)
    {
    }
    Counted(const Counted&) = delete;
    Counted& operator=(const Counted&) = delete;

    [[nodiscard]] const sockets::Snapshot& snapshot() const { return snapshot_; }
    [[nodiscard]] ports::Census& census() { return census_; }
    [[nodiscard]] const ports::Census& census() const { return census_; }

    /// The number of the tuple from 10.0.0.1 or 127.0.0.1 to `destination`:5432.
    [[nodiscard]] sockets::TupleNumber number(std::string_view destination = "10.0.0.5",
                                              std::uint32_t device = 0) const
    {
        const net::Address address = net::Address::parse(destination);
        const net::Address source =
            address.is_loopback() ? address : net::Address::parse("10.0.0.1");
        const auto number = snapshot_.connections.find({source, address, 5432, device});
        BOOST_REQUIRE(number.has_value());
        return *number;
    }
    [[nodiscard]] ports::TupleUsage usage(std::string_view destination = "10.0.0.5",
                                          std::uint32_t device = 0) const
    {
        return census_.usage(number(destination, device));
    }

    [[nodiscard]] ports::TupleUsage worst() const
    {
        const auto usages = census_.first(1, ports::has_fewer_left);
        BOOST_REQUIRE(usages.size() == 1U);
        return usages.front();
    }

private:
    static sockets::Snapshot make_snapshot(const std::vector<sockets::Socket>& sockets,
                                           const Manner& manner)
    {
        sockets::Snapshot snapshot = sample::snapshot(sockets, manner.settings, manner.read);
        snapshot.hidden_at_most = manner.hidden;
        return snapshot;
    }
    static ports::HeldPorts held_ports(const sockets::Snapshot& snapshot, const Manner& manner)
    {
        const ports::HeldPorts shown = ports::find_shown_as_held(snapshot);
        return manner.asked ? ports::HeldPorts{shown.known | manner.held, {}, 0} : shown;
    }

    sockets::Snapshot snapshot_;
    ports::Census census_;
};

/// The ports `low` to `high`.
inline net::PortSet port_set(std::uint16_t low, std::uint16_t high)
{
    net::PortSet ports;
    ports.insert(net::PortRange{low, high});
    return ports;
}

/// established + (time_wait - reusable) + other + held_by_others = used
inline bool adds_up(const ports::TupleUsage& usage)
{
    return usage.established + usage.time_wait + usage.other - usage.reusable +
               usage.held_by_others ==
           usage.used;
}

} // namespace sample
