// What check_ephemeral_namespaces may do: as nobody, with its two capabilities alone, as root.
#include <fcntl.h>
#include <linux/capability.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <unistd.h>

#include <boost/test/unit_test.hpp>
#include <fmt/format.h>

#include "common/kernel/privileges.h"
#include "tests/live/inhabited.h"
#include "tests/live/lab.h"
#include "tests/live/privileges.h"
#include "tests/live/report.h"
#include "tests/live/system_call.h"

namespace {

using lab::Inhabited;
using lab::with_connections;

const std::string program = lab::namespaces_check;

constexpr std::uint32_t both = CAP_TO_MASK(CAP_SYS_ADMIN) | CAP_TO_MASK(CAP_SYS_PTRACE);

/// As hosts do that hide each user's processes from the others: /proc mounted with hidepid.
void hide_processes()
{
    lab::check(unshare(CLONE_NEWNS) == 0, "unshare(CLONE_NEWNS)");
    lab::check(mount(nullptr, "/proc", nullptr, MS_PRIVATE, nullptr) == 0, "private /proc");
    lab::check(mount("proc", "/proc", "proc", 0, "hidepid=2") == 0, "hidepid");
}

/// Only who made the namespace of processes may mount its /proc.
boost::test_tools::assertion_result can_hide_processes(boost::unit_test::test_unit_id /*test*/)
{
    boost::test_tools::assertion_result can = lab::holds_in_a_child([] {
        hide_processes();
        return true;
    });
    can.message() << "this user may not mount /proc";
    return can;
}

struct Alone {
    lab::Namespace network;
};

BOOST_FIXTURE_TEST_SUITE(namespace_privileges, Alone)

BOOST_AUTO_TEST_CASE(unknown_for_nobody_if_one_that_is_refused_has_a_socket)
{
    const Inhabited busy(with_connections(50));
    const lab::Report report = lab::report_of({program}, {lab::become_nobody});
    BOOST_TEST(report.exit_code == 3, report.text);
    BOOST_TEST(report.metric("unseen") >= 1);
    BOOST_TEST(report.metric("walked") == 1); // its own
    BOOST_TEST(report.says("cannot be looked into"), report.text);
    BOOST_TEST(report.says("needs CAP_SYS_ADMIN and CAP_SYS_PTRACE"), report.text);
    BOOST_TEST(report.says("nagios ALL=(root) NOPASSWD: /"), report.text);
}

BOOST_AUTO_TEST_CASE(unknown_for_nobody_if_processes_are_hidden,
                     *boost::unit_test::precondition(can_hide_processes))
{
    const lab::Report report = lab::report_of({program}, {hide_processes, lab::become_nobody});
    BOOST_TEST(report.exit_code == 3, report.text);
    BOOST_TEST(report.says("/proc hides other users' processes"), report.text);
    const lab::Report fine =
        lab::report_of({program, "--if-refused=ok"}, {hide_processes, lab::become_nobody});
    BOOST_TEST(fine.exit_code == 0, fine.text);
    BOOST_TEST(fine.metric("walked") == 1);
}

BOOST_AUTO_TEST_CASE(the_two_capabilities_alone_suffice)
{
    const Inhabited busy(with_connections(50));
    const lab::Report report =
        lab::report_of(lab::watching({&busy}), {lab::keep_capabilities(both)});
    BOOST_TEST(report.exit_code == 1, report.text);
    BOOST_TEST(report.metric("used") == 50);
    BOOST_TEST(report.metric("unseen") == 0);
}

BOOST_AUTO_TEST_CASE(every_other_privilege_is_given_up)
{
    BOOST_TEST(lab::holds_in_a_child([] {
        const std::string path = fmt::format("/tmp/ephemeral-{}", getpid());
        const lab::FileDescriptor secret(open(path.c_str(), O_CREAT | O_RDWR | O_CLOEXEC, 0600));
        lab::check(secret.number() >= 0, path.c_str());
        const bool has_users = setresuid(65534, 0, 0) == 0 && setresuid(0, 0, 0) == 0;
        kernel::keep_privileges(kernel::Purpose::other_namespaces);
        const auto in_effect = [] { return lab::own_capabilities()[0].effective; };
        const bool none = in_effect() == 0;
        bool raised = false;
        {
            const kernel::RaisedPrivileges privileges(kernel::Purpose::other_namespaces);
            raised = in_effect() == both;
        }
        const bool is_nobody =
            geteuid() != 0 && open(path.c_str(), O_RDONLY | O_CLOEXEC) < 0 && setuid(0) != 0;
        unlink(path.c_str());
        return none && raised && in_effect() == 0 && lab::own_capabilities()[0].permitted == both &&
               lab::own_capabilities()[1].permitted == 0 && is_nobody == has_users;
    }));
}

BOOST_AUTO_TEST_CASE(a_namespace_of_another_user_namespace_is_looked_into,
                     *boost::unit_test::precondition(lab::can_make_user_namespace))
{
    const Inhabited rootless([](const std::function<void()>& stay) {
        lab::check(unshare(CLONE_NEWUSER) == 0, "unshare(CLONE_NEWUSER)");
        const lab::Namespace network({40000, 40063});
        const lab::FileDescriptor listener = lab::listening(lab::at("127.0.0.1", 5432));
        const auto clients = lab::connected_times(50, lab::at("127.0.0.1", 5432));
        stay();
    });
    const lab::Report report = lab::report_of(lab::watching({&rootless}));
    BOOST_TEST(report.exit_code == 1, report.text);
    BOOST_TEST(report.metric("used") == 50);
    BOOST_TEST(report.metric("range_size") == 64);
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace
