#include "man/manual.h"

#include <stdexcept>
#include <string>

#include <boost/test/unit_test.hpp>

#include "man/completion.h"
#include "tests/unit/sample_report.h"

namespace {

const std::string sections = ".Sh DESCRIPTION\nWritten by hand.\n@OPTIONS@\n.Sh WHAT TO DO\n";

plugin::Options options_with(const std::string& text)
{
    plugin::Options options;
    options.add(plugin::value_option("source", {}, "ADDR[/LEN]", text, {}));
    plugin::Option choice = plugin::value_option("reader", 'r', "WORD", "how to read", {});
    choice.choices = {"auto", "procfs"};
    options.add(choice);
    return options;
}

std::string page_with(const std::string& text)
{
    return manual::format_page(sample::description(), options_with(text), sections,
                               "November 22, 2026");
}

bool contains(const std::string& text, const std::string& part)
{
    return text.find(part) != std::string::npos;
}

BOOST_AUTO_TEST_SUITE(manual_page)

BOOST_AUTO_TEST_CASE(has_the_options_between_the_sections_written_by_hand)
{
    const std::string page = page_with("only from there");
    BOOST_TEST(page.find("Written by hand.") < page.find(".Sh OPTIONS"));
    BOOST_TEST(page.find(".Sh OPTIONS") < page.find(".Sh WHAT TO DO"));
    BOOST_TEST(contains(page, ".It Fl \\-source Ns = Ns Ar ADDR[/LEN]\nOnly from there.\n"));
    BOOST_TEST(contains(page, ".It Fl r Cm auto Ns | Ns Cm procfs , Fl \\-reader Ns = Ns Cm auto"));
}

BOOST_AUTO_TEST_CASE(has_what_each_metric_means)
{
    BOOST_TEST(contains(page_with("only from there"), ".It Cm usage\nWhat is used.\n"));
}

BOOST_AUTO_TEST_CASE(refuses_an_option_without_a_text)
{
    BOOST_CHECK_THROW(page_with(""), std::runtime_error);
}

BOOST_AUTO_TEST_CASE(refuses_sections_without_a_place_for_the_options)
{
    BOOST_CHECK_THROW(manual::format_page(sample::description(), options_with("text"),
                                          ".Sh DESCRIPTION\n", "November 22, 2026"),
                      std::runtime_error);
}

BOOST_AUTO_TEST_CASE(prints_a_text_that_looks_like_a_macro_as_it_stands)
{
    BOOST_TEST(contains(page_with(".Sh with a back\\slash"), "\n\\&.Sh with a back\\eslash.\n"));
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(completion_of_the_shell)

BOOST_AUTO_TEST_CASE(bash_offers_the_words_that_an_option_takes)
{
    BOOST_TEST(contains(completion::format_bash("check_sample", options_with("text")),
                        "    --reader|-r)\n        COMPREPLY=($(compgen -W 'auto procfs' "));
}

BOOST_AUTO_TEST_CASE(zsh_sees_quotes_brackets_and_colons_as_text)
{
    BOOST_TEST(contains(completion::format_zsh("check_sample", options_with("a host's [address]")),
                        "--source='[a host'\\''s \\[address\\]]:ADDR[/LEN]: '"));
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace
