// check_ephemeral_namespaces as users run it, beside namespaces that other processes live in.
#include <algorithm>
#include <array>
#include <csignal>
#include <fcntl.h>
#include <linux/capability.h>
#include <linux/securebits.h>
#include <memory>
#include <random>
#include <sched.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <boost/test/unit_test.hpp>
#include <fmt/format.h>

#include "common/kernel/network_namespaces.h"
#include "common/kernel/privileges.h"
#include "tests/live/features.h"
#include "tests/live/inhabited.h"
#include "tests/live/lab.h"
#include "tests/live/mix.h"
#include "tests/live/report.h"
#include "tests/live/system_call.h"
#include "tests/live/time_wait.h"
#include "tests/live/tracer.h"

namespace {

using lab::Inhabited;

const std::string program = "plugins/check_ephemeral_namespaces";
const net::PortRange usual_range = {40000, 40063};

/// A namespace with so many connections to 127.0.0.1:5432, of a range of 64 ports.
Inhabited::Life with_connections(std::size_t connections, net::PortRange range = usual_range)
{
    return [=](const std::function<void()>& stay) {
        const lab::Namespace network(range);
        const lab::FileDescriptor listener = lab::listening(lab::at("127.0.0.1", 5432));
        const auto clients = lab::connected_times(connections, lab::at("127.0.0.1", 5432));
        stay();
    };
}

std::vector<std::string> watching(const std::vector<const Inhabited*>& namespaces,
                                  std::vector<std::string> options = {})
{
    options.insert(options.begin(), program);
    for (const Inhabited* each : namespaces)
        options.push_back(fmt::format("--namespace={}", each->number()));
    return options;
}

using Capabilities = std::array<__user_cap_data_struct, _LINUX_CAPABILITY_U32S_3>;

Capabilities own_capabilities()
{
    Capabilities capabilities{};
    __user_cap_header_struct header = {_LINUX_CAPABILITY_VERSION_3, 0};
    lab::check(syscall(SYS_capget, &header, capabilities.data()) == 0, "capget");
    return capabilities;
}

constexpr std::uint32_t both = CAP_TO_MASK(CAP_SYS_ADMIN) | CAP_TO_MASK(CAP_SYS_PTRACE);

/// Becomes a program that root's name gives nothing, and that has these two alone.
void keep_two_capabilities()
{
    lab::check(prctl(PR_SET_SECUREBITS, SECBIT_NOROOT) == 0, "SECBIT_NOROOT");
    Capabilities capabilities{};
    capabilities[0] = {both, both, both};
    __user_cap_header_struct header = {_LINUX_CAPABILITY_VERSION_3, 0};
    lab::check(syscall(SYS_capset, &header, capabilities.data()) == 0, "capset");
    for (const int capability : {CAP_SYS_ADMIN, CAP_SYS_PTRACE})
        lab::check(prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, capability, 0, 0) == 0,
                   "PR_CAP_AMBIENT_RAISE");
}

net::PortRange own_range()
{
    const std::string range = lab::read_sysctl("ip_local_port_range");
    return {static_cast<std::uint16_t>(std::stoul(range)),
            static_cast<std::uint16_t>(std::stoul(range.substr(range.find('\t'))))};
}

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

BOOST_FIXTURE_TEST_SUITE(check_ephemeral_namespaces, Alone)

