// Which programs run in a cgroup, by files as the kernel has them.
#include "common/owners/programs.h"

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <string>
#include <vector>

#include <boost/test/unit_test.hpp>

namespace {

using Names = std::vector<std::string>;

constexpr std::size_t plenty = 100;

/// A cgroup and the /proc that its processes are in, in one folder.
class Processes {
public:
    explicit Processes(const std::string& list)
    {
        std::string name = std::filesystem::temp_directory_path() / "programs-XXXXXX";
        if (mkdtemp(name.data()) == nullptr)
            throw std::runtime_error("cannot make a folder for the test");
        root_ = name;
        std::ofstream(root_ + "/cgroup.procs") << list;
    }
    ~Processes() { std::filesystem::remove_all(root_); }
    Processes(const Processes&) = delete;
    Processes& operator=(const Processes&) = delete;

    void call(const std::string& process, const std::string& name) const
    {
        std::filesystem::create_directory(root_ + "/" + process);
        std::ofstream(root_ + "/" + process + "/comm") << name << '\n';
    }
    [[nodiscard]] Names find(std::size_t most = plenty) const
    {
        return owners::find_programs(root_, root_, most);
    }

private:
    std::string root_;
};

BOOST_AUTO_TEST_SUITE(programs)

BOOST_AUTO_TEST_CASE(a_name_is_listed_once)
{
    const Processes processes("11\n12\n13\n");
    processes.call("11", "python3");
    processes.call("12", "nginx");
    processes.call("13", "python3");
    BOOST_TEST((processes.find() == Names{"nginx", "python3"}));
}

BOOST_AUTO_TEST_CASE(a_name_is_fit_to_be_shown_whatever_the_process_calls_itself)
{
    const Processes processes("11\n12\n");
    processes.call("11", "a\033[2J\nb");
    processes.call("12", "\n\t");
    BOOST_TEST((processes.find() == Names{"a [2J b"}));
}

BOOST_AUTO_TEST_CASE(processes_that_are_gone_or_of_another_pid_namespace_have_no_name)
{
    const Processes processes("0\n11\n12\n");
    processes.call("12", "nginx");
    BOOST_TEST((processes.find() == Names{"nginx"}));
}

BOOST_AUTO_TEST_CASE(no_more_processes_than_the_bound_are_looked_at)
{
    const Processes processes("11\n12\n");
    processes.call("11", "one");
    processes.call("12", "two");
    BOOST_TEST((processes.find(1) == Names{"one"}));
}

BOOST_AUTO_TEST_CASE(a_cgroup_that_is_gone_has_no_programs)
{
    BOOST_TEST(owners::find_programs("/proc/no-such-cgroup", "/proc", plenty).empty());
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace
