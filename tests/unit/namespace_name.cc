// What people call a network namespace.
#include "common/owners/namespace_name.h"

#include <boost/test/unit_test.hpp>

namespace {

using owners::name_namespace;
using owners::NamespaceName;
using owners::NamespaceTraces;

const std::string id(64, 'a');
const std::string other_id(64, 'b');
const std::string pod_cgroup =
    "/kubepods.slice/kubepods-pod01234567_89ab_cdef_0123_456789abcdef.slice/cri-containerd-" + id +
    ".scope";

NamespaceTraces traces()
{
    NamespaceTraces traces;
    traces.cgroups = {"/user.slice/user-0.slice/session-3.scope"};
    traces.process = "812 (nginx)";
    return traces;
}

std::string name(const NamespaceTraces& traces, const owners::PodContainers& pods = {})
{
    return name_namespace(traces, pods).text();
}

BOOST_AUTO_TEST_SUITE(namespace_name)

BOOST_AUTO_TEST_CASE(the_namespace_of_the_first_process_is_the_hosts)
{
    NamespaceTraces host = traces();
    host.has_first_process = true;
    host.mount = "/run/netns/blue";
    BOOST_TEST(name(host) == "host");
}

BOOST_AUTO_TEST_CASE(a_pod_has_its_name_by_any_of_its_containers_logs)
{
    NamespaceTraces pod = traces();
    pod.mount = "/run/netns/cni-1234"; // by which no one knows it
    pod.cgroups = {pod_cgroup, "/docker/" + other_id};
    BOOST_TEST(name(pod, {{"web-7d9c6", "shop", "app", other_id}}) == "pod shop/web-7d9c6");
    BOOST_TEST(name(pod) == "pod 01234567-89ab-cdef-0123-456789abcdef");
}

BOOST_AUTO_TEST_CASE(a_container_has_the_start_of_its_id)
{
    NamespaceTraces container = traces();
    container.mount = "/run/docker/netns/123";
    container.cgroups = {"/system.slice/docker-" + id + ".scope"};
    BOOST_TEST(name(container) == "container aaaaaaaaaaaa");
}

BOOST_AUTO_TEST_CASE(a_namespace_of_ip_netns_has_the_name_of_its_mount)
{
    NamespaceTraces mounted = traces();
    mounted.mount = "/run/netns/blue";
    mounted.cgroups.emplace_back("/system.slice/web.service");
    BOOST_TEST(name(mounted) == "netns blue");
    mounted.cgroups.clear();
    mounted.process.clear();
    BOOST_TEST(name(mounted) == "netns blue");
}

BOOST_AUTO_TEST_CASE(a_service_with_a_private_network_has_its_units_name)
{
    NamespaceTraces service = traces();
    service.cgroups = {"/system.slice/web.service"};
    BOOST_TEST(name(service) == "unit web.service");
}

BOOST_AUTO_TEST_CASE(the_one_that_we_are_in_has_no_other_name_than_its_mount)
{
    NamespaceTraces own = traces();
    own.cgroups = {"/system.slice/ephemeral-ports.service"};
    own.is_own = true;
    BOOST_TEST(name(own) == "own");
    own.mount = "/run/netns/blue";
    BOOST_TEST(name(own) == "netns blue");
    own.has_first_process = true;
    BOOST_TEST(name(own) == "host");
}

BOOST_AUTO_TEST_CASE(what_a_user_started_in_a_session_has_its_process)
{
    BOOST_TEST(name(traces()) == "process 812 (nginx)");
}

BOOST_AUTO_TEST_CASE(patterns_are_for_the_whole_name_with_or_without_its_kind)
{
    const NamespaceName pod = {"pod", "shop/web-7d9c6"};
    for (const char* const pattern :
         {"shop/web-7d9c6", "pod shop/web-7d9c6", "shop/*", "pod *", "*"})
        BOOST_TEST(pod.matches(pattern), pattern);
    for (const char* const pattern : {"shop", "web-7d9c6", "pod", "container *", "SHOP/*"})
        BOOST_TEST(!pod.matches(pattern), pattern);
}

BOOST_AUTO_TEST_CASE(the_cgroup_of_version_2_comes_before_systemds_own_of_version_1)
{
    BOOST_TEST(owners::parse_cgroup("12:cpu:/x\n1:name=systemd:/system.slice/a.service\n"
                                    "0::/system.slice/b.service\n") == "/system.slice/b.service");
    BOOST_TEST(owners::parse_cgroup("12:cpu:/x\n1:name=systemd:/system.slice/a.service\n0::/\n") ==
               "/system.slice/a.service");
    BOOST_TEST(owners::parse_cgroup("0::/\n").empty());
    BOOST_TEST(owners::parse_cgroup("").empty());
    BOOST_TEST(owners::parse_cgroup("no colons").empty());
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace
