// Cgroups that a test makes, and joins, as systemd does for a service.
#pragma once

#include <string>

#include <boost/test/unit_test.hpp>

namespace lab {

/// A directory in the cgroup2 tree, removed again; nobody may be in it by then.
class Cgroup {
public:
    explicit Cgroup(const std::string& name);
    ~Cgroup();
    Cgroup(const Cgroup&) = delete;
    Cgroup& operator=(const Cgroup&) = delete;

    /// Puts this process into it.
    void join() const;

private:
    std::string path_;
};

/// For a program that is to find no cgroup where they are mounted.
void hide_cgroups();
/// For a program that is to see the tree as in a container, with its own cgroup for the root.
void enter_cgroup_namespace();

/// For a precondition: whether a cgroup can be made here.
boost::test_tools::assertion_result can_make_cgroups(boost::unit_test::test_unit_id test);

} // namespace lab
