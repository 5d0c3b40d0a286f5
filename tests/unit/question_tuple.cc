#include "common/kernel/question_tuple.h"

#include <boost/test/unit_test.hpp>

namespace {

using kernel::is_question;
using net::Address;

BOOST_AUTO_TEST_SUITE(question_tuple)

BOOST_AUTO_TEST_CASE(a_question_is_known_by_its_peer_and_its_state)
{
    BOOST_TEST(is_question(Address::parse("127.66.0.1"), true));
    BOOST_TEST(is_question(Address::parse("127.66.255.255"), true));
    BOOST_TEST(is_question(Address::parse("::ffff:127.66.3.4"), true));
    BOOST_TEST(!is_question(Address::parse("127.66.0.1"), false));
    BOOST_TEST(!is_question(Address::parse("127.65.255.255"), true));
    BOOST_TEST(!is_question(Address::parse("127.67.0.0"), true));
    BOOST_TEST(!is_question(Address::parse("66.127.0.1"), true));
    BOOST_TEST(!is_question(Address::parse("::7f42:1"), true));
}

BOOST_AUTO_TEST_CASE(every_address_drawn_is_one_of_a_question)
{
    for (int i = 0; i < 1000; ++i) {
        const Address address = kernel::draw_question_address();
        BOOST_TEST(is_question(address, true), address.text());
    }
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace
