// The table of the long output.
#include "common/plugin/table.h"

#include <limits>
#include <optional>
#include <stdexcept>

#include <boost/test/unit_test.hpp>

#include "tests/unit/throws.h"

namespace {

using plugin::Column;
using plugin::Kind;
using plugin::Table;

BOOST_AUTO_TEST_SUITE(table)

BOOST_AUTO_TEST_CASE(numbers_stand_to_the_right_and_texts_to_the_left)
{
    Table table({"rows", "", {{"used", "used"}, {"to", "to", "", Kind::text}, {"left", "left"}}});
    table.add_row({"7", "10.0.0.5:5432", "12345"});
    table.add_row({"12345", "[::1]:1", "6"});
    const std::vector<std::string> expected = {" used  to              left",
                                               "    7  10.0.0.5:5432  12345",
                                               "12345  [::1]:1            6"};
    BOOST_TEST(table.lines() == expected, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(lines_end_with_their_last_word)
{
    Table table({"rows", "", {{"used", "used"}, {"to", "to", "", Kind::text}}});
    table.add_row({"7", "10.0.0.5:5432"});
    table.add_row({"8", ""});
    const std::vector<std::string> expected = {"used  to", "   7  10.0.0.5:5432", "   8"};
    BOOST_TEST(table.lines() == expected, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(nothing_is_printed_if_there_are_no_rows)
{
    const Table table({"rows", "", {{"used", "used"}, {"left", "left"}}});
    BOOST_TEST(table.lines().empty());
}

BOOST_AUTO_TEST_CASE(a_column_without_a_heading_is_for_programs_alone)
{
    Table table({"rows", "", {{"used", "used"}, {"device", ""}, {"left", "left"}}});
    table.add_row({7, 3, 57});
    const std::vector<std::string> expected = {"used  left", "   7    57"};
    BOOST_TEST(table.lines() == expected, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(row_of_another_number_of_cells_is_refused)
{
    Table table({"rows", "", {{"used", "used"}, {"left", "left"}}});
    BOOST_CHECK_THROW(table.add_row({"1"}), std::logic_error);
    BOOST_CHECK_THROW(table.add_row({"1", "2", "3"}), std::logic_error);
}

BOOST_AUTO_TEST_CASE(a_column_that_is_absent_in_all_rows_is_left_out)
{
    const std::vector<Column> columns = {
        {"used", "used"}, plugin::sometimes({"most", "at most"}), {"left", "left"}};
    Table without({"rows", "", columns});
    without.add_row({7, std::nullopt, 57});
    without.add_row({8, std::optional<int>(), 56});
    const std::vector<std::string> two_columns = {"used  left", "   7    57", "   8    56"};
    BOOST_TEST(without.lines() == two_columns, boost::test_tools::per_element());

    Table with({"rows", "", columns});
    with.add_row({7, std::nullopt, 57});
    with.add_row({8, std::optional<int>(9), 56});
    const std::vector<std::string> three_columns = {"used  at most  left", "   7             57",
                                                    "   8        9    56"};
    BOOST_TEST(with.lines() == three_columns, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(a_column_of_empty_texts_is_left_out)
{
    Table table({"rows", "", {{"used", "used"}, {"from", "from", "", Kind::text}}});
    table.add_row({7, ""});
    BOOST_TEST(table.lines().at(0) == "used");
    table.add_row({8, "10.0.0.1"});
    BOOST_TEST(table.lines().at(0) == "used  from");
}

BOOST_AUTO_TEST_CASE(a_list_of_numbers_is_a_text_for_people)
{
    const std::vector<std::uint32_t> ages = {0, 2, 4};
    Table table({"rows", "", {{"used", "used"}, {"ages", "ages", "", Kind::counts}}});
    table.add_row({7, plugin::Cell(ages, "_.:")});
    BOOST_TEST(table.lines().at(1) == "   7  _.:");
}

BOOST_AUTO_TEST_CASE(a_number_has_as_many_decimals_as_its_cell_allows)
{
    BOOST_TEST(plugin::Cell(0.719).text() == "0.72");
    BOOST_TEST(plugin::Cell(0.000001234, 9).text() == "0.000001234");
}

BOOST_AUTO_TEST_CASE(what_is_no_number_is_absent)
{
    BOOST_TEST(plugin::Cell(std::numeric_limits<double>::infinity()).is_absent());
    BOOST_TEST(plugin::Cell(std::numeric_limits<double>::quiet_NaN()).is_absent());
    BOOST_TEST(!plugin::Cell("").is_absent());
}

BOOST_AUTO_TEST_CASE(only_a_column_that_is_there_sometimes_may_lack_a_value)
{
    Table table({"rows", "", {{"used", "used"}, plugin::sometimes({"most", "at most"})}});
    table.add_row({40, std::nullopt});
    const auto add = [&] { table.add_row({std::nullopt, 40}); };
    const std::string error = text_of_error<std::logic_error>(add);
    BOOST_TEST(holds(error, "a row of the table rows lacks used"), error);
    BOOST_TEST(table.rows().size() == 1U);
}

BOOST_AUTO_TEST_CASE(a_table_with_series_must_say_what_a_row_is)
{
    const std::vector<Column> columns = {
        {"used", "used", "Used ports", Kind::count, Column::Role::series}};
    BOOST_CHECK_THROW(Table({"tuples", "", columns}), std::logic_error);
    BOOST_TEST(Table({"tuples", "", columns, "tuple"}).row_name() == "tuple");
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace
