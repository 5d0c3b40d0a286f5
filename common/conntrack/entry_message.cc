#include "common/conntrack/entry_message.h"

#include <cerrno>
#include <cstring>
#include <libmnl/libmnl.h>
#include <limits>
#include <linux/netfilter/nf_conntrack_common.h>
#include <linux/netfilter/nf_conntrack_tcp.h>
#include <linux/netfilter/nfnetlink.h>
#include <linux/netfilter/nfnetlink_conntrack.h>
#include <netinet/in.h>
#include <optional>
#include <stdexcept>
#include <system_error>

#include <fmt/format.h>

#include "common/conntrack/tuple_message.h"
#include "common/kernel/netlink_piece.h"
#include "common/kernel/reader_unavailable.h"

namespace conntrack {
namespace {

using kernel::ReaderUnavailable;
using kernel::take;

[[noreturn]] void fail_with_kernel_error(int error)
{
    const std::string reason = std::generic_category().message(error);
    switch (error) {
    case EPERM:
    case EACCES:
    case EOPNOTSUPP:
    case EINVAL:
    case ENOENT:
        throw ReaderUnavailable(fmt::format("ctnetlink was refused ({})", reason));
    default:
        throw std::runtime_error(fmt::format("the ctnetlink dump broke off: {}", reason));
    }
}

std::optional<std::uint8_t> tcp_state_in(Bytes payload)
{
    std::optional<std::uint8_t> state;
    for_each_attribute(payload, [&](int type, Bytes value) {
        if (type != CTA_PROTOINFO_TCP)
            return;
        for_each_attribute(value, [&](int field, Bytes number) {
            if (field == CTA_PROTOINFO_TCP_STATE)
                state = number_in<std::uint8_t>(number);
        });
    });
    return state;
}

State state_of(std::optional<std::uint8_t> tcp_state, std::uint32_t status)
{
    if (!tcp_state)
        return (status & IPS_SEEN_REPLY) != 0 ? State::established : State::other;
    switch (*tcp_state) {
    case TCP_CONNTRACK_ESTABLISHED:
        return State::established;
    case TCP_CONNTRACK_TIME_WAIT:
        return State::time_wait;
    default:
        return State::other;
    }
}

Entry entry_in(Bytes payload)
{
    Entry entry;
    std::optional<std::uint8_t> tcp_state;
    std::uint32_t status = 0;
    std::optional<std::uint16_t> reply_zone;
    bool has_original = false;
    bool has_reply = false;
    for_each_attribute(payload, [&](int type, Bytes value) {
        switch (type) {
        case CTA_TUPLE_ORIG:
            entry.protocol = parse_tuple(value, entry.original).protocol;
            has_original = true;
            break;
        case CTA_TUPLE_REPLY:
            reply_zone = parse_tuple(value, entry.reply).zone;
            has_reply = true;
            break;
        case CTA_ZONE:
            entry.zone = number_in<std::uint16_t>(value);
            break;
        case CTA_STATUS:
            status = number_in<std::uint32_t>(value);
            break;
        case CTA_TIMEOUT:
            entry.expires_in = std::chrono::seconds(number_in<std::uint32_t>(value));
            break;
        case CTA_PROTOINFO:
            tcp_state = tcp_state_in(value);
            break;
        default:
            break;
        }
    });
    if (!has_original || !has_reply)
        throw std::runtime_error("ctnetlink sent an entry without its two tuples");
    entry.zone = reply_zone.value_or(entry.zone);
    entry.state = state_of(tcp_state, status);
    entry.is_evictable = tcp_state.value_or(0) >= TCP_CONNTRACK_TIME_WAIT &&
                         (status & (IPS_FIXED_TIMEOUT | IPS_DYING)) == 0;
    return entry;
}

} // namespace

std::vector<std::byte> make_dump_request(std::uint32_t sequence)
{
    std::vector<std::byte> buffer(MNL_NLMSG_HDRLEN + MNL_ALIGN(sizeof(nfgenmsg)));
    nlmsghdr* const header = mnl_nlmsg_put_header(buffer.data());
    header->nlmsg_type = NFNL_SUBSYS_CTNETLINK << 8U | IPCTNL_MSG_CT_GET;
    header->nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP;
    header->nlmsg_seq = sequence;
    auto* const body = static_cast<nfgenmsg*>(mnl_nlmsg_put_extra_header(header, sizeof(nfgenmsg)));
    body->nfgen_family = AF_UNSPEC;
    body->version = NFNETLINK_V0;
    return buffer;
}

bool parse_dump(Bytes datagram, std::uint32_t sequence, const EntrySink& sink)
{
    Bytes rest = datagram;
    while (const auto message = take<nlmsghdr>(rest)) {
        if (message.header->nlmsg_seq != sequence)
            throw std::runtime_error("ctnetlink answered a request that is not ours");
        switch (message.header->nlmsg_type) {
        case NLMSG_DONE:
        case NLMSG_ERROR: {
            int error = 0;
            if (message.payload.size() >= sizeof error)
                std::memcpy(&error, message.payload.data(), sizeof error);
            if (error < 0 && error != std::numeric_limits<int>::min())
                fail_with_kernel_error(-error);
            if (error != 0 || message.header->nlmsg_type == NLMSG_ERROR)
                throw std::runtime_error("ctnetlink ended its answer in an unexpected way");
            return true;
        }
        case NFNL_SUBSYS_CTNETLINK << 8U | IPCTNL_MSG_CT_NEW: {
            if (message.payload.size() < sizeof(nfgenmsg))
                throw std::runtime_error("a ctnetlink message is too short for an entry");
            const Entry entry = entry_in(message.payload.subspan(sizeof(nfgenmsg)));
            if (entry.protocol == IPPROTO_TCP || entry.protocol == IPPROTO_UDP)
                sink(entry);
            break;
        }
        default:
            throw std::runtime_error(fmt::format("ctnetlink sent a message of the unknown type {}",
                                                 message.header->nlmsg_type));
        }
    }
    if (!rest.empty())
        throw std::runtime_error(
            fmt::format("{} bytes after the last whole ctnetlink message", rest.size()));
    return false;
}

} // namespace conntrack
