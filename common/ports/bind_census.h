// What bind(address, 0) has left, and UDP: ports are shared by the local address alone.
//
// inet_csk_get_port() and udp_lib_get_port() give a port to a plain socket if no other socket on
// it has a local address that conflicts (inet_rcv_saddr_equal()): the same address, or either of
// the two is the wildcard. The IPv6 wildcard of a socket without IPV6_V6ONLY covers IPv4, too. A
// TIME_WAIT conflicts like any other socket: bind() takes none over. The wildcard address therefore
// conflicts with all, and is the first to run out. It is the wildcard that a UDP socket is bound to
// when it sends or connects without a bind() of its own.
#pragma once

#include <array>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <utility>
#include <vector>

#include "common/net/port_set.h"
#include "common/ports/services.h"
#include "common/sockets/snapshot.h"

namespace ports {

/// What bind(`address`, 0) would find, and what stands on the ports that it may not get. A port
/// with several sockets counts once, as the first of these.
struct BindUsage {
    net::Address address;
    std::size_t used = 0;      ///< usable ports that bind() would not get
    std::size_t used_most = 0; ///< the same, if all that is in doubt is used
    std::size_t listening = 0;
    std::size_t bound = 0;     ///< neither listening nor connected
    std::size_t connected = 0; ///< in any state but TIME_WAIT
    std::size_t time_wait = 0;
};

/// TCP ports of bound sockets that no reader shows.
struct HiddenPorts {
    net::PortSet found;      ///< by asking; their sockets' addresses are not known
    std::size_t at_most = 0; ///< further ones that may be there
    net::PortSet among;      ///< where these may be, such as beside other sockets
};

/// A census of one protocol.
class BindCensus {
public:
    BindCensus(const sockets::Snapshot& snapshot, Protocol protocol,
               const HiddenPorts& hidden = {});

    [[nodiscard]] std::size_t range_size() const { return usable_.size(); }

    /// For a wildcard socket of both families, which conflicts with every socket.
    [[nodiscard]] BindUsage wildcard() const;

    /// The same if no socket listened or were bound only, and what listeners accepted were
    /// elsewhere with them.
    [[nodiscard]] BindUsage without_residents() const;
    /// The same if nothing were in TIME_WAIT.
    [[nodiscard]] BindUsage without_time_wait() const;

    /// For a socket bound to `address`.
    [[nodiscard]] BindUsage of(const net::Address& address) const;

    /// For each address that sockets on usable ports have, the two wildcards always among them; the
    /// fullest first.
    [[nodiscard]] std::vector<BindUsage> by_address() const;

private:
    enum Kind : std::uint8_t { listening, bound, connected, time_wait };
    static constexpr std::size_t kinds = 4;

    /// The ports that sockets stand on, by what kind they are.
    using Ports = std::array<net::PortSet, kinds>;

    static Kind kind_of(sockets::SocketState state);
    static Ports unite(Ports one, const Ports& other);
    static std::size_t count(const Ports& ports);

    void add(const sockets::LocalSocket& socket);
    void add(const sockets::Connections& connections);
    [[nodiscard]] BindUsage assess(const net::Address& address, const Ports& ports) const;
    [[nodiscard]] BindUsage ipv4_wildcard() const;

    /// The ports of the sockets with exactly one address, which may be one of very many: a list of
    /// those that there are, until bits for all ports take less.
    class PortList {
    public:
        void insert(std::uint16_t port, Kind kind);
        void use_bits(); ///< from now on, however many items there are
        void add_to(Ports& ports) const;
        [[nodiscard]] Ports ports() const;

    private:
        struct Item {
            std::uint16_t port = 0;
            Kind kind = listening;

            friend auto operator<=>(const Item&, const Item&) = default;
        };

        static constexpr std::size_t first_limit = 64;
        /// For so many sockets the bits of all ports take no more than a list would.
        static constexpr std::size_t most_items =
            kinds * net::PortSet::all_ports / 8 / sizeof(Item);

        void make_room();

        std::vector<Item> items_;
        std::size_t limit_ = first_limit; ///< of items, at which the repeated ones are taken out
        std::size_t inserted_ = 0;        ///< those taken out included
        std::unique_ptr<Ports> many_;     ///< instead of further items
    };

    /// So few source addresses have bits for all ports from the start: 1 MiB at most.
    static constexpr std::size_t few_sources = 32;

    PortList& ports_of(const net::Address& address);

    net::PortSet usable_;
    HiddenPorts hidden_;
    Ports all_{};
    Ports not_ipv6_only_{};    ///< of sockets that may cover IPv4, as far as is known
    net::PortSet surely_ipv4_; ///< of sockets that certainly cover IPv4
    Ports dual_wildcard_{};    ///< of sockets on `::` that cover IPv4
    Ports ipv6_wildcard_{};    ///< of sockets on `::` that do not
    Ports unknown_wildcard_{}; ///< of sockets on `::` of which that is not known
    std::map<net::Address, PortList> others_;
    /// In `others_`: the next socket is often of the same address.
    std::pair<const net::Address, PortList>* latest_ = nullptr;
};

} // namespace ports