BOOST_AUTO_TEST_CASE(warning_for_the_worse_of_two_with_its_destination_and_what_would_help,
                     *lab::needs({lab::Feature::local_port_range}))
{
    const Inhabited calm(with_connections(10));
    const Inhabited busy(with_connections(50));
    const lab::Report report = lab::report_of(watching({&calm, &busy}));
    BOOST_TEST(report.exit_code == 1, report.text);
    BOOST_TEST(report.metric("usage") == 78.1);
    BOOST_TEST(report.metric("used") == 50);
    BOOST_TEST(report.metric("left") == 14);
    BOOST_TEST(report.metric("range_size") == 64);
    BOOST_TEST(report.metric("namespaces") == 2);
    BOOST_TEST(report.metric("unseen") == 0);
    BOOST_TEST(report.says("14 of 64 ports left in "), report.text);
    BOOST_TEST(report.says(" from 127.0.0.1 to 127.0.0.1:5432 (usage 78.1% > 66%)"), report.text);
    BOOST_TEST(report.says(fmt::format("nsenter --net=/proc/{}/ns/net sysctl", busy.process())),
               report.text);
    const auto& rows = report.rows("namespaces");
    BOOST_REQUIRE(rows.size() == 1); // the other one has too few sockets to be worse
    BOOST_TEST(rows[0].at("number") == std::to_string(busy.number()));
    BOOST_TEST(rows[0].at("left") == 14);
    BOOST_TEST(!report.has("usage_most"));
}

BOOST_AUTO_TEST_CASE(ok_for_the_calm_one_alone)
{
    const Inhabited calm(with_connections(10));
    const Inhabited busy(with_connections(50));
    const lab::Report report = lab::report_of(watching({&calm}));
    BOOST_TEST(report.exit_code == 0, report.text);
    BOOST_TEST(report.metric("used") == 10);
    const lab::Report excluded =
        lab::report_of(watching({&calm, &busy}, {fmt::format("--exclude={}", busy.number())}));
    BOOST_TEST(excluded.exit_code == 0, excluded.text);
    BOOST_TEST(excluded.metric("used") == 10);
}

BOOST_AUTO_TEST_CASE(a_share_is_of_each_namespaces_own_range)
{
    const Inhabited large(with_connections(50, {40000, 40999}));
    const Inhabited small(with_connections(10, {40000, 40011}));
    const lab::Report report = lab::report_of(watching({&large, &small}));
    BOOST_TEST(report.exit_code == 1, report.text);
    BOOST_TEST(report.metric("range_size") == 12);
    BOOST_TEST(report.metric("left") == 2);
}

BOOST_AUTO_TEST_CASE(a_namespace_with_few_sockets_is_not_walked_and_bounded_by_their_number)
{
    std::vector<std::unique_ptr<Inhabited>> idle;
    std::vector<const Inhabited*> all;
    for (int i = 0; i < 12; ++i) {
        idle.push_back(std::make_unique<Inhabited>(with_connections(1, {40000, 40999})));
        all.push_back(idle.back().get());
    }
    const lab::Report report = lab::report_of(watching(all));
    BOOST_TEST(report.exit_code == 0, report.text);
    BOOST_TEST(report.metric("namespaces") == 12);
    BOOST_TEST(report.metric("walked") == 8);
    BOOST_TEST(report.metric("used") == 1);
    BOOST_TEST(report.metric("usage_most") > report.metric("usage"));
    BOOST_TEST(report.says("4 of 12 namespaces were not walked"), report.text);

    // With a threshold that they could pass, all are.
    BOOST_TEST(lab::report_of(watching(all, {"-w", "0.2"})).metric("walked") == 12);
}

