// Who has a socket: the cgroup that it was made in, and its user. Kept as a number, in two bytes
// per socket: a million sockets have a few owners.
//
// The kernel tells both to anybody (INET_DIAG_CGROUP_ID, Linux 5.9). What is closed, as a TIME_WAIT
// is, has no owner any more.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <map>
#include <vector>

namespace sockets {

struct Owner {
    std::uint64_t cgroup = 0; ///< its id; 0 if it is not shown
    std::uint32_t user = 0;   ///< uid

    friend auto operator<=>(const Owner&, const Owner&) = default;
};

using OwnerNumber = std::uint16_t;

/// The number of no owner, or of one that is not known.
constexpr OwnerNumber nobody = 0;

class OwnerNumbers {
public:
    /// Each owner has its own, from 1 on. Those beyond the largest number are not known.
    OwnerNumber number(const Owner& owner)
    {
        Numbered& recent = recent_[(owner.cgroup ^ owner.user) % recent_.size()];
        if (recent.owner != owner || recent.number == nobody) [[unlikely]]
            recent = {owner, find_or_add(owner)};
        return recent.number;
    }

    /// That of a number that was given out.
    [[nodiscard]] const Owner& operator[](OwnerNumber number) const { return owners_[number - 1]; }

private:
    struct Numbered {
        Owner owner;
        OwnerNumber number = nobody;
    };

    [[gnu::noinline]] OwnerNumber find_or_add(const Owner& owner)
    {
        const auto known = numbers_.find(owner);
        if (known != numbers_.end())
            return known->second;
        if (owners_.size() == std::numeric_limits<OwnerNumber>::max())
            return nobody;
        owners_.push_back(owner);
        return numbers_[owner] = static_cast<OwnerNumber>(owners_.size());
    }

    std::array<Numbered, 256> recent_{}; ///< spares most of the look-ups
    std::map<Owner, OwnerNumber> numbers_;
    std::vector<Owner> owners_;
};

} // namespace sockets
