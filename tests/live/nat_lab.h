// Entries of connection tracking made by ctnetlink, as if packets had passed a gateway with a NAT
// rule. No rule and no packet is needed: the kernel searches for a port as it does for a packet
// (ctnetlink_setup_nat()).
#pragma once

#include <cstdint>
#include <memory>
#include <optional>

#include <boost/test/unit_test.hpp>

#include "common/conntrack/entry.h"
#include "common/net/port_set.h"
#include "tests/live/lab.h"

struct mnl_socket;

namespace lab {

/// A connection through the gateway.
struct Passing {
    std::uint8_t protocol = 6;
    Endpoint client;
    Endpoint destination;
    std::uint16_t zone = 0;
    bool zone_of_reply = false;           ///< of the answers alone, as by nft's "ct reply zone set"
    std::optional<net::Address> nat = {}; ///< SNAT to this address
    std::optional<net::PortRange> nat_ports = {}; ///< the rule's range
    std::optional<Endpoint> real = {};            ///< DNAT to there
    std::uint8_t tcp_state = 3;                   ///< TCP_CONNTRACK_ESTABLISHED
    std::uint32_t seconds = 600;                  ///< until it expires
};

class Gateway {
public:
    Gateway();

    /// 0, or the errno: EEXIST if NAT found no port.
    int pass(const Passing& passing);
    void forget(const Passing& passing);

    /// The ports of `range` that a further connection would get for itself.
    net::PortSet ask(const Passing& passing, net::PortRange range);

private:
    int exchange(void* message);

    std::unique_ptr<mnl_socket, int (*)(mnl_socket*)> socket_;
};

/// For a precondition: whether entries can be made and NAT'd here.
boost::test_tools::assertion_result can_forge(boost::unit_test::test_unit_id test);

} // namespace lab
