// A client, a gateway and a server, each in a network namespace of its own, and a rule of nftables
// by which packets of the one reach the other with another source.
#pragma once

#include <functional>
#include <string>

#include <boost/test/unit_test.hpp>

#include "common/net/port_set.h"
#include "tests/live/inhabited.h"
#include "tests/live/lab.h"

namespace lab {

/// This process is the client, with the addresses 172.16.1.1 to 172.16.1.9. The server listens on
/// 172.16.2.2:443 and 172.16.2.2:80, and closes what the client has closed; 172.16.3.9:53
/// is 172.16.2.2:443, too. The gateway has 172.16.2.254 on the server's side, and 192.0.2.1.
class NatNetwork {
public:
    /// `statement`: what the rule does, such as "snat to 192.0.2.1:40000-40063 random".
    explicit NatNetwork(const std::string& statement);

    [[nodiscard]] const Inhabited& gateway() const { return gateway_; }
    /// Does something in the gateway's namespace.
    void at_gateway(const std::function<void()>& act) const;

    /// Connects through the gateway. Nothing if the gateway dropped the SYN because NAT found no
    /// port, or if the client has that connection already.
    [[nodiscard]] std::optional<FileDescriptor> pass(const Endpoint& client,
                                                     const Endpoint& destination) const;

    /// How many packets the gateway has dropped because NAT found no port (`insert_failed`).
    [[nodiscard]] std::uint64_t count_refused() const;

private:
    Namespace client_;
    Inhabited server_;
    Inhabited gateway_;
};

/// For a precondition: whether packets can be NAT'd here.
boost::test_tools::assertion_result can_nat_packets(boost::unit_test::test_unit_id test);

} // namespace lab
