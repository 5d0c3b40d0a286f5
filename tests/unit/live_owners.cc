// How a report tells who has the live sockets of its rows.
#include "plugins/live_owners.h"

#include <boost/test/unit_test.hpp>

namespace {

using checks::LiveOwners;
using checks::OwnerShare;

OwnerShare unit(const char* name, std::size_t sockets)
{
    return {{"unit", name, {"python3"}}, sockets};
}

LiveOwners one_row(const std::vector<OwnerShare>& shares)
{
    return {{shares}, {}};
}

std::string cell(const std::vector<OwnerShare>& shares)
{
    return checks::owners_cell(one_row(shares), 0).text();
}

BOOST_AUTO_TEST_SUITE(live_owners)

BOOST_AUTO_TEST_CASE(a_row_names_the_first_three_and_counts_the_others)
{
    BOOST_TEST(cell({unit("pool.service", 50), unit("churn.service", 4)}) ==
               "pool.service (python3) 50, churn.service (python3) 4");
    BOOST_TEST(cell({unit("a.service", 9), unit("b.service", 8), unit("c.service", 7),
                     unit("d.service", 6), unit("e.service", 5)}) ==
               "a.service (python3) 9, b.service (python3) 8, c.service (python3) 7, 2 others 11");
}

BOOST_AUTO_TEST_CASE(a_row_without_live_sockets_or_that_nobody_asked_about_has_no_cell)
{
    BOOST_TEST(checks::owners_cell(one_row({}), 0).is_absent());
    BOOST_TEST(checks::owners_cell({}, 0).is_absent());
}

BOOST_AUTO_TEST_CASE(the_main_owner_has_more_than_half_of_what_is_used_not_of_what_is_live)
{
    const LiveOwners owners = one_row({unit("pool.service", 50), unit("churn.service", 2)});
    BOOST_TEST(checks::main_owner(owners, 0, 99).has_value());
    BOOST_TEST(!checks::main_owner(owners, 0, 100).has_value());
    BOOST_TEST(!checks::main_owner(owners, 0, 545).has_value()); // the others are TIME_WAITs
    BOOST_TEST(!checks::main_owner(owners, 1, 10).has_value());
}

BOOST_AUTO_TEST_CASE(closed_connections_are_said_to_have_no_owner)
{
    BOOST_TEST(checks::tell_limits({}, 10).empty());
    BOOST_TEST(checks::tell_limits(one_row({}), 0).empty());
    BOOST_TEST(checks::tell_limits(one_row({}), 10).front() ==
               "TIME_WAIT has no owner any more: the live owners need not be those who closed.");
}

BOOST_AUTO_TEST_CASE(owners_by_their_user_are_explained)
{
    LiveOwners owners = one_row({});
    owners.obstacle = "cgroup version 2 is not mounted here";
    BOOST_TEST(checks::tell_limits(owners, 0).front() ==
               "Owners are named by their user (uid): cgroup version 2 is not mounted here.");
}

BOOST_AUTO_TEST_CASE(programs_have_each_owner_in_a_row_of_its_own)
{
    plugin::Table table(checks::owners_table({{"service", "listens on", "", plugin::Kind::text}}));
    checks::add_owner(unit("pool.service", 50), {"TCP 0.0.0.0:40000"}, table);
    BOOST_TEST(table.lines().empty());
    BOOST_REQUIRE(table.rows().size() == 1);
    BOOST_TEST(table.rows()[0][1].text() == "pool.service");
    BOOST_TEST(table.rows()[0].back().text() == "TCP 0.0.0.0:40000");
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace
