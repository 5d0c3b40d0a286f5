#include "common/sockets/dump_message.h"

#include <cerrno>
#include <limits>
#include <stdexcept>
#include <string>
#include <system_error>

#include <fmt/format.h>

#include "common/kernel/reader_unavailable.h"

namespace sockets {
namespace {

using kernel::ReaderUnavailable;

std::string describe(int error)
{
    return std::generic_category().message(error);
}

/// What the kernel's refusal means for the user. The errors that a missing interface gives lead to
/// another reader; any other one means that this reading failed.
[[noreturn]] void fail_with_kernel_error(int error)
{
    switch (error) {
    case ENOENT:
    case EOPNOTSUPP:
        throw ReaderUnavailable(
            fmt::format("the kernel has no sock_diag for these sockets ({}); modprobe tcp_diag "
                        "udp_diag may help",
                        describe(error)));
    case EINVAL:
        throw ReaderUnavailable("this kernel does not understand the sock_diag request (EINVAL)");
    case EPERM:
    case EACCES:
        throw ReaderUnavailable(fmt::format("sock_diag was refused ({})", describe(error)));
    default:
        throw std::runtime_error(fmt::format("the sock_diag dump broke off: {}", describe(error)));
    }
}

} // namespace

void end_dump(const nlmsghdr& header, std::span<const std::byte> payload, std::uint32_t sequence)
{
    if (header.nlmsg_seq != sequence)
        throw std::runtime_error("sock_diag answered a request that is not ours");
    const std::size_t length = payload.size();
    switch (header.nlmsg_type) {
    case NLMSG_DONE:
    case NLMSG_ERROR: {
        // Both begin with the error as a negative number; a dump that went well has none or 0.
        int error = 0;
        if (length >= sizeof error)
            std::memcpy(&error, payload.data(), sizeof error);
        if (error < 0 && error != std::numeric_limits<int>::min())
            fail_with_kernel_error(-error);
        if (error != 0)
            throw std::runtime_error(
                fmt::format("the sock_diag dump broke off with the unknown error {}", error));
        if (header.nlmsg_type == NLMSG_ERROR)
            throw std::runtime_error("sock_diag acknowledged the request instead of answering it");
        return;
    }
    case TCPDIAG_GETSOCK:
    case SOCK_DIAG_BY_FAMILY:
        throw std::runtime_error(
            fmt::format("a sock_diag message of {} bytes is too short for a socket", length));
    default:
        throw std::runtime_error(
            fmt::format("sock_diag sent a message of the unknown type {}", header.nlmsg_type));
    }
}

void fail_with_family(unsigned char family)
{
    throw std::runtime_error(
        fmt::format("sock_diag sent a socket of the unknown family {}", family));
}

void fail_with_state(unsigned char state)
{
    throw std::runtime_error(fmt::format("sock_diag sent a socket in the unknown state {}", state));
}

void fail_with_rest(std::size_t bytes)
{
    throw std::runtime_error(fmt::format("{} bytes after the last whole sock_diag message", bytes));
}

std::optional<bool> find_ipv6_only(std::span<const std::byte> attributes)
{
    while (const auto attribute = kernel::take<nlattr>(attributes)) {
        const int type = attribute.header->nla_type & NLA_TYPE_MASK;
        if (type == INET_DIAG_SKV6ONLY && !attribute.payload.empty())
            return attribute.payload.front() != std::byte{0};
    }
    return std::nullopt;
}

} // namespace sockets
