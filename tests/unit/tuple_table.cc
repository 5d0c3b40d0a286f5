// The hash table of the census.
#include "common/ports/tuple_table.h"

#include <cstdint>
#include <set>

#include <boost/test/unit_test.hpp>

namespace {

/// A key whose hash says as much as the test wants it to.
template <std::uint64_t (*hash_of)(std::uint64_t)>
struct Key {
    std::uint64_t number = 0;

    bool operator==(const Key&) const = default;
    [[nodiscard]] std::uint64_t hash() const { return hash_of(number); }
};

struct Counts {
    std::uint64_t times = 0;
};

constexpr std::uint64_t spread(std::uint64_t number)
{
    constexpr unsigned word_bits = 32;
    const std::uint64_t product = number * 0x9e3779b97f4a7c15U;
    return product ^ (product >> word_bits);
}
constexpr std::uint64_t collide(std::uint64_t /*number*/)
{
    return 0x123456789abcdef0U;
}
/// The same slot, but told apart by the upper half.
constexpr std::uint64_t share_slot(std::uint64_t number)
{
    constexpr unsigned word_bits = 32;
    return number << word_bits | 0xffffffffU;
}

/// Counts each number one to three times, in rounds, and checks what the table says.
template <std::uint64_t (*hash_of)(std::uint64_t)>
void check_keys_are_found_again(std::uint64_t keys)
{
    ports::TupleTable<Key<hash_of>, Counts> table;
    const auto expected = [](std::uint64_t number) { return number % 3 + 1; };
    for (std::uint64_t round = 0; round < 3; ++round) {
        for (std::uint64_t number = 0; number < keys; ++number) {
            if (round < expected(number))
                ++table[{number}].times;
        }
    }
    BOOST_TEST(table.size() == keys);
    std::set<std::uint64_t> seen;
    std::uint64_t wrong = 0;
    table.for_each([&](const auto& entry) {
        seen.insert(entry.key.number);
        wrong += entry.counts.times == expected(entry.key.number) ? 0 : 1;
    });
    BOOST_TEST(seen.size() == keys);
    BOOST_TEST(wrong == 0U);
}

BOOST_AUTO_TEST_SUITE(tuple_table)

BOOST_AUTO_TEST_CASE(empty_at_first)
{
    const ports::TupleTable<Key<spread>, Counts> table;
    BOOST_TEST(table.size() == 0U);
    table.for_each([](const auto&) { BOOST_ERROR("an entry in an empty table"); });
}

BOOST_AUTO_TEST_CASE(every_key_is_found_again_after_the_table_has_grown)
{
    check_keys_are_found_again<spread>(200'000);
}

BOOST_AUTO_TEST_CASE(keys_of_the_same_hash_are_told_apart)
{
    check_keys_are_found_again<collide>(1'000);
}

BOOST_AUTO_TEST_CASE(keys_of_the_same_slot_at_the_end_of_the_table_are_told_apart)
{
    check_keys_are_found_again<share_slot>(1'000);
}

BOOST_AUTO_TEST_CASE(counts_of_a_key_stay_where_they_are_while_the_table_grows)
{
    ports::TupleTable<Key<spread>, Counts> table;
    Counts& first = table[{0}];
    for (std::uint64_t number = 1; number < 10'000; ++number)
        table[{number}];
    first.times = 7;
    BOOST_TEST(table[{0}].times == 7U);
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace
