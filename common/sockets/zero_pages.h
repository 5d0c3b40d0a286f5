// Memory for a value of each of a million tuples, all zero at first, of which perhaps few are
// touched.
//
// The kernel gives a process pages of zeros, each as it is touched first (mmap(2), MAP_ANONYMOUS).
// So what comes from there is not filled with zeros a second time, and what nobody touches costs
// nothing: on most hosts hardly any tuple has a closed connection, but there has to be room for all
// of them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <new>
#include <sys/mman.h>
#include <type_traits>
#include <utility>

#include "common/sockets/huge_pages.h"

namespace sockets {

/// An allocator for a std::vector that is made with its size and never grows. An item without a
/// value is not written to: its bytes are zero, which has to be what it begins with.
template <class Item>
struct ZeroPages {
    using value_type = Item; // as the standard library calls it

    ZeroPages() = default;
    template <class Other>
    ZeroPages(const ZeroPages<Other>& /*other*/)
    {
    }

    [[nodiscard]] Item* allocate(std::size_t items)
    {
        static_assert(alignof(Item) <= alignof(std::max_align_t));
        static_assert(std::is_trivially_copyable_v<Item>);
        const std::size_t bytes = items * sizeof(Item);
        void* const memory =
            bytes < huge_page ? std::calloc(items, sizeof(Item)) : map(whole(bytes));
        if (memory == nullptr)
            throw std::bad_alloc();
        if (bytes < huge_page)
            populate(memory, bytes);
        return static_cast<Item*>(memory);
    }

    void deallocate(Item* memory, std::size_t items) noexcept
    {
        const std::size_t bytes = items * sizeof(Item);
        if (bytes < huge_page)
            std::free(memory);
        else
            munmap(memory, whole(bytes));
    }

    template <class Made>
    void construct(Made* /*made*/) noexcept
    {
    }
    template <class Made, class Value>
    void construct(Made* made, Value&& value)
    {
        ::new (made) Made(std::forward<Value>(value));
    }

    bool operator==(const ZeroPages&) const = default;

private:
    static std::size_t whole(std::size_t bytes)
    {
        return (bytes + huge_page - 1) / huge_page * huge_page;
    }

    /// `bytes` that begin where a huge page does: they are cut out of more.
    static void* map(std::size_t bytes)
    {
        void* const mapped = mmap(nullptr, bytes + huge_page, PROT_READ | PROT_WRITE,
                                  MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
        if (mapped == MAP_FAILED)
            return nullptr;
        auto* const begin = static_cast<std::byte*>(mapped);
        const std::size_t before = whole(reinterpret_cast<std::uintptr_t>(mapped)) -
                                   reinterpret_cast<std::uintptr_t>(mapped);
        if (before > 0)
            munmap(begin, before);
        munmap(begin + before + bytes, huge_page - before);
        madvise(begin + before, bytes, MADV_HUGEPAGE); // if it refuses, the pages are small
        return begin + before;
    }
};

} // namespace sockets
