// What a program reads: the same in every locale and state, and numbers as a person would write
// them.
#include <numeric>
#include <regex>

#include <boost/test/unit_test.hpp>

#include "tests/live/lab.h"
#include "tests/live/report.h"
#include "tests/live/runs.h"

namespace {

struct Host {
    lab::Namespace network{{40000, 40999}};
    lab::FileDescriptor listener = lab::listening(lab::at("0.0.0.0", 5432));

    Host() { lab::set_sysctl("tcp_tw_reuse", "0"); }

    void churn(std::size_t times, const char* address) const
    {
        lab::churn(times, lab::at(address, 5432), listener);
    }
};

BOOST_FIXTURE_TEST_SUITE(json_output, Host)

BOOST_AUTO_TEST_CASE(the_ages_of_time_waits_are_20_numbers_oldest_first)
{
    churn(7, "127.0.0.1");
    const lab::Report report = lab::report_of({"plugins/check_ephemeral_timewait"});
    const nlohmann::json& ages = report.rows("makers").at(0).at("ages");
    BOOST_REQUIRE(ages.is_array());
    BOOST_REQUIRE(ages.size() == 20U);
    BOOST_TEST(ages.back() == 7);
    const auto numbers = ages.get<std::vector<int>>();
    BOOST_TEST(std::accumulate(numbers.begin(), numbers.end(), 0) == 7);
}

BOOST_AUTO_TEST_CASE(the_tables_are_the_same_in_every_locale)
{
    churn(7, "127.0.0.1");
    const auto tables_in = [](const char* locale) {
        return lab::report_of(
                   {"plugins/check_ephemeral_timewait"},
                   {lab::set_environment("LC_ALL", locale), lab::set_environment("LANG", locale)})
            .json.at("tables");
    };
    // The time that passes between two reports may change a figure.
    lab::await([&] { return tables_in("C") == tables_in("C.UTF-8"); }, "two equal reports");
}

BOOST_AUTO_TEST_CASE(a_table_is_there_and_empty_if_no_row_is_wanted)
{
    churn(7, "127.0.0.1");
    for (const auto& [check, table] : {std::pair("plugins/check_ephemeral_timewait", "makers"),
                                       std::pair("plugins/check_ephemeral_ports", "tuples"),
                                       std::pair("plugins/check_ephemeral_binds", "addresses")}) {
        const lab::Report report = lab::report_of({check, "--top", "0"});
        BOOST_TEST(report.rows(table).is_array());
        BOOST_TEST(report.rows(table).empty());
    }
}

BOOST_AUTO_TEST_CASE(no_number_has_the_noise_of_a_binary_fraction)
{
    const std::regex noise("[0-9]\\.[0-9]{10,}"); // nanoseconds have nine digits
    const std::vector<lab::Run> runs = lab::runs_that_answer();
    for (const std::size_t closes : {1U, 2U, 4U, 13U}) { // 0.2, 0.6, 1.4 and 4 a second at most
        churn(closes, "127.0.0.1");
        for (const lab::Run& run : runs) {
            const lab::Report report = lab::report_of(run.command());
            BOOST_TEST(!std::regex_search(report.text, noise), report.text);
        }
    }
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace
