#include "tests/live/features.h"

#include <array>
#include <linux/inet_diag.h>
#include <linux/netlink.h>
#include <linux/sock_diag.h>
#include <netinet/in.h>
#include <string>
#include <sys/socket.h>
#include <system_error>
#include <unistd.h>

#include <boost/test/unit_test.hpp>
#include <fmt/format.h>

#include "tests/live/lab.h"
#include "tests/live/system_call.h"

namespace lab {
namespace {

bool has_local_port_range()
{
    try {
        bound({.bind = at("0.0.0.0", 0), .ports = net::PortRange{40000, 40063}});
    } catch (const std::system_error&) {
        return false;
    }
    return true;
}

/// Asks sock_diag for sockets in TCP_BOUND_INACTIVE while there is one.
bool shows_bound()
{
    constexpr unsigned tcp_bound_inactive = 13;
    const FileDescriptor one = bound({.bind = at("0.0.0.0", 0)});
    const FileDescriptor netlink(
        socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_SOCK_DIAG)); // NOLINT
    struct {
        nlmsghdr header;
        inet_diag_req_v2 request;
    } message{};
    message.header.nlmsg_len = sizeof message;
    message.header.nlmsg_type = SOCK_DIAG_BY_FAMILY;
    message.header.nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP;
    message.request.sdiag_family = AF_INET;
    message.request.sdiag_protocol = IPPROTO_TCP;
    message.request.idiag_states = 1U << tcp_bound_inactive;
    check(send(netlink.number(), &message, sizeof message, 0) == sizeof message, "netlink");
    alignas(nlmsghdr) std::array<char, 32768> answer{};
    check(recv(netlink.number(), answer.data(), answer.size(), 0) > 0, "netlink");
    return reinterpret_cast<const nlmsghdr*>(answer.data())->nlmsg_type == SOCK_DIAG_BY_FAMILY;
}

bool has_time_wait_delay()
{
    return access("/proc/sys/net/ipv4/tcp_tw_reuse_delay", F_OK) == 0;
}

const char* name(Feature feature)
{
    switch (feature) {
    case Feature::local_port_range:
        return "IP_LOCAL_PORT_RANGE";
    case Feature::bound_shown:
        return "bound sockets in its dump";
    case Feature::time_wait_delay:
        return "tcp_tw_reuse_delay";
    }
    return "";
}

} // namespace

bool has(Feature feature)
{
    static const bool local_port_range = has_local_port_range();
    static const bool bound_shown = shows_bound();
    static const bool time_wait_delay = has_time_wait_delay();
    switch (feature) {
    case Feature::local_port_range:
        return local_port_range;
    case Feature::bound_shown:
        return bound_shown;
    case Feature::time_wait_delay:
        return time_wait_delay;
    }
    return false;
}

boost::unit_test::precondition needs(const std::vector<Feature>& features)
{
    return boost::unit_test::precondition(
        [features](boost::unit_test::test_unit_id id) -> boost::test_tools::assertion_result {
            for (const Feature feature : features) {
                if (has(feature))
                    continue;
                const std::string reason = fmt::format("this kernel lacks {}", name(feature));
                fmt::print(
                    "skipped {}: {}\n",
                    boost::unit_test::framework::get(id, boost::unit_test::TUT_ANY).p_name.get(),
                    reason);
                boost::test_tools::assertion_result missing(false);
                missing.message() << reason;
                return missing;
            }
            return true;
        });
}

} // namespace lab
