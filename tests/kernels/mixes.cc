// Random mixes of sockets, as wild as those of the property test: tests/live/property.cc asks the
// kernel port by port and needs one that can be asked; here it is asked until it refuses.
//
// ROUNDS sets the number of mixes and SEED the first one's seed, as there.
#include <cstdlib>
#include <random>
#include <string>

#include <boost/test/unit_test.hpp>

#include "tests/kernels/comparison.h"
#include "tests/live/mix.h"

namespace {

std::uint32_t from_environment(const char* name, std::uint32_t fallback)
{
    const char* const text = std::getenv(name);
    return text == nullptr ? fallback : static_cast<std::uint32_t>(std::stoul(text));
}

BOOST_AUTO_TEST_SUITE(what_is_left)

BOOST_AUTO_TEST_CASE(of_random_mixes)
{
    const std::uint32_t rounds = from_environment("ROUNDS", 50);
    const std::uint32_t seed = from_environment("SEED", std::random_device()());
    BOOST_TEST_MESSAGE("ROUNDS=" << rounds << " SEED=" << seed);
    for (std::uint32_t round = 0; round < rounds; ++round) {
        BOOST_TEST_INFO_SCOPE("SEED=" << seed + round);
        const lab::Mix mix(seed + round);
        truth::compare_everything(mix.range());
    }
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace
