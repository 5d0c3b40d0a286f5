#include "tests/live/nat_lab.h"

#include <array>
#include <cerrno>
#include <cstring>
#include <libmnl/libmnl.h>
#include <linux/netfilter/nf_conntrack_common.h>
#include <linux/netfilter/nfnetlink.h>
#include <linux/netfilter/nfnetlink_conntrack.h>
#include <netinet/in.h>
#include <stdexcept>

#include "tests/live/system_call.h"

namespace lab {
namespace {

using Buffer = std::array<char, 1024>;

void put_address(nlmsghdr* message, const net::Address& address, std::uint16_t ipv4,
                 std::uint16_t ipv6)
{
    if (address.is_ipv4())
        mnl_attr_put_u32(message, ipv4, address.low_word());
    else
        mnl_attr_put(message, ipv6, sizeof address.words(), address.words().data());
}

void put_tuple(nlmsghdr* message, std::uint16_t type, std::uint8_t protocol, const Endpoint& source,
               const Endpoint& destination, std::uint16_t zone = 0)
{
    nlattr* const tuple = mnl_attr_nest_start(message, type);
    if (zone != 0)
        mnl_attr_put_u16(message, CTA_TUPLE_ZONE, htons(zone));
    nlattr* const addresses = mnl_attr_nest_start(message, CTA_TUPLE_IP);
    put_address(message, source.address, CTA_IP_V4_SRC, CTA_IP_V6_SRC);
    put_address(message, destination.address, CTA_IP_V4_DST, CTA_IP_V6_DST);
    mnl_attr_nest_end(message, addresses);
    nlattr* const ports = mnl_attr_nest_start(message, CTA_TUPLE_PROTO);
    mnl_attr_put_u8(message, CTA_PROTO_NUM, protocol);
    mnl_attr_put_u16(message, CTA_PROTO_SRC_PORT, htons(source.port));
    mnl_attr_put_u16(message, CTA_PROTO_DST_PORT, htons(destination.port));
    mnl_attr_nest_end(message, ports);
    mnl_attr_nest_end(message, tuple);
}

void put_nat(nlmsghdr* message, std::uint16_t type, const net::Address& address,
             const std::optional<net::PortRange>& ports)
{
    nlattr* const nat = mnl_attr_nest_start(message, type);
    put_address(message, address, CTA_NAT_V4_MINIP, CTA_NAT_V6_MINIP);
    put_address(message, address, CTA_NAT_V4_MAXIP, CTA_NAT_V6_MAXIP);
    if (ports) {
        nlattr* const range = mnl_attr_nest_start(message, CTA_NAT_PROTO);
        mnl_attr_put_u16(message, CTA_PROTONAT_PORT_MIN, htons(ports->low));
        mnl_attr_put_u16(message, CTA_PROTONAT_PORT_MAX, htons(ports->high));
        mnl_attr_nest_end(message, range);
    }
    mnl_attr_nest_end(message, nat);
}

nlmsghdr* begin(Buffer& buffer, std::uint16_t type, std::uint16_t flags, const Passing& passing)
{
    nlmsghdr* const message = mnl_nlmsg_put_header(buffer.data());
    message->nlmsg_type = static_cast<std::uint16_t>(NFNL_SUBSYS_CTNETLINK << 8U | type);
    message->nlmsg_flags = static_cast<std::uint16_t>(NLM_F_REQUEST | NLM_F_ACK | flags);
    message->nlmsg_seq = 1;
    auto* const body =
        static_cast<nfgenmsg*>(mnl_nlmsg_put_extra_header(message, sizeof(nfgenmsg)));
    body->nfgen_family = passing.client.address.is_ipv4() ? AF_INET : AF_INET6;
    put_tuple(message, CTA_TUPLE_ORIG, passing.protocol, passing.client, passing.destination);
    if (passing.zone != 0 && !passing.zone_of_reply)
        mnl_attr_put_u16(message, CTA_ZONE, htons(passing.zone));
    return message;
}

} // namespace

Gateway::Gateway() : socket_(mnl_socket_open2(NETLINK_NETFILTER, SOCK_CLOEXEC), mnl_socket_close)
{
    check(socket_ != nullptr, "a netlink socket");
    check(mnl_socket_bind(socket_.get(), 0, MNL_SOCKET_AUTOPID) == 0, "bind a netlink socket");
}

int Gateway::exchange(void* message)
{
    auto* const header = static_cast<nlmsghdr*>(message);
    check(mnl_socket_sendto(socket_.get(), header, header->nlmsg_len) >= 0, "send to ctnetlink");
    alignas(nlmsghdr) std::array<char, 8192> answer{};
    const ssize_t length = mnl_socket_recvfrom(socket_.get(), answer.data(), answer.size());
    check(length >= static_cast<ssize_t>(sizeof(nlmsghdr) + sizeof(int)), "receive from ctnetlink");
    int error = 0;
    std::memcpy(&error, answer.data() + sizeof(nlmsghdr), sizeof error);
    return -error;
}

int Gateway::pass(const Passing& passing)
{
    alignas(nlmsghdr) Buffer buffer{};
    nlmsghdr* const message = begin(buffer, IPCTNL_MSG_CT_NEW, NLM_F_CREATE | NLM_F_EXCL, passing);
    put_tuple(message, CTA_TUPLE_REPLY, passing.protocol, passing.destination, passing.client,
              passing.zone_of_reply ? passing.zone : std::uint16_t{0});
    if (passing.real)
        put_nat(message, CTA_NAT_DST, passing.real->address,
                net::PortRange{passing.real->port, passing.real->port});
    if (passing.nat)
        put_nat(message, CTA_NAT_SRC, *passing.nat, passing.nat_ports);
    mnl_attr_put_u32(message, CTA_TIMEOUT, htonl(passing.seconds));
    mnl_attr_put_u32(message, CTA_STATUS, htonl(IPS_CONFIRMED | IPS_SEEN_REPLY | IPS_ASSURED));
    if (passing.protocol == IPPROTO_TCP) {
        nlattr* const information = mnl_attr_nest_start(message, CTA_PROTOINFO);
        nlattr* const tcp = mnl_attr_nest_start(message, CTA_PROTOINFO_TCP);
        mnl_attr_put_u8(message, CTA_PROTOINFO_TCP_STATE, passing.tcp_state);
        mnl_attr_nest_end(message, tcp);
        mnl_attr_nest_end(message, information);
    }
    return exchange(message);
}

void Gateway::forget(const Passing& passing)
{
    alignas(nlmsghdr) Buffer buffer{};
    const int error = exchange(begin(buffer, IPCTNL_MSG_CT_DELETE, 0, passing));
    if (error != 0)
        throw std::runtime_error(std::string("cannot delete an entry: ") + std::strerror(error));
}

net::PortSet Gateway::ask(const Passing& passing, net::PortRange range)
{
    net::PortSet free;
    for (unsigned port = range.low; port <= range.high; ++port) {
        Passing question = passing;
        const auto wanted = static_cast<std::uint16_t>(port);
        question.nat_ports = net::PortRange{wanted, wanted};
        const int error = pass(question);
        if (error == 0) {
            free.insert(wanted);
            forget(question);
        } else if (error != EEXIST) {
            throw std::runtime_error(std::string("cannot ask about a port: ") +
                                     std::strerror(error));
        }
    }
    return free;
}

boost::test_tools::assertion_result can_forge(boost::unit_test::test_unit_id /*test*/)
{
    boost::test_tools::assertion_result can(true);
    try {
        const Namespace network;
        Gateway gateway;
        const int error = gateway.pass({.client = at("10.1.0.2", 40000),
                                        .destination = at("10.2.0.2", 443),
                                        .nat = net::Address::parse("192.0.2.1")});
        if (error != 0)
            throw std::runtime_error(std::strerror(error));
    } catch (const std::exception& error) {
        can = false;
        can.message() << "this kernel has no NAT by ctnetlink: " << error.what();
    }
    return can;
}

} // namespace lab
