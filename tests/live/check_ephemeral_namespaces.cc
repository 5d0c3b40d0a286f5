// check_ephemeral_namespaces as users run it, beside namespaces that other processes live in.
#include <algorithm>
#include <csignal>
#include <memory>
#include <random>
#include <sched.h>
#include <sys/mount.h>
#include <unistd.h>

#include <boost/test/unit_test.hpp>
#include <fmt/format.h>

#include "common/kernel/network_namespaces.h"
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
using lab::with_connections;

const std::string program = lab::namespaces_check;

net::PortRange own_range()
{
    const std::string range = lab::read_sysctl("ip_local_port_range");
    return {static_cast<std::uint16_t>(std::stoul(range)),
            static_cast<std::uint16_t>(std::stoul(range.substr(range.find('\t'))))};
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
    const lab::Report report = lab::report_of(lab::watching({&calm, &busy}));
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
    const lab::Report report = lab::report_of(lab::watching({&calm}));
    BOOST_TEST(report.exit_code == 0, report.text);
    BOOST_TEST(report.metric("used") == 10);
    const lab::Report excluded =
        lab::report_of(lab::watching({&calm, &busy}, {fmt::format("--exclude={}", busy.number())}));
    BOOST_TEST(excluded.exit_code == 0, excluded.text);
    BOOST_TEST(excluded.metric("used") == 10);
}

BOOST_AUTO_TEST_CASE(a_share_is_of_each_namespaces_own_range)
{
    const Inhabited large(with_connections(50, {40000, 40999}));
    const Inhabited small(with_connections(10, {40000, 40011}));
    const lab::Report report = lab::report_of(lab::watching({&large, &small}));
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
    const lab::Report report = lab::report_of(lab::watching(all));
    BOOST_TEST(report.exit_code == 0, report.text);
    BOOST_TEST(report.metric("namespaces") == 12);
    BOOST_TEST(report.metric("walked") == 8);
    BOOST_TEST(report.metric("used") == 1);
    BOOST_TEST(report.metric("usage_most") > report.metric("usage"));
    BOOST_TEST(report.says("4 of 12 namespaces were not walked"), report.text);

    // With a threshold that they could pass, all are.
    BOOST_TEST(lab::report_of(lab::watching(all, {"-w", "0.2"})).metric("walked") == 12);
}

BOOST_AUTO_TEST_CASE(a_namespace_that_only_a_mount_keeps_is_found_by_its_name,
                     *lab::needs({lab::Feature::local_port_range}))
{
    auto inhabited = std::make_unique<Inhabited>([](const std::function<void()>& stay) {
        const lab::Namespace network({40000, 40063});
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
    BOOST_TEST(lab::trace_calls(lab::watching({&calm, &busy})).dumps == 1);
    BOOST_TEST(lab::trace_calls(lab::watching({&busy}, {"-w", "5"})).dumps == 1);
}

BOOST_AUTO_TEST_CASE(a_namespace_whose_loopback_is_down_is_ok)
{
    const Inhabited down([](const std::function<void()>& stay) {
        lab::check(unshare(CLONE_NEWNET) == 0, "unshare(CLONE_NEWNET)");
        stay();
    });
    const lab::Report report = lab::report_of(lab::watching({&down}));
    BOOST_TEST(report.exit_code == 0, report.text);
    BOOST_TEST(report.metric("left") == 28232);
    BOOST_TEST(report.says("to any destination, no outgoing connection"), report.text);
}

BOOST_AUTO_TEST_CASE(a_namespace_that_is_gone_meanwhile_is_not_taken_for_another)
{
    const Inhabited other(with_connections(1));
    const std::string path = fmt::format("/proc/{}/ns/net", other.process());
    const auto ends_as = [](kernel::Entry entry, std::uint64_t number, const std::string& path) {
        const kernel::NetworkNamespace target = {number, path, {}, {}, false};
        return lab::holds_in_a_child([&] { return kernel::enter(target) == entry; });
    };
    // The process's number is another one's now; the process or the mount is gone; or all is well.
    constexpr std::uint64_t number_of_none = 1; // the next one may be of the test's own namespace
    BOOST_TEST(ends_as(kernel::Entry::gone, number_of_none, path));
    BOOST_TEST(ends_as(kernel::Entry::gone, other.number(), "/proc/no-such-process/ns/net"));
    BOOST_TEST(ends_as(kernel::Entry::gone, other.number(), "/proc/version"));
    BOOST_TEST(ends_as(kernel::Entry::refused, 0, ""));
    BOOST_TEST(ends_as(kernel::Entry::entered, other.number(), path));
}

BOOST_AUTO_TEST_CASE(unknown_if_no_namespace_has_the_name)
{
    const lab::Output output = lab::run({program, "--namespace=no such name"});
    BOOST_TEST(output.exit_code == 3);
    BOOST_TEST(output.text.find("no network namespace has a name or number given with") !=
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
        const lab::Report report = lab::report_of(lab::watching({all[i]}));
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
    BOOST_TEST(lab::report_of(lab::watching(all)).metric("usage") == worst);
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace
