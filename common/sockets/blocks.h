// A list that grows to millions of items without ever moving one.
//
// A std::vector copies itself when it grows, and holds both copies meanwhile: a million sockets
// would take twice their memory, and the copy is time. This takes block after block.
#pragma once

#include <algorithm>
#include <cstddef>
#include <memory>
#include <vector>

namespace sockets {

template <class Item>
class Blocks {
public:
    void push_back(const Item& item)
    {
        if (size_ % block_items == 0)
            blocks_.push_back(std::make_unique_for_overwrite<Item[]>(block_items));
        blocks_.back()[size_ % block_items] = item;
        ++size_;
    }

    [[nodiscard]] std::size_t size() const { return size_; }
    [[nodiscard]] const Item& operator[](std::size_t i) const
    {
        return blocks_[i / block_items][i % block_items];
    }

    template <class Visitor>
    void for_each(Visitor visit) const
    {
        for (std::size_t begin = 0; begin < size_; begin += block_items) {
            const Item* const block = blocks_[begin / block_items].get();
            const std::size_t items = std::min(block_items, size_ - begin);
            for (std::size_t i = 0; i < items; ++i)
                visit(block[i]);
        }
    }

private:
    static constexpr std::size_t block_items = 4096;

    std::vector<std::unique_ptr<Item[]>> blocks_;
    std::size_t size_ = 0;
};

} // namespace sockets
