// Whose a cgroup is, by its path: one case for each rule by which a cgroup gets its name.
#include "common/owners/cgroup_name.h"

#include <string>

#include <boost/test/unit_test.hpp>
#include <fmt/format.h>

namespace {

using owners::CgroupName;
using owners::name_of_cgroup;

const std::string id = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";
const std::string other_id = "fedcba9876543210fedcba9876543210fedcba9876543210fedcba9876543210";
const std::string uid = "2c48913c-b29f-11e7-9350-020968147796";
const std::string escaped_uid = "2c48913c_b29f_11e7_9350_020968147796";

BOOST_AUTO_TEST_SUITE(cgroup_name)

BOOST_AUTO_TEST_CASE(a_unit_is_what_comes_after_the_slices)
{
    BOOST_TEST(name_of_cgroup("/system.slice/pool.service").unit == "pool.service");
    BOOST_TEST(name_of_cgroup("/a.slice/a-b.slice/pool.service/worker").unit == "pool.service");
    BOOST_TEST(name_of_cgroup("/init.scope").unit == "init.scope");
}

BOOST_AUTO_TEST_CASE(a_users_unit_is_named_rather_than_the_users_manager)
{
    const std::string manager = "/user.slice/user-1000.slice/user@1000.service";
    BOOST_TEST(name_of_cgroup(manager + "/app.slice/churn.service").unit == "churn.service");
    BOOST_TEST(name_of_cgroup(manager).unit == "user@1000.service");
    BOOST_TEST(name_of_cgroup("/user.slice/user-0.slice/session-3.scope").unit ==
               "session-3.scope");
}

BOOST_AUTO_TEST_CASE(an_escaped_name_is_shown_as_it_was_given)
{
    BOOST_TEST(name_of_cgroup("/system.slice/a\\x2db.service").unit == "a-b.service");
    BOOST_TEST(name_of_cgroup("/system.slice/_cpu.service").unit == "cpu.service");
    BOOST_TEST(name_of_cgroup("/system.slice/a\\xzz.service").unit == "a\\xzz.service");
    BOOST_TEST(name_of_cgroup("/system.slice/a.service\\x2").unit.empty());
}

BOOST_AUTO_TEST_CASE(a_container_is_found_by_every_runtimes_rule)
{
    for (const std::string& path :
         {"/system.slice/docker-" + id + ".scope", "/docker/" + id,
          "/system.slice/cri-containerd-" + id + ".scope", "/machine.slice/crio-" + id + ".scope",
          "/machine.slice/libpod-" + id + ".scope/container", "/libpod_parent/libpod-" + id})
        BOOST_TEST(name_of_cgroup(path).container == id, path);
}

BOOST_AUTO_TEST_CASE(a_containers_monitor_is_no_container)
{
    for (const std::string& path : {"/machine.slice/libpod-conmon-" + id + ".scope",
                                    "/system.slice/crio-conmon-" + id + ".scope"})
        BOOST_TEST(name_of_cgroup(path).container.empty(), path);
}

BOOST_AUTO_TEST_CASE(a_pods_uid_has_dashes_whoever_made_the_cgroup)
{
    for (const std::string& path :
         {fmt::format("/kubepods.slice/kubepods-burstable.slice/kubepods-burstable-pod{}.slice/"
                      "cri-containerd-{}.scope",
                      escaped_uid, id),
          fmt::format("/kubepods/burstable/pod{}/{}", uid, id)}) {
        const CgroupName name = name_of_cgroup(path);
        BOOST_TEST(name.container == id, path);
        BOOST_TEST(name.pod == uid, path);
    }
}

BOOST_AUTO_TEST_CASE(the_innermost_container_is_named)
{
    const CgroupName name = name_of_cgroup(
        "/docker/" + id + "/kubelet.slice/kubelet-kubepods.slice/kubelet-kubepods-pod" +
        escaped_uid + ".slice/cri-containerd-" + other_id + ".scope");
    BOOST_TEST(name.container == other_id);
    BOOST_TEST(name.pod == uid);
}

BOOST_AUTO_TEST_CASE(nothing_is_named_by_a_path_that_tells_nothing)
{
    for (const char* const path : {"", "/", "//", "/web", "/system.slice", "/podcast", "/pod",
                                   "/docker/0123456789ab", "/.service", "/-.slice"})
        BOOST_TEST((name_of_cgroup(path) == CgroupName{}), path);
}

BOOST_AUTO_TEST_CASE(a_short_id_has_12_digits)
{
    BOOST_TEST(owners::short_id(id) == "0123456789ab");
}

BOOST_AUTO_TEST_CASE(a_container_log_names_pod_namespace_and_container)
{
    const auto found = owners::parse_container_log("web-7d9c6_shop_nginx-proxy-" + id + ".log");
    BOOST_REQUIRE(found.has_value());
    BOOST_TEST((*found == owners::PodContainer{"web-7d9c6", "shop", "nginx-proxy", id}));
}

BOOST_AUTO_TEST_CASE(another_file_beside_the_container_logs_is_none)
{
    for (const std::string& link :
         {std::string(), std::string(".log"), id + ".log", "-" + id + ".log",
          "web_shop-" + id + ".log", "web_shop_nginx-" + id, "web_shop_nginx" + id + ".log"})
        BOOST_TEST(!owners::parse_container_log(link).has_value(), link);
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace
