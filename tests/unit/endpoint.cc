#include "common/net/endpoint.h"

#include <stdexcept>

#include <boost/test/unit_test.hpp>

namespace {

using net::Endpoint;

BOOST_AUTO_TEST_SUITE(endpoint)

BOOST_AUTO_TEST_CASE(ipv6_stands_in_brackets)
{
    BOOST_TEST(Endpoint::parse("10.0.0.5:5432").text() == "10.0.0.5:5432");
    BOOST_TEST(Endpoint::parse("[::ffff:10.0.0.5]:5432").text() == "10.0.0.5:5432");
    BOOST_TEST(Endpoint::parse("[::1]:65535").text() == "[::1]:65535");
}

BOOST_AUTO_TEST_CASE(refused_without_a_numeric_address_and_a_port)
{
    for (const char* text :
         {"", "10.0.0.5", "::1", "[::1]", "[::1", "[::1]5432", "10.0.0.5:", "10.0.0.5:0",
          "10.0.0.5:65536", "10.0.0.5:http", "localhost:80", ":80"})
        BOOST_CHECK_THROW(Endpoint::parse(text), std::invalid_argument);
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace
