// The counts of /proc/net/sockstat.
#include "common/kernel/sockstat.h"

#include <stdexcept>

#include <boost/test/data/monomorphic.hpp>
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

namespace {

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

BOOST_DATA_TEST_CASE(refused_is_a_text_without_the_count, data::make(malformed), text)
{
    BOOST_CHECK_THROW(parse_time_wait_count(text), std::invalid_argument);
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace
