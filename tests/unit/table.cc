// The table of the long output.
#include "common/plugin/table.h"

#include <stdexcept>

#include <boost/test/unit_test.hpp>

namespace {

using plugin::Column;
using plugin::Table;

BOOST_AUTO_TEST_SUITE(table)

BOOST_AUTO_TEST_CASE(numbers_stand_to_the_right_and_texts_to_the_left)
{
    Table table("rows", {{"used", "used"}, {"to", "to", Column::Align::left}, {"left", "left"}});
    table.add_row({"7", "10.0.0.5:5432", "12345"});
    table.add_row({"12345", "[::1]:1", "6"});
    const std::vector<std::string> expected = {" used  to              left",
                                               "    7  10.0.0.5:5432  12345",
                                               "12345  [::1]:1            6"};
    BOOST_TEST(table.lines() == expected, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(lines_end_with_their_last_word)
{
    Table table("rows", {{"used", "used"}, {"to", "to", Column::Align::left}});
    table.add_row({"7", "10.0.0.5:5432"});
    table.add_row({"8", ""});
    const std::vector<std::string> expected = {"used  to", "   7  10.0.0.5:5432", "   8"};
    BOOST_TEST(table.lines() == expected, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(nothing_is_printed_where_there_are_no_rows)
{
    const Table table("rows", {{"used", "used"}, {"left", "left"}});
    BOOST_TEST(table.lines().empty());
}

BOOST_AUTO_TEST_CASE(a_column_without_a_heading_is_for_programs_alone)
{
    Table table("rows", {{"used", "used"}, {"device", ""}, {"left", "left"}});
    table.add_row({7, 3, 57});
    const std::vector<std::string> expected = {"used  left", "   7    57"};
    BOOST_TEST(table.lines() == expected, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(row_of_another_number_of_cells_is_refused)
{
    Table table("rows", {{"used", "used"}, {"left", "left"}});
    BOOST_CHECK_THROW(table.add_row({"1"}), std::logic_error);
    BOOST_CHECK_THROW(table.add_row({"1", "2", "3"}), std::logic_error);
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace
