// Which system calls each check makes: those of the list in docs/security.md, and no other. Each
// call of that list is made, too, and by the checks that it names.
//
// Every run is under a seccomp filter of its check's list, which kills it for any other call, and
// is watched by ptrace() meanwhile: so a call that only the loader may make is found, too, if the
// check makes it itself.
#include <algorithm>
#include <filesystem>
#include <fstream>
#include <map>

#include <boost/test/unit_test.hpp>
#include <fmt/format.h>
#include <fmt/ranges.h>

#include "tests/live/apparmor_profile.h"
#include "tests/live/busy_host.h"
#include "tests/live/features.h"
#include "tests/live/lab.h"
#include "tests/live/observed.h"
#include "tests/live/runs.h"
#include "tests/live/system_call_list.h"

namespace {

using Names = std::set<std::string>;

/// The list has the names of other processors' calls, too, but they were only seen on this one.
boost::test_tools::assertion_result can_compare(boost::unit_test::test_unit_id /*test*/)
{
#if defined __x86_64__ && defined __GLIBC__
    boost::test_tools::assertion_result can(!lab::is_sanitized);
    can.message() << "a sanitizer makes calls of its own";
#else
    boost::test_tools::assertion_result can(false);
    can.message() << "the list was only seen on x86-64 with glibc";
#endif
    return can;
}

/// What the checks did in all runs.
struct Sum {
    std::map<std::string, Names> own; ///< by check
    Names startup;
    std::map<std::string, Names> files;
    std::map<std::string, Names> sockets;
    Names written;
    std::vector<std::string> breaches; ///< of the list
    std::size_t runs = 0;
    std::string lack_of_nat;
    std::string lack_of_services;
};

void add(Sum& sum, const lab::CallList& list, const std::vector<lab::Run>& runs)
{
    for (const lab::Run& run : runs) {
        const lab::Observed observed =
            lab::observe(run.command(), lab::allowed_calls(list, run.check), run.confinements);
        const std::string what = fmt::format("{}", fmt::join(run.command(), " "));
        const Names listed = lab::own_calls(list, run.check);
        const std::string lacking =
            fmt::format("which docs/security.md does not list for `{}`", run.check);
        if (observed.exit_code == lab::killed_by_filter)
            sum.breaches.push_back(
                fmt::format("{} was killed for {}, {}", what, observed.last, lacking));
        else if (observed.exit_code > 3)
            sum.breaches.push_back(fmt::format("{} ends with {}", what, observed.exit_code));
        for (const std::string& name : observed.own) {
            if (!listed.contains(name))
                sum.breaches.push_back(fmt::format("{} calls {} itself, {}", what, name, lacking));
        }
        sum.own[run.check].insert(observed.own.begin(), observed.own.end());
        sum.startup.insert(observed.startup.begin(), observed.startup.end());
        sum.files[run.check].insert(observed.files.begin(), observed.files.end());
        sum.sockets[run.check].insert(observed.sockets.begin(), observed.sockets.end());
        sum.written.insert(observed.written.begin(), observed.written.end());
        ++sum.runs;
    }
}

/// All runs, on an idle host, on one that has no port left, and on a busy one.
Sum run_all()
{
    const lab::CallList list = lab::read_call_list();
    Sum sum;
    {
        const lab::Namespace idle;
        add(sum, list, lab::runs_by_options());
    }
    {
        const lab::Namespace full({40000, 40015});
        const auto listener = lab::listening(lab::at("0.0.0.0", 5432));
        const auto bound_first =
            lab::connected_times(16, lab::at("127.0.0.1", 5432), {.bind = lab::at("127.0.0.1", 0)});
        add(sum, list, lab::runs_by_options());
    }
    const lab::BusyHost busy;
    add(sum, list, lab::runs_by_options());
    add(sum, list, lab::runs_in_need());
    add(sum, list, lab::runs_without_privileges());
    lab::set_sysctl("tcp_fastopen", "0"); // a question is asked in another way then
    add(sum, list, lab::runs_by_options());
    sum.lack_of_nat = busy.lack_of_nat();
    sum.lack_of_services = busy.lack_of_services();
    return sum;
}

const Sum& all_runs()
{
    static const Sum sum = run_all();
    return sum;
}

/// Whether this host lets the check come to that call.
bool can_be_reached(const lab::ListedCall& call, const std::string& check, const Sum& sum)
{
    if (check == "nat")
        return sum.lack_of_nat.empty();
    return !call.names.contains("getdents64") || check == "namespaces" ||
           sum.lack_of_services.empty();
}

/// The last is a network namespace, wherever that is mounted.
bool is_the_kernels(const std::string& file)
{
    return file.starts_with("/proc/") || file.starts_with("/sys/fs/cgroup/") ||
           file == "/var/log/containers/" || file.starts_with("net:[");
}

bool is_made(const lab::ListedCall& call, const Names& made)
{
    return std::ranges::any_of(call.names,
                               [&](const std::string& name) { return made.contains(name); });
}

BOOST_AUTO_TEST_SUITE(system_calls, *boost::unit_test::precondition(can_compare))

BOOST_AUTO_TEST_CASE(a_check_is_killed_for_a_call_that_the_list_lacks)
{
    const lab::Namespace network;
    for (const std::string lacking : {"alarm", "write"}) {
        Names allowed = lab::allowed_calls(lab::read_call_list(), "range");
        BOOST_TEST(allowed.erase(lacking) == 1U);
        const lab::Observed observed = lab::observe({"plugins/check_ephemeral_range"}, allowed);
        BOOST_TEST(observed.exit_code == lab::killed_by_filter);
        BOOST_TEST(observed.last == lacking);
    }
}

BOOST_AUTO_TEST_CASE(no_call_is_made_but_those_of_the_list)
{
    BOOST_TEST(all_runs().runs > 300U);
    for (const std::string& breach : all_runs().breaches)
        BOOST_ERROR(breach);
}

BOOST_AUTO_TEST_CASE(each_call_of_the_list_is_made_by_each_check_that_it_names,
                     *lab::needs({lab::Feature::local_port_range, lab::Feature::bound_shown}))
{
    const Sum& sum = all_runs();
    for (const lab::ListedCall& call : lab::read_call_list().own) {
        for (const std::string& check : call.checks)
            BOOST_TEST((check == "all" || sum.own.contains(check)), "no check is named " << check);
        for (const auto& [check, calls] : sum.own) {
            if (!call.is_made_by(check))
                continue;
            const bool made = is_made(call, calls);
            if (!made && !can_be_reached(call, check, sum))
                fmt::print("SKIPPED {} by {}: {}{}\n", *call.names.begin(), check, sum.lack_of_nat,
                           sum.lack_of_services);
            else
                BOOST_TEST(made, "docs/security.md: " << check << " does not call "
                                                      << *call.names.begin()
                                                      << ", so its row does not name it, nor all");
        }
    }
    // The cache of the loader is given back by munmap(); a small system may have none.
    const bool has_cache = std::filesystem::exists("/etc/ld.so.cache");
    for (const lab::ListedCall& call : lab::read_call_list().startup)
        BOOST_TEST((call.others.contains("elsewhere") || is_made(call, sum.startup) ||
                    (!has_cache && call.names.contains("munmap"))),
                   "no startup calls " << *call.names.begin());
}

BOOST_AUTO_TEST_CASE(each_check_that_makes_a_call_is_named_by_the_row_of_that_call,
                     *lab::needs({lab::Feature::local_port_range, lab::Feature::bound_shown}))
{
    const lab::CallList list = lab::read_call_list();
    for (const auto& [check, calls] : all_runs().own) {
        Names listed;
        for (const lab::ListedCall& call : list.own) {
            if (call.is_made_by(check) || call.others.contains(check) || call.checks.empty())
                listed.insert(call.names.begin(), call.names.end());
        }
        for (const std::string& name : calls)
            BOOST_TEST(listed.contains(name), "docs/security.md: " << check << " calls " << name
                                                                   << ", so its row names it");
    }
}

BOOST_AUTO_TEST_CASE(files_are_opened_only_where_the_kernel_tells_of_itself_and_only_to_read)
{
    for (const auto& [check, files] : all_runs().files) {
        for (const std::string& file : files)
            BOOST_TEST((file == "/dev/null" || is_the_kernels(file)), check << " opens " << file);
        BOOST_TEST(!files.empty(), check);
    }
    // In the place of a descriptor that was closed.
    BOOST_TEST(all_runs().written == Names({"/dev/null"}), boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(the_profiles_of_apparmor_let_each_check_open_what_it_opens)
{
    for (const auto& [check, files] : all_runs().files) {
        std::ifstream file("integrations/apparmor/ephemeral-ports");
        if (!file) {
            fmt::print("SKIPPED the profiles of AppArmor: they were not built here\n");
            return;
        }
        const lab::AppArmorProfile profile(file, check);
        for (const std::string& path : files)
            BOOST_TEST((profile.lets_read(path) || path.starts_with("net:[")),
                       check << " may not read " << path);
        BOOST_TEST(profile.lets_write("/dev/null"), check);
        BOOST_TEST(!profile.lets_read("/etc/shadow"), check);
        for (const std::string& socket : all_runs().sockets.at(check))
            BOOST_TEST(profile.lets_make(socket), check << " may not make a socket: " << socket);
    }
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace
