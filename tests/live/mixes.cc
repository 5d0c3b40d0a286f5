// Many mixes, by the environment's words.
#include "tests/live/mix.h"

#include <cstdlib>
#include <string>

#include <boost/test/unit_test.hpp>

#include "tests/live/time_wait.h"

namespace lab {

void for_each_seed(std::uint32_t rounds, const std::function<void(std::uint32_t)>& visit)
{
    const auto from_environment = [](const char* name, std::uint32_t fallback) {
        const char* const text = std::getenv(name);
        return text == nullptr ? fallback : static_cast<std::uint32_t>(std::stoul(text));
    };
    rounds = from_environment("ROUNDS", rounds);
    const std::uint32_t seed = from_environment("SEED", std::random_device()());
    BOOST_TEST_MESSAGE("ROUNDS=" << rounds << " SEED=" << seed);
    for (std::uint32_t round = 0; round < rounds; ++round) {
        BOOST_TEST_INFO_SCOPE("SEED=" << seed + round);
        visit(seed + round);
    }
}

void for_each_mix(std::uint32_t rounds, const std::function<void(net::PortRange)>& compare)
{
    for_each_seed(rounds, [&](std::uint32_t seed) {
        const Mix mix(seed);
        settle(mix.range());
        compare(mix.range());
    });
}

} // namespace lab