BOOST_AUTO_TEST_CASE(a_namespace_that_only_a_mount_keeps_is_found_by_its_name,
                     *lab::needs({lab::Feature::local_port_range}))
{
    auto inhabited = std::make_unique<Inhabited>([](const std::function<void()>& stay) {
        const lab::Namespace network(usual_range);
        lab::set_sysctl("tcp_tw_reuse", "0");
        const lab::FileDescriptor listener = lab::listening(lab::at("127.0.0.1", 5432));
        lab::churn(50, lab::at("127.0.0.1", 5432), listener);
        stay();
    });
    const std::string path = fmt::format("/proc/{}/ns/net", inhabited->process());
    const lab::Confinement mount_it = [&] {
        lab::check(unshare(CLONE_NEWNS) == 0, "unshare(CLONE_NEWNS)");
        lab::check(mount(nullptr, "/proc", nullptr, MS_PRIVATE, nullptr) == 0, "private /proc");
        // A file of /proc is there on every host, and this mount of ours alone changes it.
        lab::check(mount(path.c_str(), "/proc/version", nullptr, MS_BIND, nullptr) == 0, "bind");
        kill(inhabited->process(), SIGKILL);
        lab::await([&] { return access(path.c_str(), F_OK) != 0; }, "the process's end");
    };
    const lab::Report report = lab::report_of({program, "--namespace=netns version"}, {mount_it});
    BOOST_TEST(report.exit_code == 1, report.text);
    BOOST_TEST(report.metric("used") == 50);
    BOOST_TEST(report.says("14 of 64 ports left in netns version from 127.0.0.1"), report.text);
}

BOOST_AUTO_TEST_CASE(the_table_of_sockets_is_walked_once_for_each_namespace_that_matters)
{
    const Inhabited calm(with_connections(10));
    const Inhabited busy(with_connections(50));
    BOOST_TEST(lab::trace_calls(watching({&calm, &busy})).dumps == 1);
    BOOST_TEST(lab::trace_calls(watching({&busy}, {"-w", "5"})).dumps == 1);
}

BOOST_AUTO_TEST_CASE(a_namespace_whose_loopback_is_down_is_ok)
{
    const Inhabited down([](const std::function<void()>& stay) {
        lab::check(unshare(CLONE_NEWNET) == 0, "unshare(CLONE_NEWNET)");
        stay();
    });
    const lab::Report report = lab::report_of(watching({&down}));
    BOOST_TEST(report.exit_code == 0, report.text);
    BOOST_TEST(report.metric("left") == 28232);
    BOOST_TEST(report.says("to any destination, no outgoing connection"), report.text);
}

BOOST_AUTO_TEST_CASE(a_namespace_of_another_user_namespace_is_looked_into)
{
    const Inhabited rootless([](const std::function<void()>& stay) {
        lab::check(unshare(CLONE_NEWUSER) == 0, "unshare(CLONE_NEWUSER)");
        const lab::Namespace network({40000, 40063});
        const lab::FileDescriptor listener = lab::listening(lab::at("127.0.0.1", 5432));
        const auto clients = lab::connected_times(50, lab::at("127.0.0.1", 5432));
        stay();
    });
    const lab::Report report = lab::report_of(watching({&rootless}));
    BOOST_TEST(report.exit_code == 1, report.text);
    BOOST_TEST(report.metric("used") == 50);
    BOOST_TEST(report.metric("range_size") == 64);
}

BOOST_AUTO_TEST_CASE(a_namespace_that_is_gone_meanwhile_is_not_taken_for_another)
{
    const Inhabited other(with_connections(1));
    const std::string path = fmt::format("/proc/{}/ns/net", other.process());
    const auto ends_as = [](kernel::Entry entry, std::uint64_t number, const std::string& path) {
        return lab::holds_in_a_child([&] {
            return kernel::enter({number, path, {}, {}, false}) == entry;
        });
    };
    // The process's number is another one's now; the process or the mount is gone; or all is well.
    BOOST_TEST(ends_as(kernel::Entry::gone, other.number() + 1, path));
    BOOST_TEST(ends_as(kernel::Entry::gone, other.number(), "/proc/no-such-process/ns/net"));
    BOOST_TEST(ends_as(kernel::Entry::gone, other.number(), "/proc/version"));
    BOOST_TEST(ends_as(kernel::Entry::refused, 0, ""));
    BOOST_TEST(ends_as(kernel::Entry::entered, other.number(), path));
}

