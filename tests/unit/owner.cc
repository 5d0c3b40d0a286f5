// The numbers of owners.
#include "common/sockets/owner.h"

#include <boost/test/unit_test.hpp>

namespace {

using sockets::Owner;
using sockets::OwnerNumber;
using sockets::OwnerNumbers;

BOOST_AUTO_TEST_SUITE(owner)

BOOST_AUTO_TEST_CASE(the_same_owner_has_the_same_number)
{
    OwnerNumbers numbers;
    const OwnerNumber first = numbers.number({42, 1000});
    const OwnerNumber other_user = numbers.number({42, 1001});
    const OwnerNumber other_cgroup = numbers.number({43, 1000});
    BOOST_TEST(first != sockets::nobody);
    BOOST_TEST(other_user != first);
    BOOST_TEST(other_cgroup != first);
    BOOST_TEST(numbers.number({42, 1000}) == first);
    BOOST_TEST((numbers[other_user] == Owner{42, 1001}));
}

BOOST_AUTO_TEST_CASE(an_owner_of_whom_nothing_is_known_is_somebody)
{
    BOOST_TEST(OwnerNumbers().number({}) != sockets::nobody);
}

BOOST_AUTO_TEST_CASE(each_of_many_owners_keeps_its_number)
{
    constexpr std::uint32_t many = 10000; // more than are remembered as recent
    OwnerNumbers numbers;
    for (std::uint32_t user = 0; user < many; ++user)
        numbers.number({42, user});
    for (std::uint32_t user = 0; user < many; ++user)
        BOOST_REQUIRE((numbers[numbers.number({42, user})] == Owner{42, user}));
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace
