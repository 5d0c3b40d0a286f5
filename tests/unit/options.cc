// The command line: what is understood, what is refused and with which words.
#include "common/plugin/options.h"

#include <sstream>

#include <boost/test/unit_test.hpp>

#include "tests/unit/throws.h"

namespace {

using plugin::Option;
using plugin::Options;
using plugin::UsageError;

struct Word {
    std::string text;

    static Word parse(const std::string& text)
    {
        if (text == "bad")
            throw std::invalid_argument("a bad word");
        return {text};
    }
};

enum class Colour { red, green };

struct CommandLine {
    std::string range = "unset";
    bool quick = false;
    int top = 5;
    std::vector<Word> words;
    Colour colour = Colour::red;
    Options options;

    CommandLine()
    {
        options.add(plugin::value_option(
            "warning", 'w', "RANGE",
            "WARNING if usage is outside RANGE, which is told at such a length that it has to "
            "be broken into several lines",
            [this](const std::string& text) {
                if (text == "abc" || text.empty())
                    throw std::invalid_argument("not a range");
                range = text;
            }));
        options.add(plugin::switch_option("quick", 'q', "be quick", quick));
        options.add(plugin::number_option("top", {}, "N", "list N", 0, 100, top));
        options.add(plugin::list_option("word", "WORD", "repeatable", words));
        options.add(plugin::choice_option(
            "colour-of-the-most-verbose-option", "which",
            plugin::Choices<Colour>{{"red", Colour::red}, {"green", Colour::green}}, colour));
    }

    void parse(const std::vector<std::string>& line) const { options.parse(line); }

