// Runs a fuzz target over inputs that are the same everywhere: its seeds, its corpus, mutations of
// the seeds, and noise. FUZZ_SEED and FUZZ_RUNS change the set; the seed is printed, and an input
// that breaks the target's promise is printed too, so that a failure elsewhere can be had here.
#include <algorithm>
#include <array>
#include <cstdlib>
#include <exception>
#include <iterator>
#include <random>
#include <utility>

#include <fmt/format.h>

#include "tests/fuzz/recordings.h"
#include "tests/fuzz/target.h"

namespace {

std::string input; // where on_death() finds it

[[noreturn]] void on_death()
{
    try {
        if (const std::exception_ptr thrown = std::current_exception())
            std::rethrow_exception(thrown);
    } catch (const std::exception& error) {
        fmt::print("{}\n", error.what());
    }
    fmt::print("broken by the {} bytes", input.size());
    for (const char byte : input)
        fmt::print(" {:02x}", static_cast<unsigned char>(byte));
    fmt::print("\n");
    std::fflush(stdout);
    std::abort();
}

unsigned long number_from_environment(const char* name, unsigned long otherwise)
{
    const char* const text = std::getenv(name);
    return text == nullptr ? otherwise : std::strtoul(text, nullptr, 10);
}

// The distributions of <random> differ from library to library; the engine does not.
class Dice {
public:
    explicit Dice(unsigned long seed) : engine_(static_cast<std::mt19937::result_type>(seed)) {}

    std::size_t below(std::size_t bound) { return bound == 0 ? 0 : engine_() % bound; }
    char byte() { return static_cast<char>(engine_() & 0xffU); }

private:
    std::mt19937 engine_;
};

std::string make_noise(Dice& dice)
{
    constexpr std::size_t longest = 200;
    std::string noise(dice.below(longest), '\0');
    std::generate(noise.begin(), noise.end(), [&] { return dice.byte(); });
    return noise;
}

/// One change of the kind that parsers trip over.
void mutate(std::string& text, Dice& dice, const std::vector<std::string>& seeds)
{
    enum Kind { set_byte, flip_bit, insert, erase, repeat, truncate, splice, edge_number, kinds };
    constexpr unsigned byte_bits = 8;
    constexpr std::size_t longest = 1 << 14;
    // Lengths, bounds and errors at which arithmetic goes wrong, as little-endian numbers.
    constexpr std::array<std::string_view, 6> edges = {
        std::string_view("\0\0\0\0", 4),         std::string_view("\xff\xff\xff\xff", 4),
        std::string_view("\xff\xff\xff\x7f", 4), std::string_view("\0\0\0\x80", 4),
        std::string_view("\x01\0\0\0", 4),       std::string_view("\0\0\x01\0", 4)};
    const std::size_t position = dice.below(text.size() + 1);
    const std::size_t length = dice.below(text.size() - position + 1);
    switch (static_cast<Kind>(dice.below(kinds))) {
    case set_byte:
        if (position < text.size())
            text[position] = dice.byte();
        break;
    case flip_bit:
        if (position < text.size())
            text[position] = static_cast<char>(static_cast<unsigned char>(text[position]) ^
                                               (1U << dice.below(byte_bits)));
        break;
    case insert:
        text.insert(position, 1, dice.byte());
        break;
    case erase:
        text.erase(position, length);
        break;
    case repeat:
        text.insert(position, text.substr(position, length));
        break;
    case truncate:
        text.resize(position);
        break;
    case splice: {
        const std::string& other = seeds[dice.below(seeds.size())];
        text = text.substr(0, position) + other.substr(dice.below(other.size() + 1));
        break;
    }
    case edge_number: {
        const std::string_view edge = edges.at(dice.below(edges.size()));
        const std::size_t aligned = position & ~std::size_t{3};
        text.replace(aligned, std::min(edge.size(), text.size() - aligned), edge);
        break;
    }
    default:
        break;
    }
    text.resize(std::min(text.size(), longest));
}

void feed(std::string text)
{
    input = std::move(text);
    // In a block of its own, so that a sanitizer sees a read beyond the end.
    const std::vector<std::uint8_t> block(input.begin(), input.end());
    LLVMFuzzerTestOneInput(block.data(), block.size());
}

} // namespace

int main(int /*argc*/, char** argv)
{
    constexpr unsigned long usual_runs = 20'000;
    constexpr std::size_t most_mutations = 8;
    constexpr std::size_t noise_one_in = 10;
    const unsigned long seed = number_from_environment("FUZZ_SEED", 1);
    const unsigned long runs = number_from_environment("FUZZ_RUNS", usual_runs);

    std::set_terminate(on_death);
    Dice dice(seed);
    const std::vector<std::string> seeds = fuzz::seeds();
    std::vector<std::string> fixed = seeds;
    const std::string program = *argv;
    std::ranges::move(
        fuzz::recorded_pieces("fuzz/corpus" + program.substr(program.rfind('/')) + ".bin"),
        std::back_inserter(fixed));
    for (std::string& text : fixed)
        feed(std::move(text));
    for (unsigned long run = 0; run < runs; ++run) {
        std::string text =
            dice.below(noise_one_in) == 0 ? make_noise(dice) : seeds[dice.below(seeds.size())];
        for (std::size_t left = dice.below(most_mutations) + 1; left > 0; --left)
            mutate(text, dice, seeds);
        feed(std::move(text));
    }
    fmt::print("{} inputs, FUZZ_SEED={}\n", fixed.size() + runs, seed);
    return EXIT_SUCCESS;
}