BOOST_AUTO_TEST_CASE(unknown_for_nobody_if_one_that_is_refused_has_a_socket)
{
    const Inhabited busy(with_connections(50));
    const lab::Report report = lab::report_of({program}, {lab::become_nobody});
    BOOST_TEST(report.exit_code == 3, report.text);
    BOOST_TEST(report.metric("unseen") >= 1);
    BOOST_TEST(report.metric("walked") == 1); // its own
    BOOST_TEST(report.says("may not be looked into"), report.text);
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
    const lab::Report report = lab::report_of(watching({&busy}), {keep_two_capabilities});
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
        kernel::keep_namespace_privileges();
        const auto in_effect = [] { return own_capabilities()[0].effective; };
        const bool none = in_effect() == 0;
        bool raised = false;
        {
            const kernel::RaisedPrivileges privileges;
            raised = in_effect() == both;
        }
        const bool is_nobody =
            geteuid() != 0 && open(path.c_str(), O_RDONLY | O_CLOEXEC) < 0 && setuid(0) != 0;
        unlink(path.c_str());
        return none && raised && in_effect() == 0 && own_capabilities()[0].permitted == both &&
               own_capabilities()[1].permitted == 0 && is_nobody == has_users;
    }));
}

BOOST_AUTO_TEST_CASE(unknown_if_no_namespace_has_the_name)
{
    const lab::Output output = lab::run({program, "--namespace=no such name"});
    BOOST_TEST(output.exit_code == 3);
    BOOST_TEST(output.text.find("no network namespace has a name or number given by") !=
               std::string::npos);
    BOOST_TEST(output.error.empty());
}

BOOST_AUTO_TEST_CASE(ok_if_all_are_left_out_as_there_are_no_others)
{
    const lab::Report report = lab::report_of({program, "--exclude=*"});
    BOOST_TEST(report.exit_code == 0, report.text);
    BOOST_TEST(report.metric("namespaces") == 0);
    BOOST_TEST(!report.has("usage"));
}

/// Random mixes, each in a namespace of its own, all at once.
BOOST_AUTO_TEST_CASE(in_random_mixes_every_row_is_what_the_kernel_gives_in_its_namespace)
{
    constexpr int count = 6;
    const std::uint32_t seed = std::random_device()();
    BOOST_TEST_MESSAGE("SEED=" << seed);
    std::vector<std::unique_ptr<Inhabited>> inhabited;
    std::vector<const Inhabited*> all;
    for (std::uint32_t i = 0; i < count; ++i) {
        inhabited.push_back(std::make_unique<Inhabited>([=](const std::function<void()>& stay) {
            const lab::Mix mix(seed + i);
            lab::settle(mix.range());
            stay();
        }));
        all.push_back(inhabited.back().get());
    }
    double worst = 0;
    for (std::uint32_t i = 0; i < count; ++i) {
        BOOST_TEST_INFO_SCOPE("SEED=" << seed + i);
        const lab::Report report = lab::report_of(watching({all[i]}));
        BOOST_TEST_INFO_SCOPE(report.text);
        worst = std::max(worst, report.metric("usage"));
        const auto& row = report.rows("namespaces").at(0);
        BOOST_TEST(row.at("number") == std::to_string(all[i]->number()));

        const lab::Report ports =
            lab::report_of({"plugins/check_ephemeral_ports", "--top=1"}, {all[i]->inside()});
        BOOST_TEST(report.exit_code == ports.exit_code);
        for (const char* const label : {"usage", "used", "left", "range_size"})
            BOOST_TEST(report.metric(label) == ports.metric(label));
        if (!row.contains("destination"))
            continue;
        const auto& tuple = ports.rows("tuples").at(0);
        BOOST_TEST(tuple.at("destination") == row.at("destination"));
        BOOST_TEST(lab::holds_in_a_child([&] {
            all[i]->inside()();
            return lab::left_in(row).contain(lab::given_to_tuple(tuple, own_range()));
        }));
    }
    BOOST_TEST(lab::report_of(watching(all)).metric("usage") == worst);
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace
