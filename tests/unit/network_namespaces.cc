// Which network namespaces are mounted, by the text of mountinfo.
#include "common/kernel/network_namespaces.h"

#include <boost/test/unit_test.hpp>

#include "common/kernel/sockstat.h"

namespace {

using kernel::parse_namespace_mounts;

BOOST_AUTO_TEST_SUITE(network_namespaces)

BOOST_AUTO_TEST_CASE(a_mount_of_ip_netns_is_found_by_its_number_and_path)
{
    const auto mounts = parse_namespace_mounts(
        "22 28 0:21 / /proc rw,nosuid shared:11 - proc proc rw\n"
        "36 25 0:4 net:[4026532281] /run/netns/blue rw shared:5 - nsfs nsfs rw\n"
        "37 25 0:4 net:[4026532282] /run/docker/netns/3f4e8a01b2c3 rw - nsfs nsfs rw");
    BOOST_REQUIRE(mounts.size() == 2);
    BOOST_TEST(mounts[0].number == 4026532281);
    BOOST_TEST(mounts[0].path == "/run/netns/blue");
    BOOST_TEST(mounts[1].number == 4026532282);
    BOOST_TEST(mounts[1].path == "/run/docker/netns/3f4e8a01b2c3");
}

BOOST_AUTO_TEST_CASE(a_space_in_the_path_is_one)
{
    const auto mounts = parse_namespace_mounts(
        "36 25 0:4 net:[4026532281] /run/netns/my\\040net\\134 rw - nsfs nsfs rw\n");
    BOOST_REQUIRE(mounts.size() == 1);
    BOOST_TEST(mounts[0].path == "/run/netns/my net\\");
}

BOOST_AUTO_TEST_CASE(namespaces_of_other_kinds_and_directories_of_that_name_are_none)
{
    for (const char* const line :
         {"36 25 0:4 mnt:[4026532281] /run/snapd/ns/lxd.mnt rw - nsfs nsfs rw",
          "36 25 8:1 net:[4026532281] /srv/odd rw - ext4 /dev/sda1 rw",
          "36 25 0:4 net:[12x] /run/netns/blue rw - nsfs nsfs rw",
          "36 25 0:4 net:[] /run/netns/blue rw - nsfs nsfs rw", "36 25 0:4", "", "\n\n"})
        BOOST_TEST(parse_namespace_mounts(line).empty(), line);
}

const std::string sockstat = "sockets: used 300\n"
                             "TCP: inuse 20 orphan 0 tw 7 alloc 500 mem 0\n"
                             "UDP: inuse 3 mem 0\n";

BOOST_AUTO_TEST_CASE(no_tuple_takes_more_ports_than_there_are_sockets)
{
    const std::string sockstat6 = "TCP6: inuse 4\nUDP6: inuse 1\n";
    BOOST_TEST(kernel::most_ports_taken(sockstat, sockstat6).value() == 331);
    BOOST_TEST(kernel::most_ports_taken(sockstat, std::nullopt).value() == 327);
}

BOOST_AUTO_TEST_CASE(counts_that_cannot_be_understood_are_no_bound)
{
    BOOST_TEST(!kernel::most_ports_taken("TCP: inuse 20 tw 7\n", std::nullopt));
    BOOST_TEST(!kernel::most_ports_taken("", std::nullopt));
    BOOST_TEST(!kernel::most_ports_taken(sockstat, "TCP6: in use\n"));
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace
