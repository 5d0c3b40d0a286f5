// A list that grows by blocks, into those that are made of huge pages.
#include "common/sockets/blocks.h"

#include <cstdint>

#include <boost/test/unit_test.hpp>

namespace {

constexpr std::uint32_t several_huge_pages = 1'500'000; // of 4 bytes: the last block has 4 MiB

BOOST_AUTO_TEST_SUITE(blocks)

BOOST_AUTO_TEST_CASE(is_empty_at_first)
{
    const sockets::Blocks<std::uint32_t> list;
    BOOST_TEST(list.size() == 0U);
    list.for_each([](std::uint32_t /*item*/) { BOOST_ERROR("there is none to visit"); });
}

BOOST_AUTO_TEST_CASE(keeps_every_item_where_it_was_put)
{
    sockets::Blocks<std::uint32_t> list;
    for (std::uint32_t i = 0; i < several_huge_pages; ++i)
        list.push_back(i);
    BOOST_REQUIRE(list.size() == several_huge_pages);

    std::uint32_t misplaced = 0;
    for (std::uint32_t i = 0; i < several_huge_pages; ++i)
        misplaced += list[i] == i ? 0 : 1;
    BOOST_TEST(misplaced == 0U);

    std::uint32_t next = 0;
    list.for_each([&](std::uint32_t item) { misplaced += item == next++ ? 0 : 1; });
    BOOST_TEST(misplaced == 0U);
    BOOST_TEST(next == several_huge_pages);
}

BOOST_AUTO_TEST_CASE(never_moves_an_item)
{
    sockets::Blocks<std::uint32_t> list;
    list.push_back(7);
    const std::uint32_t* const first = &list[0];
    for (std::uint32_t i = 1; i < several_huge_pages; ++i)
        list.push_back(i);
    BOOST_TEST(first == &list[0]);
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace
