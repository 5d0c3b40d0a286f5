#include "tests/live/cgroup.h"

#include <cerrno>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <sched.h>
#include <stdexcept>
#include <sys/mount.h>
#include <thread>
#include <unistd.h>

#include <fmt/format.h>

#include "common/kernel/proc_file.h"
#include "common/owners/cgroup_tree.h"
#include "tests/live/system_call.h"

namespace lab {
namespace {

namespace files = std::filesystem;

std::string tree()
{
    const auto mount = owners::find_cgroup2_mount(kernel::read_proc_file("/proc/self/mountinfo"));
    if (!mount)
        throw std::runtime_error("cgroup version 2 is not mounted");
    return *mount;
}

/// In a mount namespace of this process, and namespaces of these kinds. Returns the place.
std::string mount_nothing_over_tree(int namespaces)
{
    std::string place = tree();
    check(unshare(CLONE_NEWNS | namespaces) == 0, "unshare(CLONE_NEWNS)");
    check(mount(nullptr, place.c_str(), nullptr, MS_PRIVATE, nullptr) == 0, "make it private");
    check(mount("tmpfs", place.c_str(), "tmpfs", 0, nullptr) == 0, "mount tmpfs");
    return place;
}

} // namespace

Cgroup::Cgroup(const std::string& name) : path_(fmt::format("{}/test.slice/{}", tree(), name))
{
    files::create_directories(path_);
}

/// The kernel lets a killed process out of its cgroup a moment after it was waited for.
Cgroup::~Cgroup()
{
    constexpr std::chrono::milliseconds pause(5);
    const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(10);
    while (rmdir(path_.c_str()) != 0 && errno == EBUSY && std::chrono::steady_clock::now() < end)
        std::this_thread::sleep_for(pause);
    // Another cgroup of this test may still be in it.
    rmdir(files::path(path_).parent_path().c_str());
}

void Cgroup::join() const
{
    std::ofstream file(path_ + "/cgroup.procs");
    if (!(file << getpid() << std::flush))
        throw std::runtime_error("cannot join the cgroup " + path_);
}

void hide_cgroups()
{
    mount_nothing_over_tree(0);
}

void enter_cgroup_namespace()
{
    const std::string place = mount_nothing_over_tree(CLONE_NEWCGROUP);
    check(mount("cgroup2", place.c_str(), "cgroup2", 0, nullptr) == 0, "mount cgroup2");
}

boost::test_tools::assertion_result can_make_cgroups(boost::unit_test::test_unit_id /*test*/)
{
    boost::test_tools::assertion_result can(true);
    try {
        const Cgroup attempt("attempt.service");
    } catch (const std::exception& error) {
        can = false;
        can.message() << "no cgroup of version 2 can be made here: " << error.what();
    }
    return can;
}

} // namespace lab
