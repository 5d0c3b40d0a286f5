// The counts of /proc/net/sockstat.
#include "common/kernel/sockstat.h"

#include <stdexcept>
#include <string>

#include <boost/test/data/monomorphic.hpp>
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>
#include <fmt/format.h>

namespace {

using kernel::most_hidden_sockets;
using kernel::parse_time_wait_count;
namespace data = boost::unit_test::data;

BOOST_AUTO_TEST_SUITE(sockstat)

BOOST_AUTO_TEST_CASE(count_stands_in_the_line_of_tcp)
{
    BOOST_TEST(parse_time_wait_count("sockets: used 291\n"
                                     "TCP: inuse 14 orphan 3 tw 1234567 alloc 18 mem 1\n"
                                     "UDP: inuse 5 mem 0\n"
                                     "UDPLITE: inuse 0\n"
                                     "RAW: inuse 0\n"
                                     "FRAG: inuse 0 memory 0\n") == 1234567U);
}

BOOST_AUTO_TEST_CASE(line_of_tcp_may_be_the_first_and_the_last)
{
    BOOST_TEST(parse_time_wait_count("TCP: inuse 1 orphan 2 tw 3") == 3U);
}

const char* const malformed[] = {"",
                                 "UDP: inuse 5 orphan 1 tw 2 mem 0\n",
                                 "TCP6: inuse 5 orphan 1 tw 2\n",
                                 "TCP: inuse 5 mem 0\nFRAG: orphan 1 tw 2\n",
                                 "TCP: inuse 5 orphan 1 tw\n",
                                 "TCP: inuse 5 orphan 1 tw x mem 1\n",
                                 "TCP: inuse 5 orphan 1 tw -1\n",
                                 "TCP: inuse 5 orphan 1 tw 99999999999999999999\n"};

BOOST_DATA_TEST_CASE(refused_if_the_text_lacks_the_count, data::make(malformed), text)
{
    BOOST_CHECK_THROW(parse_time_wait_count(text), std::invalid_argument);
}

/// A namespace with so many sockets.
std::string sockstat_text(int used, int in_use, int allocated)
{
    return fmt::format("sockets: used {}\n"
                       "TCP: inuse {} orphan 1 tw 1000 alloc {} mem 220\n"
                       "UDP: inuse 4 mem 0\n",
                       used, in_use, allocated);
}
const std::string ipv6_text = "TCP6: inuse 3\nUDP6: inuse 2\n";

BOOST_AUTO_TEST_CASE(no_socket_is_hidden_if_all_stand_in_tables)
{
    BOOST_TEST(most_hidden_sockets(sockstat_text(300, 10, 13), ipv6_text).value() == 0U);
    BOOST_TEST(most_hidden_sockets(sockstat_text(13, 10, 9000), ipv6_text).value() == 0U);
}

BOOST_AUTO_TEST_CASE(hidden_are_at_most_those_that_stand_in_no_table)
{
    BOOST_TEST(most_hidden_sockets(sockstat_text(300, 10, 20), ipv6_text).value() == 7U);
    BOOST_TEST(most_hidden_sockets(sockstat_text(300, 10, 20), std::nullopt).value() == 10U);
    // As seen from a container: the host has many sockets, the container few.
    BOOST_TEST(most_hidden_sockets(sockstat_text(18, 10, 9000), ipv6_text).value() == 5U);
}

BOOST_AUTO_TEST_CASE(counts_that_were_read_a_moment_apart_make_no_negative_number)
{
    BOOST_TEST(most_hidden_sockets(sockstat_text(300, 10, 12), ipv6_text).value() == 0U);
}

BOOST_AUTO_TEST_CASE(sockets_of_the_kernel_itself_which_are_not_called_used_hide_nothing)
{
    BOOST_TEST(most_hidden_sockets(sockstat_text(300, 1000, 1053), ipv6_text).value() == 50U);
}

BOOST_AUTO_TEST_CASE(nothing_is_known_of_hidden_sockets_without_a_count)
{
    BOOST_TEST(!most_hidden_sockets("", ipv6_text).has_value());
    BOOST_TEST(!most_hidden_sockets("sockets: used 5\n", ipv6_text).has_value());
    BOOST_TEST(!most_hidden_sockets("TCP: inuse 1 orphan 0 tw 0 alloc 2\n", {}).has_value());
    BOOST_TEST(!most_hidden_sockets(sockstat_text(300, 10, 20), "").has_value());
    BOOST_TEST(!most_hidden_sockets(sockstat_text(300, 10, -1), ipv6_text).has_value());
}

BOOST_AUTO_TEST_CASE(counts_that_no_kernel_has_are_refused_so_that_no_sum_of_them_is_too_small)
{
    const char* const wraps = "sockets: used 18446744073709551615\n"
                              "TCP: inuse 1 orphan 0 tw 1 alloc 2 mem 0\n";
    BOOST_TEST(!kernel::most_ports_taken(wraps, std::nullopt).has_value());
    BOOST_TEST(!most_hidden_sockets(wraps, std::nullopt).has_value());
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace
