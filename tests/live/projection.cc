// Whether what check_ephemeral_ports foresees comes true, if connections are opened and closed
// at a known rate. The suite `slow` takes minutes: `make check-slow`.
#include <algorithm>
#include <chrono>
#include <cmath>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include <boost/test/unit_test.hpp>
#include <fmt/format.h>

#include "tests/live/features.h"
#include "tests/live/lab.h"

namespace {

using Seconds = std::chrono::duration<double>;
using Clock = std::chrono::steady_clock;

const std::string program = "plugins/check_ephemeral_ports";

/// Three destinations; connections to the first are opened and closed at a steady rate.
class Churn {
public:
    Churn(std::uint16_t ports, const char* reuse, double rate)
        : network_({40000, static_cast<std::uint16_t>(40000 + ports - 1)}), pause_(1 / rate)
    {
        lab::set_sysctl("tcp_tw_reuse", reuse);
        listener_ = lab::listening(lab::at("0.0.0.0", 5432));
        others_.push_back(lab::connected(lab::at("127.0.0.2", 5432)));
        others_.push_back(lab::connected(lab::at("127.0.0.3", 5432)));
        others_.push_back(lab::accepted(listener_));
        others_.push_back(lab::accepted(listener_));
        start_ = Clock::now();
    }

    /// Goes on until `end` after the start, or until connect() fails. Returns when it failed.
    std::optional<Seconds> go_on_until(Seconds end)
    {
        for (; pause_ * connections_ < end; ++connections_) {
            const auto due =
                start_ + std::chrono::duration_cast<Clock::duration>(pause_ * connections_);
            std::this_thread::sleep_until(due);
            latest_ = std::max<Seconds>(latest_, Clock::now() - due);
            lab::Attempt attempt = lab::try_connect(lab::at("127.0.0.1", 5432));
            if (!attempt)
                return Clock::now() - start_;
            lab::FileDescriptor server = lab::accepted(listener_);
            lab::close_both(attempt.socket, server);
        }
        return std::nullopt;
    }

    [[nodiscard]] Seconds now() const { return Clock::now() - start_; }
    /// By how much a connection came too late, at most.
    [[nodiscard]] Seconds latest() const { return latest_; }

private:
    lab::Namespace network_;
    Seconds pause_;
    lab::FileDescriptor listener_;
    std::vector<lab::FileDescriptor> others_;
    Clock::time_point start_;
    int connections_ = 0;
    Seconds latest_{};
};

/// What the check said of a churn.
struct Answer {
    std::unique_ptr<Churn> churn;
    Seconds asked;
    lab::Output output;
};

/// Of one that kept its pace until it was asked about at `ask_at`, and at once: what a machine that
/// stalls closes has no steady rate.
Answer ask_about_churn(std::uint16_t ports, const char* reuse, double rate, Seconds ask_at)
{
    constexpr Seconds late(0.2);
    constexpr Seconds slow(1);
    Answer answer;
    for (int attempts = 0; attempts < 5; ++attempts) {
        answer.churn.reset(); // its namespace is left before the next is made
        answer.churn = std::make_unique<Churn>(ports, reuse, rate);
        BOOST_REQUIRE(!answer.churn->go_on_until(ask_at).has_value());
        answer.asked = answer.churn->now();
        answer.output = lab::run({program, "--projected-critical=100"});
        if (answer.churn->latest() < late && answer.churn->now() - answer.asked < slow)
            break;
    }
    return answer;
}

/// The number between `before` and `after`.
double number_between(const std::string& text, const std::string& before, const std::string& after)
{
    const std::size_t start = text.find(before);
    BOOST_REQUIRE_MESSAGE(start != std::string::npos, "no '" << before << "' in: " << text);
    const std::string rest = text.substr(start + before.size());
    return std::stod(rest.substr(0, rest.find(after)));
}

void check_that_it_foresees_the_end(std::uint16_t ports, double rate, Seconds ask_at)
{
    const auto [churn, asked, output] = ask_about_churn(ports, "0", rate, ask_at);
    BOOST_TEST(output.exit_code == 2);
    BOOST_TEST(output.text.find(" ports left from 127.0.0.1 to 127.0.0.1:5432") !=
               std::string::npos);
    const double found_rate = number_between(output.text, "at the present ", " closes/s");
    const double gone_in = number_between(output.text, "gone in ", " s");
    BOOST_TEST(std::abs(found_rate - rate) <= rate / 10);

    const std::optional<Seconds> failed = churn->go_on_until(Seconds(120));
    BOOST_REQUIRE(failed.has_value());
    BOOST_TEST_MESSAGE(fmt::format(
        "{} ports, {} closes/s, asked at {:.1f} s: found {} closes/s, gone in {} s, so at {:.1f} "
        "s; connect() failed at {:.1f} s",
        ports, rate, asked.count(), found_rate, gone_in, asked.count() + gone_in, failed->count()));
    BOOST_TEST(std::abs(asked.count() + gone_in - failed->count()) <= 3);
}

/// 65 connections a second begin, as those of `pgbench -C` do, and three seconds later the time
/// that is left is foreseen, right within a quarter.
void check_that_it_foresees_an_onset(std::uint16_t ports)
{
    constexpr double rate = 65;
    const auto [churn, asked, output] = ask_about_churn(ports, "0", rate, Seconds(3));
    const double gone_in = number_between(output.text, "gone in ", " s");
    const std::optional<Seconds> failed = churn->go_on_until(Seconds(60));
    BOOST_REQUIRE(failed.has_value());
    const double left = (*failed - asked).count();
    BOOST_TEST_MESSAGE(fmt::format("gone in {} s was foreseen, it took {:.1f} s", gone_in, left));
    // The moment is told in whole seconds.
    BOOST_TEST(std::abs(gone_in - left) <= left / 4 + 0.5);
}

void check_that_it_foresees_nothing(std::uint16_t ports, const char* reuse, double rate,
                                    Seconds ask_at, Seconds end)
{
    const auto [churn, asked, output] = ask_about_churn(ports, reuse, rate, ask_at);
    BOOST_TEST_MESSAGE(output.text);
    BOOST_TEST(output.exit_code == 0);
    BOOST_TEST(output.text.find("gone in") == std::string::npos);
    BOOST_TEST(!churn->go_on_until(end).has_value());
}

// If the kernel cannot be asked, a tuple may have two ends, and no moment is foreseen.
BOOST_AUTO_TEST_SUITE(projection)

BOOST_AUTO_TEST_CASE(the_moment_foreseen_at_6_s_is_when_250_ports_end_at_30_closes_a_second,
                     *lab::needs({lab::Feature::local_port_range}))
{
    check_that_it_foresees_the_end(250, 30, Seconds(6));
}

BOOST_AUTO_TEST_CASE(nothing_is_foreseen_if_the_rate_fills_a_part_of_the_ports)
{
    check_that_it_foresees_nothing(250, "0", 3, Seconds(6), Seconds(6));
}

BOOST_AUTO_TEST_CASE(nothing_is_foreseen_if_connect_takes_time_waits_over)
{
    check_that_it_foresees_nothing(100, "2", 25, Seconds(3), Seconds(6));
}

// 100 closes in a quarter of a second leave 50 of 150 ports, which a rate of 100/s would use up.
BOOST_AUTO_TEST_CASE(nothing_is_foreseen_after_a_burst_that_is_over)
{
    Churn churn(150, "0", 400);
    BOOST_REQUIRE(!churn.go_on_until(Seconds(0.25)).has_value());
    const lab::Output output = lab::run({program, "--projected-critical=100"});
    BOOST_TEST(output.exit_code == 2);
    BOOST_TEST(output.text.find("gone in") == std::string::npos, output.text);
}

BOOST_AUTO_TEST_CASE(
    the_moment_foreseen_3_s_after_the_onset_is_right_if_450_ports_end_at_65_a_second,
    *lab::needs({lab::Feature::local_port_range}))
{
    check_that_it_foresees_an_onset(450);
}

BOOST_AUTO_TEST_SUITE(slow, *boost::unit_test::label("slow") * boost::unit_test::disabled())

BOOST_AUTO_TEST_CASE(the_moment_foreseen_at_20_s_is_when_1000_ports_end_at_25_closes_a_second,
                     *lab::needs({lab::Feature::local_port_range}))
{
    check_that_it_foresees_the_end(1000, 25, Seconds(20));
}

BOOST_AUTO_TEST_CASE(the_moment_foreseen_at_12_s_is_when_1000_ports_end_at_40_closes_a_second,
                     *lab::needs({lab::Feature::local_port_range}))
{
    check_that_it_foresees_the_end(1000, 40, Seconds(12));
}

BOOST_AUTO_TEST_CASE(
    the_moment_foreseen_3_s_after_the_onset_is_right_if_1000_ports_end_at_65_a_second,
    *lab::needs({lab::Feature::local_port_range}))
{
    check_that_it_foresees_an_onset(1000);
}

BOOST_AUTO_TEST_CASE(nothing_is_foreseen_at_12_closes_a_second_and_nothing_happens_for_two_minutes)
{
    check_that_it_foresees_nothing(1000, "0", 12, Seconds(20), Seconds(120));
}

BOOST_AUTO_TEST_CASE(nothing_is_foreseen_under_reuse_and_nothing_happens_for_two_minutes)
{
    check_that_it_foresees_nothing(1000, "2", 25, Seconds(20), Seconds(120));
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE_END()

} // namespace
