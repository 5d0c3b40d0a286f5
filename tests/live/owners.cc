// Whose sockets they are: services in cgroups of their own, as systemd makes them.
#include <chrono>
#include <deque>
#include <optional>
#include <string>
#include <thread>
#include <utility>

#include <boost/test/unit_test.hpp>

#include "tests/live/cgroup.h"
#include "tests/live/inhabited.h"
#include "tests/live/lab.h"
#include "tests/live/report.h"

namespace {

const std::string ports = "plugins/check_ephemeral_ports";
const std::string binds = "plugins/check_ephemeral_binds";
const std::string services = "plugins/check_ephemeral_range";
const lab::Endpoint server = lab::at("127.0.0.1", 5432);

/// What `live` makes, it makes in a process in `cgroup`, in the namespace of the test.
lab::Inhabited::Life in(const lab::Cgroup& cgroup, const std::function<void()>& live)
{
    return [&cgroup, live](const std::function<void()>& stay) {
        cgroup.join();
        live();
        stay();
    };
}

/// One service keeps many connections open, another opens and closes them.
struct PoolAndChurn {
    lab::Namespace network;
    lab::FileDescriptor listener = lab::listening(lab::at("0.0.0.0", server.port));
    lab::Cgroup pool = lab::Cgroup("pool.service");
    lab::Cgroup churn = lab::Cgroup("churn.service");

    /// Before others are made, so that an accepted one is theirs.
    [[nodiscard]] std::vector<lab::FileDescriptor> accept(std::size_t connections) const
    {
        std::vector<lab::FileDescriptor> accepted;
        for (std::size_t i = 0; i < connections; ++i)
            accepted.push_back(lab::accepted(listener));
        return accepted;
    }

    /// Five connections or more are open at any time, each for half a second, so that even two
    /// looks see some that close.
    void keep_closing() const
    {
        constexpr std::size_t most_open = 5;
        constexpr std::chrono::milliseconds pause(100);
        std::deque<std::pair<lab::FileDescriptor, lab::FileDescriptor>> open;
        while (true) {
            lab::FileDescriptor client = lab::connected(server);
            open.emplace_back(std::move(client), lab::accepted(listener));
            std::this_thread::sleep_for(pause);
            if (open.size() > most_open) {
                lab::close_both(open.front().first, open.front().second);
                open.pop_front();
            }
        }
    }

    std::vector<lab::FileDescriptor> kept; ///< by the process that opened them
    [[nodiscard]] lab::Inhabited::Life keep(const lab::Cgroup& cgroup, std::size_t connections)
    {
        return in(cgroup, [=, this] { kept = lab::connected_times(connections, server); });
    }
};

std::string owners_of(const lab::Report& report)
{
    return report.tuple("127.0.0.1", "127.0.0.1:5432").value("live_owners", "");
}

BOOST_AUTO_TEST_SUITE(owners, *boost::unit_test::precondition(lab::can_make_cgroups))

BOOST_FIXTURE_TEST_CASE(a_tuple_that_is_nearly_full_names_its_owners_and_the_main_one, PoolAndChurn)
{
    const lab::Inhabited pooling(keep(pool, 50));
    const lab::Inhabited churning(keep(churn, 4));
    const lab::Report report = lab::report_of({ports});
    BOOST_TEST(owners_of(report) == "pool.service (live_tests) 50, churn.service (live_tests) 4");
    BOOST_TEST(report.says("pool.service (live_tests) has 50"));
    BOOST_TEST(report.rows("owners").size() == 2);
    BOOST_TEST(report.rows("owners").at(0).at("kind") == "unit");
    BOOST_TEST(report.rows("owners").at(0).at("owner") == "pool.service");
    BOOST_TEST(report.rows("owners").at(0).at("sockets") == 50);
    BOOST_TEST(!report.says("TIME_WAIT has no owner"));
}

BOOST_FIXTURE_TEST_CASE(while_all_is_well_owners_are_named_only_if_they_are_asked_for, PoolAndChurn)
{
    const lab::Inhabited pooling(keep(pool, 5));
    const lab::Report unasked = lab::report_of({ports});
    BOOST_TEST(owners_of(unasked).empty());
    BOOST_TEST(unasked.rows("owners").empty());
    BOOST_TEST(owners_of(lab::report_of({ports, "--who"})) == "pool.service (live_tests) 5");
}

BOOST_FIXTURE_TEST_CASE(a_service_with_few_live_connections_is_not_accused_of_the_time_waits,
                        PoolAndChurn)
{
    lab::set_sysctl("tcp_tw_reuse", "0"); // a slow machine would close for longer than a second
    const lab::Inhabited pooling(keep(pool, 10));
    const auto accepted = accept(10);
    lab::churn(50, server, listener);
    const lab::Report report = lab::report_of({ports, "--time-wait=count"});
    BOOST_TEST(owners_of(report) == "pool.service (live_tests) 10");
    BOOST_TEST(!report.says("pool.service (live_tests) has"));
    BOOST_TEST(report.says("TIME_WAIT has no owner any more"));
}

BOOST_FIXTURE_TEST_CASE(whoever_closes_is_seen_at_it_if_owners_are_asked_for, PoolAndChurn)
{
    const lab::Inhabited pooling(keep(pool, 10));
    const auto accepted = accept(10);
    const lab::Inhabited churning([this](const std::function<void()>& stay) {
        churn.join();
        std::thread([this] { keep_closing(); }).detach();
        stay();
    });
    const lab::Report report = lab::report_of({ports, "--who"});
    BOOST_TEST(report.says("were seen open before: churn.service (live_tests)"), report.text);
    BOOST_TEST(!report.says("before: pool.service"), report.text);
}

BOOST_FIXTURE_TEST_CASE(nothing_is_said_of_live_owners_where_there_are_none, PoolAndChurn)
{
    lab::set_sysctl("tcp_tw_reuse", "0");
    lab::churn(50, server, listener);
    const lab::Report report = lab::report_of({ports});
    BOOST_TEST(report.exit_code == 1);
    BOOST_TEST(owners_of(report).empty());
    BOOST_TEST(!report.says("live owners"), report.words());
}

BOOST_FIXTURE_TEST_CASE(owners_need_no_privilege, PoolAndChurn)
{
    const lab::Inhabited pooling(keep(pool, 50));
    BOOST_TEST(owners_of(lab::report_of({ports}, {lab::become_nobody})) ==
               "pool.service (live_tests) 50");
}

BOOST_FIXTURE_TEST_CASE(an_owner_whose_cgroup_is_removed_is_told_by_the_user, PoolAndChurn)
{
    // A service that hands its socket over and ends.
    const lab::Cgroup elsewhere("elsewhere.service");
    std::optional<lab::Cgroup> ended(std::in_place, "ended.service");
    const lab::Inhabited process([&](const std::function<void()>& stay) {
        ended->join();
        kept = lab::connected_times(50, server);
        elsewhere.join();
        stay();
    });
    BOOST_TEST(owners_of(lab::report_of({ports})) == "ended.service 50");
    ended.reset();
    const lab::Report report = lab::report_of({ports});
    BOOST_TEST(owners_of(report) == "uid 0 50");
    BOOST_TEST(report.says("a cgroup that was removed"));
}

BOOST_FIXTURE_TEST_CASE(in_a_container_its_own_sockets_are_told_from_those_outside, PoolAndChurn)
{
    const lab::Inhabited pooling(keep(pool, 50));
    const lab::Inhabited churning(keep(churn, 4));
    const lab::Report report =
        lab::report_of({ports}, {[this] { pool.join(); }, lab::enter_cgroup_namespace});
    BOOST_TEST(owners_of(report).starts_with("container of this check ("), report.text);
    BOOST_TEST(owners_of(report).ends_with(") 50, uid 0 4"), report.text);
    BOOST_TEST(report.says("is outside this container"));
}

BOOST_FIXTURE_TEST_CASE(the_answer_is_the_same_if_the_cgroups_cannot_be_read, PoolAndChurn)
{
    const lab::Inhabited pooling(keep(pool, 50));
    const lab::Report report = lab::report_of({ports}, {lab::hide_cgroups});
    BOOST_TEST(report.exit_code == 1);
    BOOST_TEST(report.metric("used") == 50);
    BOOST_TEST(owners_of(report) == "uid 0 50");
}

BOOST_FIXTURE_TEST_CASE(proc_shows_the_user_alone_and_it_is_said, PoolAndChurn)
{
    const lab::Inhabited pooling(keep(pool, 50));
    const lab::Report report = lab::report_of({ports, "--reader=procfs"});
    BOOST_TEST(owners_of(report) == "uid 0 50");
    BOOST_TEST(report.says("Owners are named by their user (uid)"));
}

BOOST_FIXTURE_TEST_CASE(bind_names_who_has_the_ports_that_it_misses, PoolAndChurn)
{
    const lab::Inhabited pooling(keep(pool, 50));
    const lab::Inhabited churning(in(churn, [this] {
        kept = lab::connected_times(4, server, {.bind = lab::at("10.9.0.1", 0)});
    }));
    const lab::Report report = lab::report_of({binds, "--protocol=tcp"});
    const auto owners_at = [&](const std::string& address) {
        for (const auto& row : report.rows("addresses")) {
            if (row.at("address") == address)
                return row.value("live_owners", "");
        }
        return std::string("no row");
    };
    BOOST_TEST(owners_at("::") == "pool.service (live_tests) 50, churn.service (live_tests) 4");
    BOOST_TEST(owners_at("10.9.0.1") == "churn.service (live_tests) 4");
    BOOST_TEST(report.says("pool.service (live_tests) has 50"));
}

BOOST_FIXTURE_TEST_CASE(bind_names_an_owner_that_has_no_room_in_the_first_line_behind_it,
                        PoolAndChurn)
{
    const lab::Cgroup long_named(std::string(190, 'p') + ".service");
    const lab::Inhabited pooling(keep(long_named, 50));
    const lab::Report report = lab::report_of({binds, "--protocol=tcp"});
    BOOST_TEST(report.says(".service (live_tests) has 50."), report.words());
    BOOST_TEST(report.says("The busiest TCP tuple has 50 connections: from 127.0.0.1"),
               report.words());
}

BOOST_FIXTURE_TEST_CASE(what_both_protocols_lack_is_said_once, PoolAndChurn)
{
    const auto client = lab::connected(server);
    const auto datagrams = lab::sent_once(lab::at("127.0.0.1", 53));
    const std::string words = lab::report_of({binds, "--who", "--reader=procfs"}).words();
    const std::size_t first = words.find("Owners are named by their user");
    BOOST_TEST(first != std::string::npos, words);
    BOOST_TEST(words.rfind("Owners are named by their user") == first, words);
}

BOOST_FIXTURE_TEST_CASE(a_service_inside_the_range_is_named, PoolAndChurn)
{
    const lab::Inhabited listening(
        in(pool, [this] { kept.push_back(lab::listening(lab::at("0.0.0.0", 40010))); }));
    const lab::Report report = lab::report_of({services, "--services-warning=0"});
    BOOST_TEST(report.rows("services").at(0).at("live_owners") == "pool.service (live_tests) 1");
    BOOST_TEST(report.rows("owners").at(0).at("service") == "TCP 0.0.0.0:40010");
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace
