// plugin::split() and Options::parse(): the words of a command line, here parted by newlines.
#include <algorithm>

#include "common/plugin/command_line.h"
#include "tests/fuzz/target.h"

namespace {

using fuzz::promise;

/// Options of every kind.
struct Sample {
    plugin::Options options;
    std::string warning;
    std::string argument;
    bool verbose = false;
    int timeout = 10;
    bool fast = false;

    Sample()
    {
        options.add(plugin::value_option("warning", 'w', "RANGE", "A range.",
                                         [this](const std::string& value) { warning = value; }));
        options.add(plugin::switch_option("verbose", 'v', "More.", verbose));
        options.add(plugin::number_option("timeout", 't', "SECONDS", "Time.", 1, 60, timeout));
        options.add(plugin::choice_option(
            "speed", "How fast.", plugin::Choices<bool>{{"fast", true}, {"slow", false}}, fast));
        options.add_arguments("ADDRESS", [this](const std::string& value) { argument = value; });
    }
};

void test_split(const std::vector<std::string>& words, const std::vector<plugin::Option>& options)
{
    const std::vector<plugin::Given> all = plugin::split(words, options);
    std::size_t letters = 0;
    for (const std::string& word : words)
        letters += word.size() + 1;
    promise(all.size() <= letters);
    for (const plugin::Given& given : all) {
        const bool is_end_of_a_word = std::ranges::any_of(
            words, [&](const std::string& word) { return word.ends_with(given.value); });
        promise(given.option == nullptr ||
                (given.option >= options.data() && given.option < options.data() + options.size()));
        promise(is_end_of_a_word || given.value.empty());
        promise(given.mistake.empty() || given.value.empty());
    }
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    std::string_view rest = fuzz::text_of(data, size);
    std::vector<std::string> words;
    while (!rest.empty())
        words.emplace_back(fuzz::take(rest, '\n'));
    Sample sample;
    test_split(words, sample.options.all());
    try {
        sample.options.look_ahead({"timeout"}, words);
        sample.options.parse(words);
    } catch (const plugin::UsageError&) {
    }
    promise(sample.timeout >= 1 && sample.timeout <= 60);
    return 0;
}

std::vector<std::string> fuzz::seeds()
{
    return {"-w\n80", "-w80\n-vv",    "--warning=80\n--verbose\n10.0.0.5", "-vt\n60\n--\n-w",
            "-w\n-c", "--speed=fast", "--speed\nslow\n--timeout\n1",       "--warning=\n-t5"};
}
