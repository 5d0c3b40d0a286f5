// What find_cures() says of sockets that a test made up.
#pragma once

#include <algorithm>
#include <cstddef>
#include <optional>
#include <utility>
#include <vector>

#include <boost/test/unit_test.hpp>

#include "common/ports/cures.h"
#include "tests/unit/counted.h"

namespace sample {

using Sockets = std::vector<sockets::Socket>;

inline std::optional<ports::Cure> find(const std::vector<ports::Cure>& cures, ports::Remedy remedy)
{
    const auto found = std::find_if(cures.begin(), cures.end(),
                                    [&](const ports::Cure& cure) { return cure.remedy == remedy; });
    return found == cures.end() ? std::nullopt : std::optional<ports::Cure>(*found);
}

/// Whether the tuple's connections were picked before must make no difference.
inline std::vector<ports::Cure> cures(const Sockets& sockets, const Manner& manner = {},
                                      ports::Aim aim = ports::Aim::left)
{
    const Counted counted(sockets, manner);
    const ports::TupleUsage worst = counted.worst();
    const auto find_with = [&](const ports::ConnectionsByTuple& picked) {
        return ports::find_cures(counted.snapshot(), counted.census(), worst, picked, aim);
    };
    std::vector<ports::Cure> found = find_with({});
    const std::vector<ports::Cure> with_picked =
        find_with(ports::pick_tuples(counted.snapshot(), {worst.number}));
    BOOST_TEST_REQUIRE(with_picked.size() == found.size());
    for (std::size_t i = 0; i < found.size(); ++i)
        BOOST_TEST((with_picked[i].outlook == found[i].outlook));
    return found;
}

/// What is left with the cure; nothing if it would bring nothing. Fails the test if the figure has
/// two ends.
inline std::optional<std::size_t> left_with(ports::Remedy remedy, const Sockets& sockets,
                                            const Manner& manner = {})
{
    const auto cure = find(cures(sockets, manner), remedy);
    if (!cure)
        return std::nullopt;
    BOOST_TEST(cure->outlook.left == cure->outlook.left_least);
    return cure->outlook.left;
}

inline bool is(const std::optional<std::size_t>& left, std::size_t expected)
{
    return left == expected;
}

/// The two ends: at least, at most.
inline std::pair<std::size_t, std::size_t> ends_with(ports::Remedy remedy, const Sockets& sockets,
                                                     const Manner& manner = {})
{
    const auto cure = find(cures(sockets, manner), remedy);
    BOOST_REQUIRE(cure.has_value());
    return {cure->outlook.left_least, cure->outlook.left};
}

/// The ports from 30000 on are looked at, 10,000 below the range.
inline Manner looking_below()
{
    Manner manner;
    manner.read = net::PortRange{30000, 40063};
    return manner;
}

} // namespace sample
