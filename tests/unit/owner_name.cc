// What people call the owner of a socket.
#include "common/owners/owner_name.h"

#include <boost/test/unit_test.hpp>

namespace {

using owners::name_owner;
using owners::name_user;
using owners::OwnerName;

const std::string id(64, 'a');

BOOST_AUTO_TEST_SUITE(owner_name)

BOOST_AUTO_TEST_CASE(a_service_has_the_name_of_its_unit)
{
    BOOST_TEST(name_owner("/system.slice/pool.service", {}).text() == "pool.service");
    BOOST_TEST(name_owner("/user.slice/user-7.slice/session-3.scope", {}).text() ==
               "session-3.scope");
}

BOOST_AUTO_TEST_CASE(a_container_has_the_name_of_its_pod_or_the_start_of_its_id)
{
    const std::string path = "/system.slice/docker-" + id + ".scope";
    BOOST_TEST(name_owner(path, {}).text() == "container aaaaaaaaaaaa");
    BOOST_TEST(name_owner(path, {{"web-7d9c6", "shop", "app", id}}).text() == "pod shop/web-7d9c6");
}

BOOST_AUTO_TEST_CASE(another_cgroup_is_told_by_its_path)
{
    BOOST_TEST(name_owner("/batch/night", {}).text() == "cgroup /batch/night");
}

BOOST_AUTO_TEST_CASE(the_root_that_a_container_sees_is_the_container_of_the_check)
{
    BOOST_TEST(name_owner("/", {}).text() == "container of this check");
}

BOOST_AUTO_TEST_CASE(a_user_is_told_by_the_number)
{
    BOOST_TEST(name_user(33).text() == "uid 33");
}

BOOST_AUTO_TEST_CASE(three_programs_are_named_and_the_others_counted)
{
    OwnerName owner = {"unit", "web.service", {"nginx"}};
    BOOST_TEST(owner.text() == "web.service (nginx)");
    owner.programs = {"a", "b", "c"};
    BOOST_TEST(owner.text() == "web.service (a, b, c)");
    owner.programs = {"a", "b", "c", "d", "e"};
    BOOST_TEST(owner.text() == "web.service (a, b, c and 2 more)");
}

BOOST_AUTO_TEST_CASE(sockets_without_a_cgroup_have_their_user_for_an_owner)
{
    const auto found = owners::find_owner_names({{0, 33}, {1, 34}});
    BOOST_TEST(found.names.at({0, 33}).text() == "uid 33");
    BOOST_TEST(found.names.at({1, 34}).text() == "uid 34");
    BOOST_TEST(!found.obstacle.empty());
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace
