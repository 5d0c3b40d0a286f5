// A hash table that gives each tuple a number, for a handful of tuples or a million, made for its
// memory and for the processor's.
//
// In a table that keeps its keys in the slots, empty slots and the copy while it grows cost a key
// each: a million tuples would take three times their own size. Here a slot is a number and six
// bits of the hash, and the keys are in blocks beside it.
//
// The slots of a million tuples are more than a processor's caches hold, and waiting for each of
// them took longer than all the rest. So look-ups are put off until some more have come, and
// meanwhile their slots are on their way.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <stdexcept>
#include <utility>
#include <vector>

#include "common/sockets/blocks.h"
#include "common/sockets/huge_pages.h"

namespace sockets {

/// `Key` has operator== and a member `hash()` of 64 well-mixed bits. `Item` is what waits for its
/// tuple's number.
template <class Key, class Item>
class TupleNumbers {
public:
    TupleNumbers() : slots_(first_slots) {}

    /// Will call `take(number, item)` with the number of `key`, now or at a later call; settle() at
    /// the latest.
    template <class Taker>
    void add(const Key& key, const Item& item, Taker take)
    {
        Addition& addition = put_off_[waiting_];
        addition = {key, item, key.hash()};
        fetch_slot(addition.hash);
        if (++waiting_ == put_off_.size())
            settle(take);
    }

    /// Carries out what was put off. All items are handed out in the order in which they came.
    template <class Taker>
    [[gnu::noinline]] void settle(Taker take)
    {
        const std::size_t waiting = std::exchange(waiting_, 0);
        for (std::size_t i = 0; i < waiting; ++i) {
            const Addition& addition = put_off_[i];
            take(number_of(addition.key, addition.hash), addition.item);
        }
    }

    /// At once, in the order of the calls of this; what was put off comes in its own time.
    std::uint32_t number_of(const Key& key) { return number_of(key, key.hash()); }

    /// Of what was settled.
    [[nodiscard]] std::size_t size() const { return keys_.size(); }
    [[nodiscard]] const Key& key(std::size_t number) const { return keys_[number]; }
    [[nodiscard]] std::optional<std::uint32_t> find(const Key& key) const
    {
        const std::uint64_t hash = key.hash();
        const Slot slot = slots_[position_of(key, hash)];
        return slot.next == empty ? std::nullopt : std::optional<std::uint32_t>(slot.next - 1);
    }

private:
    struct Slot {
        std::uint32_t next : 26 = empty; ///< the tuple's number plus 1
        std::uint32_t tag : 6 = 0;
    };

    struct Addition {
        Key key{};
        Item item{};
        std::uint64_t hash = 0;
    };

    static constexpr std::uint32_t empty = 0;
    static constexpr std::size_t largest_number = (1U << 26) - 1;
    static constexpr unsigned tag_shift = 58;
    static constexpr std::size_t first_slots = 256;
    static constexpr std::size_t fetch_ahead = 16;

    static Slot make_slot(std::size_t next, std::uint64_t hash)
    {
        return {static_cast<std::uint32_t>(next), static_cast<std::uint32_t>(hash >> tag_shift)};
    }
    void fetch_slot(std::uint64_t hash) const { __builtin_prefetch(&slots_[hash & mask_], 1); }

    /// Of the slot that holds `key`, or of the empty one where it belongs.
    [[nodiscard]] std::size_t position_of(const Key& key, std::uint64_t hash) const
    {
        const Slot wanted = make_slot(empty, hash);
        for (std::size_t i = hash & mask_;; i = (i + 1) & mask_) {
            const Slot slot = slots_[i];
            if (slot.next == empty || (slot.tag == wanted.tag && keys_[slot.next - 1] == key))
                return i;
        }
    }

    // Inline because it is the work of a loop over a million items.
    [[gnu::always_inline]] std::uint32_t number_of(const Key& key, std::uint64_t hash)
    {
        const std::size_t position = position_of(key, hash);
        const Slot slot = slots_[position];
        if (slot.next == empty)
            append(key, hash, position);
        return static_cast<std::uint32_t>((slot.next == empty ? keys_.size() : slot.next) - 1);
    }

    void append(const Key& key, std::uint64_t hash, std::size_t position)
    {
        if (keys_.size() == largest_number)
            throw std::length_error("more tuples than a snapshot can hold");
        keys_.push_back(key);
        slots_[position] = make_slot(keys_.size(), hash);
        if (keys_.size() * 4 > slots_.size() * 3)
            grow();
    }

    void grow()
    {
        // The keys know all that the slots do, so the old ones can go first.
        const std::size_t slots = slots_.size() * 2;
        slots_ = {};
        slots_.resize(slots);
        mask_ = slots - 1;
        for (std::size_t number = 0; number < keys_.size(); ++number) {
            if (number + fetch_ahead < keys_.size())
                fetch_slot(keys_[number + fetch_ahead].hash());
            const std::uint64_t hash = keys_[number].hash();
            std::size_t i = hash & mask_;
            while (slots_[i].next != empty)
                i = (i + 1) & mask_;
            slots_[i] = make_slot(number + 1, hash);
        }
    }

    std::vector<Slot, HugePages<Slot>>
        slots_;                          ///< a power of two of them, at most three quarters full
    std::size_t mask_ = first_slots - 1; ///< the number of slots less one
    Blocks<Key> keys_;

    std::array<Addition, fetch_ahead> put_off_{}; ///< carried out as soon as they are all taken
    std::size_t waiting_ = 0;                     ///< of these
};

} // namespace sockets
