// Memory for lists of millions, in huge pages if the kernel gives them, and for shorter ones at
// once.
//
// The kernel gives memory page by page, when each is touched first, and to fault in the 70 MiB of a
// million tuples by 4 KiB took a tenth of a check's time; in a virtual machine, a fault can take as
// long as a hundred sockets. By default it gives a program 2 MiB at once only if the program asks
// for that: madvise(2) with MADV_HUGEPAGE, see Documentation/admin-guide/mm/transhuge.rst. What is
// too short for a huge page it gives in one call with MADV_POPULATE_WRITE, since Linux 5.14.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <new>
#include <sys/mman.h>

// Younger than the C library of the oldest distribution that we build on.
#ifndef MADV_POPULATE_WRITE
#define MADV_POPULATE_WRITE 23
#endif

namespace sockets {

constexpr std::size_t huge_page = 2U << 20U; ///< bytes, on x86-64 and arm64

/// Has the kernel give the pages of memory that is about to be filled, if there are more than a
/// few. If it refuses, or its pages are larger, it gives them as they are touched.
inline void populate(void* memory, std::size_t bytes)
{
    constexpr std::size_t page = 4U << 10U;
    constexpr std::size_t few = 16 * page;
    if (bytes <= few)
        return;
    const std::size_t before = reinterpret_cast<std::uintptr_t>(memory) % page;
    madvise(static_cast<std::byte*>(memory) - before, before + bytes, MADV_POPULATE_WRITE);
}

/// An allocator for standard containers, whose lists are filled soon. What is shorter than a few
/// pages is allocated as usual.
template <class Item>
struct HugePages {
    using value_type = Item; // as the standard library calls it

    HugePages() = default;
    template <class Other>
    HugePages(const HugePages<Other>& /*other*/)
    {
    }

    [[nodiscard]] Item* allocate(std::size_t items)
    {
        static_assert(alignof(Item) <= alignof(std::max_align_t));
        const std::size_t bytes = items * sizeof(Item);
        const std::size_t in_huge_pages = bytes / huge_page * huge_page;
        void* const memory = in_huge_pages == 0
                                 ? std::malloc(bytes)
                                 : std::aligned_alloc(huge_page, in_huge_pages + huge_page);
        if (memory == nullptr)
            throw std::bad_alloc();
        // If the kernel refuses, the pages are small.
        if (in_huge_pages > 0)
            madvise(memory, in_huge_pages, MADV_HUGEPAGE);
        populate(static_cast<std::byte*>(memory) + in_huge_pages, bytes - in_huge_pages);
        return static_cast<Item*>(memory);
    }

    /// As many items, or more if only so they fill huge pages to the end.
    [[nodiscard]] static std::size_t fill_pages(std::size_t items)
    {
        const std::size_t pages = (items * sizeof(Item) + huge_page - 1) / huge_page;
        return pages < 2 ? items : (pages * huge_page + sizeof(Item) - 1) / sizeof(Item);
    }

    void deallocate(Item* memory, std::size_t /*items*/) noexcept { std::free(memory); }

    bool operator==(const HugePages&) const = default;
};

} // namespace sockets
