// A client, a gateway and a server, each in a network namespace of its own, and a rule of nftables
// by which packets of the one reach the other with another source.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include <boost/test/unit_test.hpp>

#include "common/net/port_set.h"
#include "tests/live/inhabited.h"
#include "tests/live/lab.h"

namespace lab {

/// How the addresses of a NatNetwork begin, each ending in a number.
struct NatFamily {
    std::string name; ///< as `ip` and `nft` call it
    std::string inside;
    std::string outside;
    std::string renamed;
    std::string owned;
    unsigned prefix_length;
};

inline const NatFamily nat_ipv4 = {"ip", "172.16.1.", "172.16.2.", "172.16.3.", "192.0.2.", 24};
inline const NatFamily nat_ipv6 = {"ip6", "fd00:1::", "fd00:2::", "fd00:3::", "2001:db8::", 64};

/// This process is the client, with the addresses 1 to 9 inside. The server is 2 outside: it
/// listens on 443 and 80, and closes what the client has closed; port 53 of `renamed`9 leads to its
/// 443, too (DNAT). The gateway is 254 inside and outside, and has the addresses `owned`1 to 4.
/// What comes from 3 is in a zone of its own on its way there, and in everybody's on its way back.
class NatNetwork {
public:
    /// `statement`: what the rule does, such as "snat to 192.0.2.1:40000-40063 random".
    NatNetwork(const NatFamily& family, const std::string& statement);

    [[nodiscard]] const Inhabited& gateway() const { return gateway_; }

    /// Connects through the gateway. Nothing if the gateway dropped the SYN because NAT found no
    /// port, or if the client has that connection already.
    [[nodiscard]] std::optional<FileDescriptor> pass(const Endpoint& client,
                                                     const Endpoint& destination) const;

    /// The server connects from a port on which it listens. No connection through the gateway may
    /// have these ends already.
    [[nodiscard]] FileDescriptor connect_from_server(std::uint16_t service,
                                                     const Endpoint& destination) const;

    /// This process has the addresses from the first to the last inside, too: of IPv4.
    static void add_clients();
    static constexpr unsigned first_added_client = 128;
    static constexpr unsigned last_added_client = 191;

    /// From now on the server answers each new connection by RST, at which connection tracking
    /// forgets it at once (nf_conntrack_tcp_packet()): to try changes nothing.
    void reject_further() const;
    /// Whether the gateway refuses a connection that the server would reject. Nothing if the client
    /// has that connection already.
    [[nodiscard]] std::optional<bool> refuses(const Endpoint& client,
                                              const Endpoint& destination) const;

    /// How many packets the gateway has dropped because NAT found no port (`insert_failed`).
    [[nodiscard]] std::uint64_t count_refused() const;

private:
    /// What became of a connection's first packet.
    struct Passage {
        FileDescriptor socket = {};
        bool is_there_already = false; ///< nothing was sent
        bool is_refused = false;       ///< by the gateway
        int error = 0;                 ///< what the server's answer led to
    };
    [[nodiscard]] Passage start(const Endpoint& client, const Endpoint& destination) const;

    std::string server_address_;
    Namespace client_;
    Inhabited server_;
    Inhabited gateway_;
};

/// For a precondition: whether packets can be NAT'd here.
boost::test_tools::assertion_result can_nat_packets(boost::unit_test::test_unit_id test);

} // namespace lab
