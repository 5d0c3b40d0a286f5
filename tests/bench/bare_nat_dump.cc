// What check_ephemeral_nat is measured by: one walk of the kernel's table of connection tracking,
// received and thrown away.
//
// Usage: bare_nat_dump. Prints the number of bytes received.
#include <cstdio>
#include <cstdlib>
#include <linux/netfilter/nfnetlink.h>
#include <linux/netfilter/nfnetlink_conntrack.h>
#include <linux/netlink.h>

#include "tests/bench/bare_walk.h"

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
    const long total = bench::walk(NETLINK_NETFILTER, &request, sizeof request);
    if (total < 0)
        return EXIT_FAILURE;
    std::printf("%ld\n", total);
}