    [[nodiscard]] std::string error(const std::vector<std::string>& line) const
    {
        return text_of_error<UsageError>([&] { parse(line); });
    }
};

BOOST_FIXTURE_TEST_SUITE(options, CommandLine)

BOOST_AUTO_TEST_CASE(nothing_given_leaves_every_default)
{
    parse({});
    BOOST_TEST(range == "unset");
    BOOST_TEST(!quick);
    BOOST_TEST(top == 5);
}

BOOST_AUTO_TEST_CASE(value_may_follow_in_every_customary_way)
{
    for (const std::vector<std::string>& line : std::vector<std::vector<std::string>>{
             {"-w", "5:10"}, {"-w5:10"}, {"--warning", "5:10"}, {"--warning=5:10"}}) {
        range.clear();
        parse(line);
        BOOST_TEST(range == "5:10");
    }
}

BOOST_AUTO_TEST_CASE(value_may_begin_with_a_dash)
{
    for (const std::vector<std::string>& line : std::vector<std::vector<std::string>>{
             {"-w", "-5:10"}, {"-w-5:10"}, {"--warning", "-5:10"}, {"--warning=-5:10"}}) {
        range.clear();
        parse(line);
        BOOST_TEST(range == "-5:10");
    }
}

BOOST_AUTO_TEST_CASE(value_may_hold_spaces_and_equals_signs)
{
    parse({"--word=a=b c"});
    BOOST_TEST(words.at(0).text == "a=b c");
}

BOOST_AUTO_TEST_CASE(switches_and_short_options_may_be_bundled)
{
    parse({"-qw", "5"});
    BOOST_TEST(quick);
    BOOST_TEST(range == "5");
}

BOOST_AUTO_TEST_CASE(repeatable_option_takes_every_value_in_order)
{
    parse({"--word", "one", "--word=two"});
    BOOST_TEST(words.size() == 2U);
    BOOST_TEST(words.at(1).text == "two");
}

BOOST_AUTO_TEST_CASE(choice_takes_its_words_only)
{
    parse({"--colour-of-the-most-verbose-option=green"});
    BOOST_TEST((colour == Colour::green));
    const std::string text = error({"--colour-of-the-most-verbose-option", "blue"});
    BOOST_TEST(holds(text, "--colour-of-the-most-verbose-option 'blue'"));
}

BOOST_AUTO_TEST_CASE(number_is_taken_at_both_its_bounds_and_refused_beyond)
{
    parse({"--top=0"});
    BOOST_TEST(top == 0);
    parse({"--top=100"});
    BOOST_TEST(top == 100);
    for (const char* text :
         {"101", "-1", "5x", "x", "1e1", " 5", "5 ", "0x5", "5.0", "+5", "99999999999999999999"})
        BOOST_TEST(error({"--top", text}) ==
                   std::string("--top '") + text + "': not a whole number from 0 to 100");
}

BOOST_AUTO_TEST_CASE(refused_value_is_named_with_its_option_and_the_reason)
{
    BOOST_TEST(error({"-w", "abc"}) == "--warning 'abc': not a range");
    BOOST_TEST(error({"-w", ""}) == "--warning '': not a range");
    BOOST_TEST(error({"--word=bad"}) == "--word 'bad': a bad word");
}

BOOST_AUTO_TEST_CASE(unknown_option_is_named)
{
    BOOST_TEST(holds(error({"--nonsense"}), "--nonsense"));
    BOOST_TEST(holds(error({"--nonsense=5"}), "--nonsense"));
    BOOST_TEST(holds(error({"-x"}), "-x"));
}

BOOST_AUTO_TEST_CASE(abbreviated_option_is_unknown)
{
    BOOST_TEST(holds(error({"--warn=5"}), "--warn"));
}

BOOST_AUTO_TEST_CASE(missing_value_is_named_with_its_option)
{
    BOOST_TEST(holds(error({"--warning"}), "--warning"));
    BOOST_TEST(holds(error({"-w"}), "--warning"));
    BOOST_TEST(holds(error({"--warning="}), "--warning"));
    BOOST_TEST(holds(error({"-w", "-q"}), "--warning"));
}

BOOST_AUTO_TEST_CASE(value_for_a_switch_is_refused)
{
    BOOST_TEST(holds(error({"--quick=5"}), "--quick"));
}

BOOST_AUTO_TEST_CASE(option_given_twice_is_refused_with_both_values)
{
    BOOST_TEST(error({"-w", "5", "--warning=6"}) == "--warning was given twice, as '5' and as '6'");
    BOOST_TEST(error({"-w", "5", "-w", "5"}) == "--warning was given twice, as '5' and as '5'");
    BOOST_TEST(error({"-q", "-q"}) == "--quick was given twice");
}

BOOST_AUTO_TEST_CASE(argument_is_refused_if_none_are_taken)
{
    BOOST_TEST(error({"stray"}) == "unexpected argument 'stray'");
    BOOST_TEST(error({"-q", "stray"}) == "unexpected argument 'stray'");
    BOOST_TEST(error({"--", "-q"}) == "unexpected argument '-q'");
    BOOST_TEST(error({""}) == "unexpected argument ''");
}

BOOST_AUTO_TEST_CASE(arguments_are_handed_over_in_order_if_they_are_taken)
{
    std::vector<std::string> taken;
    options.add_arguments("ADDR...", [&](const std::string& text) {
        if (text == "bad")
            throw std::invalid_argument("no address");
        taken.push_back(text);
    });
    parse({"one", "-q", "two", "--", "-three"});
    BOOST_TEST(taken == (std::vector<std::string>{"one", "two", "-three"}),
               boost::test_tools::per_element());
    BOOST_TEST(error({"bad"}) == "argument 'bad': no address");
}

BOOST_AUTO_TEST_CASE(arguments_are_no_option_by_any_name)
{
    std::vector<std::string> taken;
    options.add_arguments("ADDR...", [&](const std::string& text) { taken.push_back(text); });
    BOOST_TEST(holds(error({"--arguments=one"}), "--arguments"));
    BOOST_TEST(holds(error({"--arguments", "one"}), "--arguments"));
}

BOOST_AUTO_TEST_CASE(help_fits_80_columns_and_names_every_option)
{
    const std::string help = options.help();
    std::istringstream lines(help);
    for (std::string line; std::getline(lines, line);)
        BOOST_TEST(line.size() <= 80U, line);
    for (const Option& option : options.all())
        BOOST_TEST(holds(help, "--" + option.long_name));
    BOOST_TEST(holds(help, "  -w, --warning=RANGE       WARNING if"));
    BOOST_TEST(holds(help, "      --top=N               list N\n"));
    BOOST_TEST(holds(help, "      --colour-of-the-most-verbose-option=red|green\n"));
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace
