// What a question to the kernel costs (question.h): by a socket of its own for each port, as the
// checks once asked, and by one socket for all.
//
// The two take turns port list by port list, and in who begins, so that neither always finds what
// the other has brought into the caches.
//
// Usage: questions LOW COUNT. Fails if the answers differ.
#include <algorithm>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <exception>

#include "tests/bench/question.h"

namespace {

using Clock = std::chrono::steady_clock;

/// Of one way to ask.
struct Tally {
    std::size_t held = 0;
    std::chrono::nanoseconds time{};
};

template <class Ask>
void ask_all(std::size_t first, std::size_t end, Tally& tally, const Ask& ask)
{
    const auto begin = Clock::now();
    for (std::size_t port = first; port < end; ++port)
        tally.held += ask(static_cast<std::uint16_t>(port)) ? 1 : 0;
    tally.time += Clock::now() - begin;
}

double microseconds_a_question(const Tally& tally, std::size_t questions)
{
    return std::chrono::duration<double, std::micro>(tally.time).count() /
           static_cast<double>(questions);
}

void compare(std::size_t low, std::size_t count)
{
    constexpr std::size_t at_a_time = 500;
    const question::OneSocket one_socket;
    Tally fresh;
    Tally one;
    bool fresh_begins = false;
    for (std::size_t first = low; first < low + count; first += at_a_time) {
        const std::size_t end = std::min(first + at_a_time, low + count);
        const auto ask_by_one = [&] {
            ask_all(first, end, one, [&](std::uint16_t port) { return one_socket.is_held(port); });
        };
        fresh_begins = !fresh_begins;
        if (!fresh_begins)
            ask_by_one();
        ask_all(first, end, fresh, question::is_held_by_a_fresh_socket);
        if (fresh_begins)
            ask_by_one();
    }
    if (fresh.held != one.held)
        throw std::runtime_error("the answers differ");
    const double by_fresh = microseconds_a_question(fresh, count);
    const double by_one = microseconds_a_question(one, count);
    std::printf("%zu ports, %zu held: %.3f us by a fresh socket, %.3f us by one socket, %.2f of "
                "it.\n",
                count, one.held, by_fresh, by_one, by_one / by_fresh);
}

} // namespace

int main(int argc, char* argv[])
{
    if (argc != 3)
        return EXIT_FAILURE;
    try {
        compare(std::strtoull(argv[1], nullptr, 10), std::strtoull(argv[2], nullptr, 10));
    } catch (const std::exception& error) {
        std::fprintf(stderr, "questions: %s\n", error.what());
        return EXIT_FAILURE;
    }
}
