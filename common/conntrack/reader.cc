#include "common/conntrack/reader.h"

#include <linux/netlink.h>
#include <stdexcept>
#include <string>

#include <fmt/format.h>

#include "common/conntrack/procfs.h"
#include "common/kernel/netlink_channel.h"
#include "common/kernel/privileges.h"
#include "common/kernel/reader_unavailable.h"

namespace conntrack {
namespace {

using kernel::ReaderUnavailable;

constexpr std::uint32_t sequence = 1;

/// The kernel asks for the capability when the socket is made and when the request is sent
/// (netlink_net_capable()).
kernel::NetlinkChannel ask()
{
    const kernel::RaisedPrivileges privileges(kernel::Purpose::tracked_connections);
    kernel::NetlinkChannel channel(NETLINK_NETFILTER, "ctnetlink");
    channel.send(make_dump_request(sequence));
    return channel;
}

void read_by_ctnetlink(const EntrySink& sink)
{
    std::vector<std::byte> buffer(kernel::netlink_datagram_size);
    kernel::NetlinkChannel channel = ask();
    bool complete = parse_dump(channel.receive(buffer), sequence, sink);
    try {
        while (!complete)
            complete = parse_dump(channel.receive(buffer), sequence, sink);
    } catch (const ReaderUnavailable& error) {
        // Too late for another reader, which would hand out the same entries again.
        throw std::runtime_error(fmt::format("the ctnetlink dump broke off: {}", error.what()));
    }
}

} // namespace

Reading read_entries(const EntrySink& sink)
{
    try {
        read_by_ctnetlink(sink);
        return {};
    } catch (const ReaderUnavailable& refusal) {
        try {
            read_by_procfs(sink);
        } catch (const ReaderUnavailable& error) {
            throw ReaderUnavailable(fmt::format("{}; {}", refusal.what(), error.what()));
        }
        return {Reader::procfs, refusal.what()};
    }
}

} // namespace conntrack
