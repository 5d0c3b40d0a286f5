// What check_ephemeral_nat is measured by: one walk of the kernel's table of connection tracking,
// received and thrown away. It shares no code with the check, and links nothing but the C library.
//
// Usage: bare_nat_dump. Prints the number of bytes received.
#include <array>
#include <cstddef>
#include <cstdio>
#include <cstdlib>
#include <linux/netfilter/nfnetlink.h>
#include <linux/netfilter/nfnetlink_conntrack.h>
#include <linux/netlink.h>
#include <sys/socket.h>

namespace {

struct Request {
    nlmsghdr header{};
    nfgenmsg body{};
};

} // namespace

int main()
{
    Request request;
    request.header = {sizeof request, NFNL_SUBSYS_CTNETLINK << 8U | IPCTNL_MSG_CT_GET,
                      NLM_F_REQUEST | NLM_F_DUMP, 1, 0};
    const int channel = socket(AF_NETLINK, SOCK_RAW, NETLINK_NETFILTER);
    if (channel < 0 || send(channel, &request, sizeof request, 0) < 0)
        return EXIT_FAILURE;

    alignas(nlmsghdr) static std::array<std::byte, 32768> buffer;
    long total = 0;
    for (;;) {
        const ssize_t length = recv(channel, buffer.data(), buffer.size(), 0);
        if (length <= 0)
            return EXIT_FAILURE;
        total += length;
        const auto* first = reinterpret_cast<const nlmsghdr*>(buffer.data());
        if (first->nlmsg_type == NLMSG_ERROR)
            return EXIT_FAILURE;
        // The message that ends a dump may follow entries in one datagram; nothing follows it.
        const auto* last = reinterpret_cast<const nlmsghdr*>(buffer.data() + length - 20);
        if (last->nlmsg_len == 20 && last->nlmsg_type == NLMSG_DONE)
            break;
    }
    std::printf("%ld\n", total);
}
