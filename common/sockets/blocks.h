// A list that grows to millions of items without ever moving one.
//
// A std::vector copies itself when it grows, and holds both copies meanwhile: a million sockets
// would take twice their memory, and the copy is time. This takes block after block, each as large
// as all before it, so that there are few. The unused end of the last one takes no memory but the
// rest of a huge page, or of a block that is shorter than one (HugePages).
#pragma once

#include <algorithm>
#include <bit>
#include <cstddef>
#include <vector>

#include "common/sockets/huge_pages.h"

namespace sockets {

template <class Item>
class Blocks {
public:
    Blocks() = default;
    // A copied block would have no room behind its items, and no place could be computed.
    Blocks(const Blocks&) = delete;
    Blocks& operator=(const Blocks&) = delete;
    Blocks(Blocks&&) noexcept = default;
    Blocks& operator=(Blocks&&) noexcept = default;
    ~Blocks() = default;

    void push_back(const Item& item)
    {
        if (blocks_.empty() || blocks_.back().size() == blocks_.back().capacity())
            add_block();
        ++size_;
        blocks_.back().push_back(item);
    }

    [[nodiscard]] std::size_t size() const { return size_; }
    [[nodiscard]] const Item& operator[](std::size_t i) const
    {
        const std::size_t block = std::bit_width(i / first_items);
        return blocks_[block][i - begin_of(block)];
    }

    template <class Visitor>
    void for_each(Visitor visit) const
    {
        for (const Block& block : blocks_)
            std::for_each(block.begin(), block.end(), visit);
    }

private:
    using Block = std::vector<Item, HugePages<Item>>;

    static constexpr std::size_t first_items = 4096;

    [[nodiscard]] static std::size_t begin_of(std::size_t block)
    {
        return block == 0 ? 0 : first_items << (block - 1);
    }

    [[gnu::noinline]] void add_block()
    {
        blocks_.emplace_back().reserve(std::max(first_items, size_));
    }

    std::vector<Block> blocks_;
    std::size_t size_ = 0;
};

} // namespace sockets
