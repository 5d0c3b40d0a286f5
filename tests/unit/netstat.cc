#include "common/kernel/netstat.h"

#include <stdexcept>

#include <boost/test/unit_test.hpp>

namespace {

using kernel::parse_tcp_counter;

constexpr const char* file = "TcpExt: SyncookiesSent TW TCPTimeWaitOverflow TCPLoss\n"
                             "TcpExt: 0 17 42 18446744073709551615\n"
                             "IpExt: TW InOctets\n"
                             "IpExt: 5 6\n";

BOOST_AUTO_TEST_SUITE(netstat)

BOOST_AUTO_TEST_CASE(a_counter_is_found_by_its_name_in_its_group)
{
    BOOST_TEST(parse_tcp_counter(file, "TCPTimeWaitOverflow").value() == 42U);
    BOOST_TEST(parse_tcp_counter(file, "TW").value() == 17U);
    BOOST_TEST(parse_tcp_counter(file, "TCPLoss").value() == 18446744073709551615U);
}

BOOST_AUTO_TEST_CASE(a_counter_that_the_kernel_does_not_keep_is_nothing)
{
    BOOST_TEST(!parse_tcp_counter(file, "InOctets").has_value());
}

BOOST_AUTO_TEST_CASE(a_file_without_the_group_or_with_fewer_values_than_names_is_an_error)
{
    BOOST_CHECK_THROW(parse_tcp_counter("", "TW"), std::invalid_argument);
    BOOST_CHECK_THROW(parse_tcp_counter("TcpExt: TW\n", "TW"), std::invalid_argument);
    BOOST_CHECK_THROW(parse_tcp_counter("TcpExt: A TW\nTcpExt: 1\n", "TW"), std::invalid_argument);
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace
