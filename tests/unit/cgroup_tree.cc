// From cgroup ids to paths, in a tree of plain directories: they have inode numbers as cgroups
// have.
#include "common/owners/cgroup_tree.h"

#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <stdexcept>
#include <string>
#include <sys/stat.h>

#include <boost/test/unit_test.hpp>

namespace {

using owners::find_cgroup2_mount;
using owners::find_cgroup_paths;

constexpr std::size_t plenty = 1000;

class Tree {
public:
    Tree()
    {
        std::string name = std::filesystem::temp_directory_path() / "cgroup-tree-XXXXXX";
        if (mkdtemp(name.data()) == nullptr)
            throw std::runtime_error("cannot make a folder for the test");
        root_ = name;
        std::filesystem::create_directories(name + "/system.slice/pool.service/worker");
        std::filesystem::create_directories(name + "/system.slice/churn.service");
        std::filesystem::create_directories(name + "/user.slice");
    }
    ~Tree() { std::filesystem::remove_all(root_); }
    Tree(const Tree&) = delete;
    Tree& operator=(const Tree&) = delete;

    [[nodiscard]] const std::string& root() const { return root_; }
    [[nodiscard]] std::uint64_t id(const std::string& path) const
    {
        struct stat status = {};
        BOOST_REQUIRE(stat((root_ + path).c_str(), &status) == 0);
        return status.st_ino;
    }

private:
    std::string root_;
};

BOOST_AUTO_TEST_SUITE(cgroup_tree)

BOOST_AUTO_TEST_CASE(every_wanted_cgroup_has_its_path)
{
    const Tree tree;
    for (const char* const path : {"/system.slice", "/system.slice/churn.service",
                                   "/system.slice/pool.service/worker", "/user.slice"}) {
        const auto found = find_cgroup_paths(tree.root(), {tree.id(path)}, plenty);
        BOOST_TEST(found.complete);
        BOOST_REQUIRE(found.by_id.size() == 1);
        BOOST_TEST(found.by_id.at(tree.id(path)) == path);
    }
}

BOOST_AUTO_TEST_CASE(the_root_is_a_slash)
{
    const Tree tree;
    BOOST_TEST(find_cgroup_paths(tree.root(), {tree.id("")}, plenty).by_id.at(tree.id("")) == "/");
}

BOOST_AUTO_TEST_CASE(a_removed_cgroup_has_no_path)
{
    const Tree tree;
    const std::uint64_t removed = tree.id("/user.slice");
    std::filesystem::remove(tree.root() + "/user.slice");
    const auto found = find_cgroup_paths(tree.root(), {removed}, plenty);
    BOOST_TEST(found.by_id.empty());
    BOOST_TEST(found.complete);
}

BOOST_AUTO_TEST_CASE(a_tree_above_the_bound_is_said_to_be_incomplete)
{
    const Tree tree;
    const std::string deep = "/system.slice/pool.service/worker";
    const auto found = find_cgroup_paths(tree.root(), {tree.id(deep)}, 1);
    BOOST_TEST(found.by_id.empty());
    BOOST_TEST(!found.complete);
}

BOOST_AUTO_TEST_CASE(a_mount_that_is_not_there_is_an_error)
{
    BOOST_CHECK_THROW(find_cgroup_paths("/proc/no-such-folder", {1}, plenty), std::runtime_error);
}

BOOST_AUTO_TEST_CASE(the_mount_is_the_first_of_cgroup2)
{
    BOOST_TEST(
        find_cgroup2_mount("30 23 0:26 / /sys/fs/cgroup rw,nosuid shared:9 - cgroup2 cgroup2 rw\n")
            .value() == "/sys/fs/cgroup");
    BOOST_TEST(find_cgroup2_mount("31 23 0:27 / /sys/fs/cgroup rw - tmpfs tmpfs rw\n"
                                  "32 31 0:28 / /sys/fs/cgroup/cpu rw - cgroup cgroup rw,cpu\n"
                                  "33 31 0:29 / /sys/fs/cgroup/unified rw - cgroup2 none rw\n"
                                  "34 31 0:29 / /elsewhere rw - cgroup2 none rw")
                   .value() == "/sys/fs/cgroup/unified");
    BOOST_TEST(find_cgroup2_mount("30 23 0:26 / /a\\040b rw - cgroup2 none rw\n").value() ==
               "/a b");
}

BOOST_AUTO_TEST_CASE(cgroup_v1_alone_has_no_mount)
{
    BOOST_TEST(!find_cgroup2_mount("32 31 0:28 / /cgroup2 rw - cgroup cgroup rw,cpu\n"));
    BOOST_TEST(!find_cgroup2_mount(""));
    BOOST_TEST(!find_cgroup2_mount("cgroup2\n - \n"));
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace
