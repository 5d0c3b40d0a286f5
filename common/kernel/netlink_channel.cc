#include "common/kernel/netlink_channel.h"

#include <cerrno>
#include <libmnl/libmnl.h>
#include <stdexcept>
#include <system_error>
#include <utility>

#include <fmt/format.h>

#include "common/kernel/reader_unavailable.h"

namespace kernel {
namespace {

std::string describe(int error)
{
    return std::generic_category().message(error);
}

std::string tell_what_refuses_sockets(int error)
{
    switch (error) {
    case EMFILE:
        return "raise the limit of open files (ulimit -n, LimitNOFILE=)";
    case ENFILE:
        return "raise the host's limit of open files (fs.file-max)";
    default:
        return "seccomp or systemd's RestrictAddressFamilies may do that";
    }
}

} // namespace

NetlinkChannel::NetlinkChannel(int bus, std::string name)
    : name_(std::move(name)), socket_(mnl_socket_open2(bus, SOCK_CLOEXEC), mnl_socket_close)
{
    if (!socket_)
        throw ReaderUnavailable(fmt::format("a netlink socket was refused ({}); {}",
                                            describe(errno), tell_what_refuses_sockets(errno)));
    // A port id of the kernel's choice: getpid() is taken twice if two containers share a
    // namespace.
    if (mnl_socket_bind(socket_.get(), 0, MNL_SOCKET_AUTOPID) < 0)
        throw ReaderUnavailable(fmt::format("cannot bind a netlink socket: {}", describe(errno)));
}

void NetlinkChannel::send(std::span<const std::byte> request)
{
    if (mnl_socket_sendto(socket_.get(), request.data(), request.size()) < 0)
        throw ReaderUnavailable(fmt::format("cannot send to {}: {}", name_, describe(errno)));
}

std::span<const std::byte> NetlinkChannel::receive(std::span<std::byte> buffer)
{
    ssize_t length = 0;
    do {
        length = mnl_socket_recvfrom(socket_.get(), buffer.data(), buffer.size());
    } while (length < 0 && errno == EINTR);
    if (length < 0 && errno == ENOSPC)
        throw std::runtime_error(
            fmt::format("a {} message is longer than any that the kernel makes", name_));
    if (length < 0)
        throw std::runtime_error(fmt::format("cannot receive from {}: {}", name_, describe(errno)));
    return buffer.first(static_cast<std::size_t>(length));
}

} // namespace kernel
