// Checks beside those who use the host: services that start, clients that connect, other checks.
#include <algorithm>
#include <atomic>
#include <cstdlib>
#include <functional>
#include <thread>

#include <boost/test/unit_test.hpp>
#include <fmt/format.h>

#include "common/kernel/oracle.h"
#include "common/kernel/port_settings.h"
#include "common/sockets/reader.h"
#include "tests/live/features.h"
#include "tests/live/lab.h"
#include "tests/live/report.h"
#include "tests/live/time_wait.h"

namespace {

const std::string ports = "plugins/check_ephemeral_ports";
const std::string binds = "plugins/check_ephemeral_binds";
using Sockets = std::vector<lab::FileDescriptor>;
using Clock = std::chrono::steady_clock;

/// A service inside the range that starts anew: it sets SO_REUSEADDR as services do, because
/// connections of its former self are on its port. That is why checks ask about the port.
void check_that_no_bind_is_refused(std::size_t binds_wanted)
{
    const lab::Namespace network;
    const lab::Endpoint service = lab::at("0.0.0.0", 40010);
    Sockets sockets;
    {
        const lab::FileDescriptor former = lab::listening(service);
        for (int i = 0; i < 5; ++i) {
            sockets.push_back(lab::connected(lab::at("127.0.0.1", service.port)));
            sockets.push_back(lab::accepted(former));
        }
    }
    std::size_t refused = 0;
    {
        const lab::Repetition checks({{ports}, {ports, "--reader=procfs"}, {binds}});
        for (std::size_t i = 0; i < binds_wanted; ++i)
            refused += lab::try_bind({.bind = service, .reuse_address = true}) ? 0 : 1;
        BOOST_TEST_MESSAGE(binds_wanted << " binds beside " << checks.runs() << " runs of checks");
        lab::await([&] { return checks.runs() >= 10; }, "ten runs of checks", 60);
    }
    BOOST_TEST(refused == 0U);
}

/// Calls `look` a hundred times; on a slow machine, as often as there is time for, and ten times at
/// least.
void look_often(const std::function<void()>& look)
{
    constexpr int often = 100;
    constexpr int fewest = 10;
    const auto end = Clock::now() + std::chrono::seconds(15);
    int times = 0;
    for (; times < often && (times < fewest || Clock::now() < end); ++times)
        look();
    BOOST_TEST_MESSAGE(times << " reports");
}

BOOST_AUTO_TEST_SUITE(beside_others)

BOOST_AUTO_TEST_CASE(none_of_20000_binds_of_a_service_is_refused_beside_checks_that_ask)
{
    check_that_no_bind_is_refused(20000);
}

BOOST_AUTO_TEST_CASE(checks_at_the_same_time_take_no_question_for_a_connection_or_a_held_port,
                     *lab::needs({lab::Feature::local_port_range}))
{
    const lab::Namespace network;
    const lab::FileDescriptor listener = lab::listening(lab::at("0.0.0.0", 5432));
    Sockets connections = lab::connected_times(30, lab::at("127.0.0.1", 5432));
    for (int i = 0; i < 10; ++i)
        connections.push_back(lab::bound({.bind = lab::at("127.0.0.1", 0)}));
    const lab::Repetition others({{ports}, {ports, "--reader=procfs"}, {binds}});
    look_often([] {
        const lab::Report report = lab::report_of({ports});
        BOOST_TEST(report.metric("tuples") == 1);
        BOOST_TEST(report.metric("sockets") == 30);
        BOOST_TEST(report.metric("held") == 10);
        BOOST_TEST(report.metric("left") == 24);
    });
}

/// A question has ended, now and then, when the kernel writes down the socket that it found.
BOOST_AUTO_TEST_CASE(no_socket_is_bound_in_any_reading_beside_one_who_asks,
                     *lab::needs({lab::Feature::local_port_range}))
{
    const lab::Namespace network;
    const kernel::PortSettings settings = kernel::read_port_settings(kernel::SettingsNeeded::ports);
    std::atomic<bool> done = false;
    std::thread asker([&] {
        while (!done)
            static_cast<void>(kernel::Oracle().held_among(settings.usable()));
    });
    std::size_t bound = 0;
    const auto end = Clock::now() + std::chrono::seconds(3);
    int readings = 0;
    for (; Clock::now() < end; ++readings)
        bound += sockets::take_snapshot(settings, {}).tcp.size();
    BOOST_TEST_MESSAGE(readings << " readings");
    done = true;
    asker.join();
    BOOST_TEST(bound == 0U);
}

/// Opens connections to eight destinations, as many a second as `rate`, and closes the oldest;
/// every tenth binds first.
class Clients {
public:
    explicit Clients(double rate) : thread_([this, rate] { act(rate); }) {}
    ~Clients()
    {
        done_ = true;
        thread_.join();
    }
    Clients(const Clients&) = delete;
    Clients& operator=(const Clients&) = delete;

    [[nodiscard]] std::size_t connections() const { return connections_; }

private:
    void act(double rate)
    {
        const auto start = Clock::now();
        std::vector<std::pair<lab::FileDescriptor, lab::FileDescriptor>> open(200);
        for (std::size_t i = 0; !done_; i = ++connections_) {
            std::this_thread::sleep_until(
                start + std::chrono::duration_cast<Clock::duration>(
                            std::chrono::duration<double>(static_cast<double>(i) / rate)));
            lab::Manner manner;
            if (i % 10 == 0)
                manner.bind = lab::at("127.0.0.1", 0);
            lab::Attempt client =
                lab::try_connect(lab::at(fmt::format("127.0.0.{}", 1 + i % 8), 5432), manner);
            if (!client)
                continue;
            auto& [end, other_end] = open[i % open.size()];
            end.close(); // first, so that this end is left in TIME_WAIT
            end = std::move(client.socket);
            other_end.close();
            other_end = lab::accepted(listener_);
        }
    }

    lab::FileDescriptor listener_ = lab::listening(lab::at("0.0.0.0", 5432));
    std::atomic<bool> done_ = false;
    std::atomic<std::size_t> connections_ = 0;
    std::thread thread_;
};

BOOST_AUTO_TEST_CASE(the_figures_of_reports_add_up_beside_5000_connections_a_second)
{
    const lab::Namespace network({40000, 49999});
    lab::set_sysctl("tcp_max_tw_buckets", "5000");
    const Clients clients(5000);
    const auto start = Clock::now();
    look_often([] {
        const lab::Report report = lab::report_of({ports, "--top=100"});
        const std::string contradiction = lab::find_contradiction(report);
        BOOST_TEST(contradiction.empty(), contradiction);
        BOOST_TEST(report.exit_code < 3);
    });
    BOOST_TEST_MESSAGE(static_cast<double>(clients.connections()) /
                           std::chrono::duration<double>(Clock::now() - start).count()
                       << " connections a second");
}

BOOST_AUTO_TEST_SUITE(slow, *boost::unit_test::label("slow") * boost::unit_test::disabled())

BOOST_AUTO_TEST_CASE(none_of_500000_binds_of_a_service_is_refused_beside_checks_that_ask)
{
    check_that_no_bind_is_refused(500000);
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE_END()

} // namespace
