// A hash table that adds up counts, for a handful of tuples or a million, made for its memory and
// for the processor's.
//
// In a table that keeps its entries in the slots, empty slots and the copy while it grows cost an
// entry each: a million tuples would take three times their own size. Here a slot is the number of
// an entry and six bits of its hash, and the entries stand in blocks beside it: growing moves
// neither keys nor counts, and a new tuple's entry goes to the end of a block, not to a random
// page.
//
// The slots of a million tuples are more than a processor's caches hold, and to wait for each of
// them took longer than all the rest. So an addition is put off until a few more have come, and its
// slot is on its way meanwhile.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <stdexcept>
#include <vector>

namespace ports {

/// `Key` has operator== and a member `hash()` of 64 well-mixed bits, `Counts` has operator+=.
template <class Key, class Counts>
class TupleTable {
public:
    struct Entry {
        Key key;
        Counts counts;
    };

    TupleTable() : slots_(first_slots) {}

    /// Adds `counts` to those of `key`, which are all zero where it is new.
    void add(const Key& key, const Counts& counts)
    {
        Addition& addition = put_off_[additions_ % put_off_.size()];
        if (additions_ >= put_off_.size())
            carry_out(addition);
        addition = {{key, counts}, key.hash()};
        fetch_slot(addition.hash);
        ++additions_;
    }

    /// How many keys there are.
    [[nodiscard]] std::size_t size()
    {
        settle();
        return size_;
    }

    template <class Visitor>
    void for_each(Visitor visit)
    {
        settle();
        for (std::size_t i = 0; i < size_; ++i)
            visit(entry(i));
    }

private:
    struct Slot {
        std::uint32_t number : 26 = empty; ///< of the entry, counted from 1
        std::uint32_t tag : 6 = 0;
    };

    struct Addition {
        Entry entry;
        std::uint64_t hash = 0;
    };

    static constexpr std::uint32_t empty = 0;
    static constexpr std::size_t largest_number = (1U << 26) - 1;
    static constexpr unsigned tag_shift = 58;
    static constexpr std::size_t first_slots = 256;
    static constexpr std::size_t block_entries = 256;
    static constexpr std::size_t fetch_ahead = 16;

    [[nodiscard]] std::size_t mask() const { return slots_.size() - 1; }
    [[nodiscard]] Entry& entry(std::size_t i) const
    {
        return blocks_[i / block_entries][i % block_entries];
    }
    static Slot make_slot(std::size_t number, std::uint64_t hash)
    {
        return {static_cast<std::uint32_t>(number), static_cast<std::uint32_t>(hash >> tag_shift)};
    }
    void fetch_slot(std::uint64_t hash) const { __builtin_prefetch(&slots_[hash & mask()], 1); }

    void settle()
    {
        for (std::size_t i = 0; i < put_off_.size() && i < additions_; ++i)
            carry_out(put_off_[i]);
        additions_ = 0;
    }

    void carry_out(const Addition& addition)
    {
        const Slot wanted = make_slot(empty, addition.hash);
        for (std::size_t i = addition.hash & mask();; i = (i + 1) & mask()) {
            const Slot slot = slots_[i];
            if (slot.number == empty) {
                append(addition, i);
                return;
            }
            Entry& known = entry(slot.number - 1);
            if (slot.tag == wanted.tag && known.key == addition.entry.key) {
                known.counts += addition.entry.counts;
                return;
            }
        }
    }

    void append(const Addition& addition, std::size_t slot)
    {
        if (size_ == largest_number)
            throw std::length_error("more tuples than a census can hold");
        if (size_ % block_entries == 0)
            blocks_.push_back(std::make_unique<Entry[]>(block_entries));
        entry(size_) = addition.entry;
        slots_[slot] = make_slot(++size_, addition.hash);
        if (size_ * 4 > slots_.size() * 3)
            grow();
    }

    void grow()
    {
        // The entries know all that the slots do, so the old ones can go first.
        const std::size_t slots = slots_.size() * 2;
        slots_ = {};
        slots_.resize(slots);
        for (std::size_t number = 1; number <= size_; ++number) {
            if (number + fetch_ahead <= size_)
                fetch_slot(entry(number - 1 + fetch_ahead).key.hash());
            const std::uint64_t hash = entry(number - 1).key.hash();
            std::size_t i = hash & mask();
            while (slots_[i].number != empty)
                i = (i + 1) & mask();
            slots_[i] = make_slot(number, hash);
        }
    }

    std::vector<Slot> slots_; ///< a power of two of them, at most three quarters full
    std::vector<std::unique_ptr<Entry[]>> blocks_;
    std::size_t size_ = 0;

    std::array<Addition, fetch_ahead> put_off_{}; ///< the oldest gives way to the next
    std::size_t additions_ = 0;                   ///< since they were last settled
};

} // namespace ports
