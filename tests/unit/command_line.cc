// How the words of a command line are told apart, whatever they mean.
#include "common/plugin/command_line.h"

#include <ctime>

#include <boost/test/unit_test.hpp>

#include "tests/unit/throws.h"

namespace {

using plugin::Given;
using plugin::Option;
using plugin::Options;

struct Declared {
    std::string warning;
    std::string format = "plugin";
    bool verbose = false;
    std::size_t destinations = 0;
    std::size_t arguments = 0;
    Options options;

    Declared()
    {
        options.add(plugin::value_option("warning", 'w', "RANGE", "", [this](const auto& text) {
            if (text == "bad")
                throw std::invalid_argument("no good");
            warning = text;
        }));
        options.add(plugin::value_option("format", {}, "WORD", "",
                                         [this](const auto& text) { format = text; }));
        Option switched = plugin::switch_option("verbose", 'v', "", verbose);
        switched.repeatable = true;
        options.add(switched);
        Option many = plugin::value_option("destination", {}, "ADDRESS:PORT", "",
                                           [this](const auto&) { ++destinations; });
        many.repeatable = true;
        options.add(many);
        options.add_arguments("WORD...", [this](const auto&) { ++arguments; });
    }

    /// Each as "name=value", "=value" for an argument, or what is wrong with it.
    [[nodiscard]] std::vector<std::string> split(const std::vector<std::string>& words) const
    {
        std::vector<std::string> texts;
        for (const Given& given : plugin::split(words, options.all())) {
            const std::string name = given.option == nullptr ? "" : given.option->long_name;
            texts.push_back(given.mistake.empty() ? name + '=' + given.value : given.mistake);
        }
        return texts;
    }

    void expect(const std::vector<std::string>& words,
                const std::vector<std::string>& expected) const
    {
        BOOST_TEST(split(words) == expected, boost::test_tools::per_element());
    }
};

BOOST_FIXTURE_TEST_SUITE(command_line, Declared)

BOOST_AUTO_TEST_CASE(a_value_follows_in_the_same_word_or_in_the_next)
{
    for (const std::vector<std::string>& words : std::vector<std::vector<std::string>>{
             {"-w", "5"}, {"-w5"}, {"--warning", "5"}, {"--warning=5"}})
        expect(words, {"warning=5"});
    expect({"--warning=a=b"}, {"warning=a=b"});
    expect({"--warning="}, {"warning="});
    expect({"-w", ""}, {"warning="});
}

BOOST_AUTO_TEST_CASE(short_options_may_stand_in_one_word_of_which_the_last_takes_a_value)
{
    expect({"-vvw5"}, {"verbose=", "verbose=", "warning=5"});
    expect({"-vw", "5"}, {"verbose=", "warning=5"});
}

BOOST_AUTO_TEST_CASE(a_word_with_a_dash_is_a_value_unless_it_is_an_option_of_ours)
{
    for (const char* value : {"-5:10", "-", "--unknown", "---"})
        expect({"-w", value}, {std::string("warning=") + value});
    for (const char* option : {"-v", "-vx", "--verbose", "--verbose=1", "-w5"})
        BOOST_TEST(split({"--warning", option}).front() == "--warning needs a value");
    expect({"-w", "--", "5"}, {"--warning needs a value", "=5"});
    expect({"-w"}, {"--warning needs a value"});
}

BOOST_AUTO_TEST_CASE(what_is_no_option_is_an_argument)
{
    expect({"a", "-v", "-", "", "--", "-v", "--", "b"},
           {"=a", "verbose=", "=-", "=", "=-v", "=--", "=b"});
}

BOOST_AUTO_TEST_CASE(mistakes_say_what_was_given)
{
    expect({"--warn=5"}, {"unrecognised option '--warn'"});
    expect({"--=5"}, {"unrecognised option '--'"});
    expect({"-x"}, {"unrecognised option '-x'"});
    expect({"-vxy"}, {"verbose=", "unrecognised option '-xy'"});
    expect({"--verbose=5"}, {"--verbose takes no value"});
}

BOOST_AUTO_TEST_CASE(looking_ahead_takes_what_can_be_made_out_in_spite_of_mistakes)
{
    options.look_ahead({"warning", "format"}, {"--nonsense", "-vw5", "--verbose=x", "stray",
                                               "--format", "json", "--destination", "d"});
    BOOST_TEST(warning == "5");
    BOOST_TEST(format == "json");
    BOOST_TEST(!verbose);
    BOOST_TEST(destinations == 0U);
}

BOOST_AUTO_TEST_CASE(looking_ahead_leaves_a_bad_value_to_the_parser)
{
    options.look_ahead({"warning", "format"}, {"-wbad", "--format=json", "--format"});
    BOOST_TEST(warning.empty());
    BOOST_TEST(format == "json");
    BOOST_TEST(text_of_error<plugin::UsageError>([&] { options.parse({"-wbad"}); }) ==
               "--warning 'bad': no good");
}

BOOST_AUTO_TEST_CASE(looking_ahead_sees_no_option_among_arguments)
{
    options.look_ahead({"format"}, {"--", "--format=json"});
    BOOST_TEST(format == "plugin");
}

BOOST_AUTO_TEST_CASE(a_hundred_thousand_words_are_parsed_in_a_moment)
{
    constexpr std::size_t times = 25'000;
    std::vector<std::string> words;
    for (std::size_t i = 0; i < times; ++i)
        words.insert(words.end(), {"--destination", "10.0.0.5:5432", "-v", "word"});
    const std::clock_t start = std::clock(); // of this process, however busy the machine is
    options.parse(words);
    const double seconds = static_cast<double>(std::clock() - start) / CLOCKS_PER_SEC;
    BOOST_TEST(destinations == times);
    BOOST_TEST(arguments == times);
    constexpr double far_more_than_it_takes = 3; // by the square it would be 20
    BOOST_TEST(seconds < far_more_than_it_takes);
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace
