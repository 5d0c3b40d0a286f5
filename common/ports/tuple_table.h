// A hash table for a handful of tuples or a million, made for its memory: 8 bytes of index a slot
// and the entries in blocks beside it.
//
// In a table that keeps its entries in the slots, empty slots and the copy while it grows cost an
// entry each: a million tuples would take three times their own size. Here a slot is half a hash
// and the number of an entry, so growing moves neither keys nor counts, and a new tuple's entry
// goes to the end of a block, not to a random page.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

namespace ports {

/// `Key` has operator== and a member `hash()` of 64 well-mixed bits.
template <class Key, class Counts>
class TupleTable {
public:
    struct Entry {
        Key key;
        Counts counts;
    };

    TupleTable() : slots_(first_slots) {}

    /// The counts of `key`, all zero where it is new. The reference stays good while the table
    /// lives.
    Counts& operator[](const Key& key)
    {
        const std::uint64_t hash = key.hash();
        const auto tag = static_cast<std::uint32_t>(hash >> tag_shift);
        for (std::size_t i = hash & mask();; i = (i + 1) & mask()) {
            Slot& slot = slots_[i];
            if (slot.number == empty)
                return append(key, hash, slot);
            if (slot.tag == tag && entry(slot.number - 1).key == key)
                return entry(slot.number - 1).counts;
        }
    }

    [[nodiscard]] std::size_t size() const { return size_; }

    template <class Visitor>
    void for_each(Visitor visit) const
    {
        for (std::size_t i = 0; i < size_; ++i)
            visit(entry(i));
    }

private:
    struct Slot {
        std::uint32_t tag = 0;
        std::uint32_t number = empty; ///< of the entry, counted from 1
    };

    static constexpr std::uint32_t empty = 0;
    static constexpr unsigned tag_shift = 32;
    static constexpr std::size_t first_slots = 256;
    static constexpr std::size_t block_entries = 256;

    [[nodiscard]] std::size_t mask() const { return slots_.size() - 1; }
    [[nodiscard]] Entry& entry(std::size_t i) const
    {
        return blocks_[i / block_entries][i % block_entries];
    }

    Counts& append(const Key& key, std::uint64_t hash, Slot& slot)
    {
        if (size_ % block_entries == 0)
            blocks_.push_back(std::make_unique<Entry[]>(block_entries));
        Entry& added = entry(size_);
        added.key = key;
        slot = {static_cast<std::uint32_t>(hash >> tag_shift), static_cast<std::uint32_t>(++size_)};
        if (size_ * 4 > slots_.size() * 3)
            grow();
        return added.counts;
    }

    void grow()
    {
        // The entries know all that the slots do, so the old ones can go first.
        const std::size_t slots = slots_.size() * 2;
        slots_ = {};
        slots_.resize(slots);
        for (std::size_t number = 1; number <= size_; ++number) {
            const std::uint64_t hash = entry(number - 1).key.hash();
            std::size_t i = hash & mask();
            while (slots_[i].number != empty)
                i = (i + 1) & mask();
            slots_[i] = {static_cast<std::uint32_t>(hash >> tag_shift),
                         static_cast<std::uint32_t>(number)};
        }
    }

    std::vector<Slot> slots_; ///< a power of two of them, at most three quarters full
    std::vector<std::unique_ptr<Entry[]>> blocks_;
    std::size_t size_ = 0;
};

} // namespace ports
