// Entries as /proc/net/nf_conntrack shows them, and hostile ctnetlink messages.
#include <array>
#include <cstring>
#include <linux/netfilter/nfnetlink.h>
#include <linux/netfilter/nfnetlink_conntrack.h>
#include <linux/netlink.h>
#include <stdexcept>
#include <vector>

#include <boost/test/unit_test.hpp>

#include "common/conntrack/entry_message.h"
#include "common/conntrack/procfs.h"

namespace {

using conntrack::Entry;
using conntrack::parse_procfs_line;
using conntrack::State;

BOOST_AUTO_TEST_SUITE(conntrack_entries)

BOOST_AUTO_TEST_CASE(a_masqueraded_time_wait_tells_both_directions_its_age_and_its_zone)
{
    const auto entry = parse_procfs_line(
        "ipv4     2 tcp      6 117 TIME_WAIT src=10.1.0.2 dst=10.2.0.2 sport=40000 dport=443 "
        "src=10.2.0.2 dst=192.0.2.1 sport=443 dport=1024 [ASSURED] mark=0 zone=7 use=2");
    BOOST_REQUIRE(entry.has_value());
    BOOST_TEST(entry->original.source.text() == "10.1.0.2:40000");
    BOOST_TEST(entry->reply.destination.text() == "192.0.2.1:1024");
    BOOST_TEST((entry->state == State::time_wait));
    BOOST_TEST(entry->expires_in->count() == 117);
    BOOST_TEST(entry->zone == 7);
    BOOST_TEST(entry->is_source_changed());
    BOOST_TEST(!entry->is_destination_changed());
    BOOST_TEST(entry->is_evictable);
}

BOOST_AUTO_TEST_CASE(udp_is_established_once_it_was_answered)
{
    const auto line = [](const char* flag) {
        return parse_procfs_line(std::string("ipv6     10 udp      17 29 src=2001:db8::1 "
                                             "dst=2001:db8::2 sport=5353 dport=53 ") +
                                 flag +
                                 "src=2001:db8::2 dst=2001:db8::1 sport=53 dport=5353 mark=0 "
                                 "zone=0 use=2");
    };
    BOOST_TEST((line("[UNREPLIED] ")->state == State::other));
    BOOST_TEST((line("")->state == State::established));
    BOOST_TEST(!line("")->is_source_changed());
}

BOOST_AUTO_TEST_CASE(an_offloaded_entry_has_no_time)
{
    const auto entry = parse_procfs_line(
        "ipv4     2 tcp      6 src=10.1.0.2 dst=10.2.0.2 sport=40000 dport=443 src=10.2.0.2 "
        "dst=192.0.2.1 sport=443 dport=40000 [OFFLOAD] mark=0 zone=0 use=3");
    BOOST_REQUIRE(entry.has_value());
    BOOST_TEST(!entry->expires_in.has_value());
}

BOOST_AUTO_TEST_CASE(other_protocols_are_left_out_and_malformed_lines_are_errors)
{
    BOOST_TEST(
        !parse_procfs_line("ipv4     2 icmp     1 29 src=10.1.0.2 dst=10.2.0.2 type=8 code=0 "
                           "id=7 src=10.2.0.2 dst=10.1.0.2 type=0 code=0 id=7 mark=0 use=2")
             .has_value());
    for (const char* const line :
         {"", "ipv4 2 tcp 6 117 TIME_WAIT src=10.1.0.2 dst=10.2.0.2 sport=40000 dport=443",
          "ipv4 2 tcp 6 117 TIME_WAIT src=10.1.0.2.3 dst=10.2.0.2 sport=1 dport=2 src=1.2.3.4 "
          "dst=1.2.3.4 sport=1 dport=2"})
        BOOST_CHECK_THROW(parse_procfs_line(line), std::invalid_argument);
}

/// A datagram with one message of `type` and this payload.
std::vector<std::byte> datagram(std::uint16_t type, const std::vector<std::byte>& payload)
{
    nlmsghdr header = {};
    header.nlmsg_len = static_cast<std::uint32_t>(sizeof header + payload.size());
    header.nlmsg_type = type;
    header.nlmsg_seq = 1;
    std::vector<std::byte> all(NLMSG_ALIGN(header.nlmsg_len));
    std::memcpy(all.data(), &header, sizeof header);
    if (!payload.empty())
        std::memcpy(all.data() + sizeof header, payload.data(), payload.size());
    return all;
}

BOOST_AUTO_TEST_CASE(an_entry_without_its_tuples_is_an_error)
{
    constexpr std::uint16_t entry = NFNL_SUBSYS_CTNETLINK << 8U | IPCTNL_MSG_CT_NEW;
    const auto ignore = [](const Entry&) {};
    for (const std::size_t length : {std::size_t{0}, sizeof(nfgenmsg), sizeof(nfgenmsg) + 2})
        BOOST_CHECK_THROW(
            conntrack::parse_dump(datagram(entry, std::vector<std::byte>(length)), 1, ignore),
            std::runtime_error);
    BOOST_CHECK_THROW(conntrack::parse_dump(datagram(999, {}), 1, ignore), std::runtime_error);
    BOOST_CHECK_THROW(conntrack::parse_dump(datagram(entry, {}), 2, ignore), std::runtime_error);
    BOOST_TEST(conntrack::parse_dump(datagram(NLMSG_DONE, std::vector<std::byte>(4)), 1, ignore));
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace
