// Memory for lists of millions, in huge pages if the kernel gives them.
//
// The kernel gives memory page by page, when each is touched first, and to fault in the 70 MiB of a
// million tuples by 4 KiB took a tenth of a check's time. By default it gives a program 2 MiB at
// once only if the program asks for that: madvise(2) with MADV_HUGEPAGE, see
// Documentation/admin-guide/mm/transhuge.rst.
#pragma once

#include <cstddef>
#include <cstdlib>
#include <new>
#include <sys/mman.h>

namespace sockets {

/// An allocator for standard containers. What is smaller than a huge page is allocated as usual,
/// and so is the end of what is not a multiple of it: it takes no more memory than without.
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
        const std::size_t whole = bytes / page * page;
        void* const memory =
            whole == 0 ? std::malloc(bytes) : std::aligned_alloc(page, whole + page);
        if (memory == nullptr)
            throw std::bad_alloc();
        // If the kernel refuses, the pages are small.
        if (whole > 0)
            madvise(memory, whole, MADV_HUGEPAGE);
        return static_cast<Item*>(memory);
    }

    /// As many items, or more if only so they fill huge pages to the end.
    [[nodiscard]] static std::size_t fill_pages(std::size_t items)
    {
        const std::size_t pages = (items * sizeof(Item) + page - 1) / page;
        return pages < 2 ? items : (pages * page + sizeof(Item) - 1) / sizeof(Item);
    }

    void deallocate(Item* memory, std::size_t /*items*/) noexcept { std::free(memory); }

    bool operator==(const HugePages&) const = default;

private:
    static constexpr std::size_t page = 2U << 20U; ///< bytes, on x86-64 and arm64
};

} // namespace sockets
