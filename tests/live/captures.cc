// A capture, recorded here by the ss of this host, is read as the sockets themselves are.
#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <boost/test/unit_test.hpp>
#include <fmt/format.h>

#include "tests/live/lab.h"
#include "tests/live/report.h"
#include "tests/live/system_call.h"

namespace {

/// A program that finds `text` on its standard input.
lab::Confinement fed_with(const std::string& text)
{
    return [text] {
        const lab::FileDescriptor file(memfd_create("capture", 0));
        lab::check(file.number() >= 0, "memfd_create");
        lab::check(write(file.number(), text.data(), text.size()) ==
                       static_cast<ssize_t>(text.size()),
                   "write");
        lab::check(lseek(file.number(), 0, SEEK_SET) == 0, "lseek");
        lab::check(dup2(file.number(), STDIN_FILENO) == STDIN_FILENO, "dup2");
    };
}

std::string record(const std::string& ss = "cat /proc/net/sockstat*; ss -tuano")
{
    return lab::run({"/bin/sh", "-c",
                     "for setting in ip_local_port_range ip_local_reserved_ports tcp_tw_reuse "
                     "tcp_timestamps tcp_fin_timeout tcp_max_tw_buckets; do "
                     "echo \"net.ipv4.$setting = $(cat /proc/sys/net/ipv4/$setting)\"; done; " +
                         ss})
        .text;
}

/// From a container without ss.
const char* const tables = "cd /proc/net; cat sockstat* tcp tcp6 udp udp6";

lab::Report judge(std::vector<std::string> command, const std::string& capture)
{
    command.emplace_back("--stdin");
    return lab::report_of(command, {fed_with(capture)});
}

/// ss records, and a root of its own, as in tests/kernels, has none.
boost::test_tools::assertion_result has_ss(boost::unit_test::test_unit_id /*test*/)
{
    boost::test_tools::assertion_result found = lab::run({"/bin/sh", "-c", "ss -V"}).exit_code == 0;
    found.message() << "there is no ss here";
    return found;
}

struct BusyHost {
    lab::Namespace network;
    lab::FileDescriptor listener = lab::listening(lab::at("0.0.0.0", 5432));
    lab::FileDescriptor inside = lab::listening(lab::at("127.0.0.1", 40060));
    std::vector<lab::FileDescriptor> connections;
    lab::FileDescriptor datagrams = lab::sent_once(lab::at("127.0.0.1", 53));

    BusyHost()
    {
        lab::set_sysctl("tcp_tw_reuse", "0");
        lab::churn(10, lab::at("127.0.0.1", 5432), listener);
        connections = lab::connected_times(20, lab::at("127.0.0.1", 5432));
        connections.push_back(lab::connected(lab::at("10.9.0.1", 5432)));
    }
};

BOOST_FIXTURE_TEST_SUITE(captures, BusyHost, *boost::unit_test::precondition(has_ss))

BOOST_AUTO_TEST_CASE(ports_are_counted_as_from_the_sockets_and_what_may_be_held_is_in_doubt)
{
    const std::string capture = record();
    const lab::Report live = lab::report_of({"plugins/check_ephemeral_ports"});
    const lab::Report report = judge({"plugins/check_ephemeral_ports"}, capture);
    BOOST_TEST(report.exit_code == live.exit_code, report.text);
    for (const char* const label :
         {"usage", "used", "left", "range_size", "time_wait", "tuples", "sockets"})
        BOOST_TEST(report.metric(label) == live.metric(label), label);
    BOOST_TEST(report.tuple("127.0.0.1", "127.0.0.1:5432").at("time_wait") == 10);
    BOOST_TEST(report.tuple("127.0.0.1", "127.0.0.1:5432").at("established") == 20);
    // Nobody can ask that kernel whether one of the 31 was bound first; none is bound only.
    BOOST_TEST(report.metric("left_least") >= live.metric("left") - 31 - live.metric("held"));
    BOOST_TEST(report.metric("left_least") < report.metric("left"));
    BOOST_TEST(report.says("the kernel could not be asked: the sockets are those of a capture"),
               report.text);
}

BOOST_AUTO_TEST_CASE(what_support_tools_collect_is_read_alike)
{
    const lab::Report live = lab::report_of({"plugins/check_ephemeral_ports"});
    for (const char* const command :
         {"ss -peaonmi", "netstat -W -neopa", "ss -4tano; ss -6tano", tables, "ss -taD -"}) {
        const bool is_here =
            lab::run({"/bin/sh", "-c", fmt::format("{} > /dev/null 2>&1", command)}).exit_code == 0;
        if (!is_here) {
            BOOST_TEST_MESSAGE("SKIPPED: there is no " << command);
            continue;
        }
        const lab::Report report = judge({"plugins/check_ephemeral_ports"}, record(command));
        for (const char* const label : {"used", "left", "time_wait", "tuples", "sockets"})
            BOOST_TEST(report.metric(label) == live.metric(label), command);
    }
}

BOOST_AUTO_TEST_CASE(the_figures_do_not_depend_on_the_host_that_judges)
{
    const std::string capture = record("ss -tano");
    const double left = judge({"plugins/check_ephemeral_ports"}, capture).metric("left");
    const lab::Namespace elsewhere({50000, 50003});
    const lab::Report report = judge({"plugins/check_ephemeral_ports"}, capture);
    BOOST_TEST(report.metric("left") == left);
    BOOST_TEST(report.metric("range_size") == 64);
}

BOOST_AUTO_TEST_CASE(time_waits_are_counted_with_their_ages)
{
    const std::vector<std::string> captures = {record("ss -tano"), record(tables),
                                               record("ss -taD -")};
    const lab::Report live = lab::report_of({"plugins/check_ephemeral_timewait"});
    for (const std::string& capture : captures) {
        const lab::Report report = judge({"plugins/check_ephemeral_timewait"}, capture);
        BOOST_TEST(report.exit_code == 0, report.text);
        for (const char* const label :
             {"time_wait", "time_wait_ephemeral", "worst_time_wait", "range_size"})
            BOOST_TEST(report.metric(label) == live.metric(label), label);
        const auto& ages = report.rows("makers").at(0).at("ages");
        BOOST_TEST(ages.back() == 10, report.text); // closed within the last three seconds
    }
}

BOOST_AUTO_TEST_CASE(services_and_binds_are_found)
{
    const lab::Report live = lab::report_of({"plugins/check_ephemeral_binds"});
    for (const std::string& capture : {record(), record(tables)}) {
        const lab::Report range = judge({"plugins/check_ephemeral_range"}, capture);
        BOOST_TEST(range.says("TCP 127.0.0.1:40060"), range.text);
        BOOST_TEST(range.metric("range_size") == 64);
        const lab::Report binds = judge({"plugins/check_ephemeral_binds"}, capture);
        for (const char* const label :
             {"tcp_usage", "tcp_left", "udp_usage", "udp_left", "range_size"})
            BOOST_TEST(binds.metric(label) == live.metric(label), label);
    }
}

BOOST_AUTO_TEST_CASE(what_is_missing_is_unknown_with_what_adds_it)
{
    const auto sentence = [](const std::string& check, const std::string& capture) {
        const lab::Report report = judge({"plugins/" + check}, capture);
        BOOST_TEST(report.exit_code == 3);
        return report.summary();
    };
    const auto has = [](const std::string& text, const char* part) {
        return text.find(part) != std::string::npos;
    };
    const std::string ports = "check_ephemeral_ports";
    BOOST_TEST(has(sentence(ports, record("ss -tn state established")), "leave \"state\""));
    BOOST_TEST(has(sentence(ports, record("ss -tno")), "no listening socket"));
    BOOST_TEST(has(sentence(ports, record("ss -tan")), "-o"));
    BOOST_TEST(has(sentence(ports, record("ss -ta")), "-n"));
    BOOST_TEST(has(sentence(ports, record() + record()), "twice"));
    BOOST_TEST(has(sentence(ports, lab::run({"/bin/sh", "-c", "ss -tano"}).text), "sysctl"));
    BOOST_TEST(has(sentence("check_ephemeral_binds", record("ss -tano")), "ss -tuano"));
    BOOST_TEST(has(sentence(ports, ""), "empty"));
}

BOOST_AUTO_TEST_CASE(no_word_of_the_capture_is_in_an_error)
{
    const lab::Report report =
        judge({"plugins/check_ephemeral_ports"},
              record() + "ESTAB 0 0 topsecret:1 127.0.0.1:2\nroot:topsecret:19000:0:99999:7:::\n");
    BOOST_TEST(report.exit_code == 3);
    BOOST_TEST(!report.says("topsecret"), report.text);
}

BOOST_AUTO_TEST_CASE(a_reader_is_no_way_to_read_a_capture)
{
    const lab::Report report =
        judge({"plugins/check_ephemeral_ports", "--reader=procfs"}, record());
    BOOST_TEST(report.exit_code == 3);
    BOOST_TEST(report.says("--reader has nothing to read with --stdin"), report.text);
}

BOOST_AUTO_TEST_CASE(owners_that_are_asked_for_are_in_no_capture)
{
    const lab::Report report = judge({"plugins/check_ephemeral_ports", "--who"}, record());
    BOOST_TEST(report.exit_code == 3);
    BOOST_TEST(report.says("--who finds no owners with --stdin"), report.text);
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace
