// A netlink socket on which one dump is asked for and received.
#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <string>

struct mnl_socket;

namespace kernel {

class NetlinkChannel {
public:
    /// `bus`: NETLINK_SOCK_DIAG …; `name`: what answers there, for errors. Throws
    /// ReaderUnavailable.
    NetlinkChannel(int bus, std::string name);

    void send(std::span<const std::byte> request);

    /// One datagram, which stands in `buffer`. Throws std::runtime_error.
    std::span<const std::byte> receive(std::span<std::byte> buffer);

private:
    std::string name_;
    std::unique_ptr<mnl_socket, int (*)(mnl_socket*)> socket_;
};

/// The kernel fills at most so many bytes of a datagram, and fewer if the buffer is smaller
/// (netlink_dump()).
constexpr std::size_t netlink_datagram_size = 32768;

} // namespace kernel
