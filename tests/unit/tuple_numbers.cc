// The hash table that gives each tuple its number.
#include "common/sockets/tuple_numbers.h"

#include <cstdint>
#include <utility>

#include <boost/test/unit_test.hpp>

namespace {

/// A key whose hash says as much as the test wants it to.
template <std::uint64_t (*hash_of)(std::uint64_t)>
struct Key {
    std::uint64_t number = 0;

    bool operator==(const Key&) const = default;
    [[nodiscard]] std::uint64_t hash() const { return hash_of(number); }
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

using Numbers = sockets::TupleNumbers<Key<spread>, std::uint64_t>;

/// What the table said of each item, in the order in which it said it.
using Answers = std::vector<std::pair<std::uint32_t, std::uint64_t>>;

auto record(Answers& answers)
{
    return [&answers](std::uint32_t number, std::uint64_t item) {
        answers.emplace_back(number, item);
    };
}

/// Adds each key three times, in rounds, and checks what the table says.
template <std::uint64_t (*hash_of)(std::uint64_t)>
void check_each_key_has_one_number(std::uint64_t keys)
{
    sockets::TupleNumbers<Key<hash_of>, std::uint64_t> table;
    Answers answers;
    for (std::uint64_t round = 0; round < 3; ++round) {
        for (std::uint64_t key = 0; key < keys; ++key)
            table.add({key}, key, record(answers));
    }
    table.settle(record(answers));

    BOOST_TEST(table.size() == keys);
    BOOST_TEST(answers.size() == 3 * keys);
    std::uint64_t wrong = 0;
    for (const auto& [number, item] : answers)
        wrong += number < keys && table.key(number).number == item ? 0 : 1;
    for (std::uint64_t key = 0; key < keys; ++key) {
        const auto number = table.find({key});
        wrong += number && table.key(*number).number == key ? 0 : 1;
    }
    BOOST_TEST(wrong == 0U);
    BOOST_TEST(!table.find({keys}).has_value());
}

BOOST_AUTO_TEST_SUITE(tuple_numbers)

BOOST_AUTO_TEST_CASE(empty_at_first)
{
    Numbers table;
    table.settle([](std::uint32_t, std::uint64_t) { BOOST_ERROR("an item from nowhere"); });
    BOOST_TEST(table.size() == 0U);
    BOOST_TEST(!table.find({0}).has_value());
}

BOOST_AUTO_TEST_CASE(every_key_is_found_again_after_the_table_has_grown)
{
    check_each_key_has_one_number<spread>(200'000);
}

BOOST_AUTO_TEST_CASE(keys_of_the_same_hash_are_told_apart)
{
    check_each_key_has_one_number<collide>(1'000);
}

BOOST_AUTO_TEST_CASE(keys_of_the_same_slot_at_the_end_of_the_table_are_told_apart)
{
    check_each_key_has_one_number<share_slot>(1'000);
}

BOOST_AUTO_TEST_CASE(the_table_grows_before_it_is_full)
{
    // 192 is three quarters of the 256 slots that there are at first.
    for (const std::uint64_t keys : {191U, 192U, 193U, 255U, 256U, 257U, 385U})
        check_each_key_has_one_number<spread>(keys);
}

BOOST_AUTO_TEST_CASE(numbers_are_given_in_the_order_of_arrival)
{
    for (const std::uint64_t keys : {1U, 15U, 16U, 17U, 20U, 32U, 39U, 1000U}) {
        Numbers table;
        Answers answers;
        for (std::uint64_t key = 0; key < keys; ++key)
            table.add({key}, 100 + key, record(answers));
        table.settle(record(answers));
        BOOST_REQUIRE(answers.size() == keys);
        std::uint64_t wrong = 0;
        for (std::uint64_t i = 0; i < keys; ++i)
            wrong += answers[i] == std::pair(static_cast<std::uint32_t>(i), 100 + i) ? 0 : 1;
        BOOST_TEST(wrong == 0U, keys << " keys");
    }
}

BOOST_AUTO_TEST_CASE(what_is_added_after_a_settlement_is_there_after_the_next)
{
    Numbers table;
    Answers answers;
    for (std::uint64_t key = 0; key < 40; ++key) {
        table.add({key / 2}, key, record(answers));
        table.settle(record(answers));
        BOOST_TEST(table.size() == key / 2 + 1);
        BOOST_TEST(answers.size() == key + 1);
        BOOST_TEST(answers.back().second == key);
    }
    table.settle(record(answers));
    BOOST_TEST(answers.size() == 40U);
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace
