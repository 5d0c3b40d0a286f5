// How far chance makes the present rate jump: connections of many clients are closed independently
// of each other, as a Poisson process.
//
// The errors that are tested here are the model's own, and stand in docs/kernel.md. A window of
// about 100 closes has one of some 10 %.
#include <algorithm>
#include <cmath>
#include <random>
#include <vector>

#include <boost/test/unit_test.hpp>

#include "common/ports/close_rate.h"

namespace {

using namespace std::chrono_literals;
using Closes = ports::RecentCloses<std::size_t>;

/// The generator is the same in every library, and so are its streams. Its distributions are not.
class Chance {
public:
    /// Seconds until the next event of a process with `rate` events a second.
    double next(double rate)
    {
        constexpr double all = 18446744073709551616.0; // 2^64
        return -std::log((static_cast<double>(random_()) + 1) / all) / rate;
    }

private:
    std::mt19937_64 random_{10};
};

/// The rates that are seen of streams that began `seconds` ago, as shares of the true one, sorted.
std::vector<double> seen_shares(double rate, double seconds)
{
    constexpr int streams = 1000;
    Chance chance;
    std::vector<double> shares;
    for (int i = 0; i < streams; ++i) {
        Closes closes;
        for (double age = chance.next(rate); age < seconds; age += chance.next(rate))
            closes.add({true, std::chrono::milliseconds(static_cast<int>(age * 1000)), 0ms});
        shares.push_back(ports::present_rates(closes, {}).all() / rate);
    }
    std::sort(shares.begin(), shares.end());
    return shares;
}

struct Error {
    double mean = 0; ///< share of the true rate
    double low = 0;  ///< nineteen of twenty are between these
    double high = 0;
};

Error error_of(double rate, double seconds)
{
    const std::vector<double> shares = seen_shares(rate, seconds);
    double sum = 0;
    for (const double share : shares)
        sum += share;
    const Error error = {sum / static_cast<double>(shares.size()), shares[shares.size() / 40],
                         shares[shares.size() - 1 - shares.size() / 40]};
    BOOST_TEST_MESSAGE(rate << " closes/s for " << seconds << " s: mean " << error.mean << ", "
                            << error.low << " to " << error.high);
    return error;
}

BOOST_AUTO_TEST_SUITE(close_rate_chance)

BOOST_AUTO_TEST_CASE(a_rate_is_right_in_the_mean)
{
    for (const double rate : {2.0, 10.0, 20.0, 40.0, 65.0, 100.0, 150.0, 400.0, 2000.0})
        BOOST_TEST(std::abs(error_of(rate, 6).mean - 1) < 0.03, rate << " closes/s");
}

BOOST_AUTO_TEST_CASE(nineteen_of_twenty_times_a_rate_is_within_a_quarter_from_20_closes_a_second_on)
{
    for (const double rate : {20.0, 30.0, 40.0, 50.0, 65.0, 100.0, 150.0, 400.0}) {
        const Error error = error_of(rate, 6);
        BOOST_TEST(error.low > 0.75, rate << " closes/s");
        BOOST_TEST(error.high < 1.25, rate << " closes/s");
    }
}

BOOST_AUTO_TEST_CASE(a_rate_that_began_three_seconds_ago_is_within_a_quarter_too)
{
    for (const double rate : {65.0, 100.0, 400.0}) {
        const Error error = error_of(rate, 3);
        BOOST_TEST(error.low > 0.75, rate << " closes/s");
        BOOST_TEST(error.high < 1.25, rate << " closes/s");
    }
}

BOOST_AUTO_TEST_CASE(few_closes_a_second_are_a_matter_of_chance)
{
    // 2 a second: 10 are seen.
    const Error error = error_of(2, 6);
    BOOST_TEST(error.low > 0.35);
    BOOST_TEST(error.high < 1.75);
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace
