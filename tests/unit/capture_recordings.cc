// Captures by the ss of several releases, and what the kernel's own dump said of the same sockets
// at the same time: tests/fixtures/record made both.
#include "common/sockets/capture_snapshot.h"

#include <set>

#include <boost/test/data/monomorphic.hpp>
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>
#include <fmt/format.h>
#include <fmt/ranges.h>

#include "common/ports/bind_census.h"
#include "common/sockets/dump_message.h"
#include "plugins/timewait_situation.h"
#include "tests/unit/fixture.h"

namespace {

namespace data = boost::unit_test::data;
namespace utf = boost::unit_test;
using ports::BindCensus;
using ports::BindUsage;
using ports::Protocol;
using sockets::Capture;
using sockets::Snapshot;
using sockets::Socket;
using sockets::SocketState;

/// What a form of capture leaves out.
struct Recording {
    const char* name;
    bool bound = true;            ///< sockets that are bound only
    bool devices = true;          ///< that sockets are bound to
    bool wildcards_v6only = true; ///< whether one on `::` keeps out of IPv4
    bool udp = true;
};

std::ostream& operator<<(std::ostream& stream, const Recording& recording)
{
    return stream << recording.name;
}

// The ss of iproute2 5.10, 6.1 and 6.15, by the name of Debian's suite: 5.10 calls itself 5.9.0.
const Recording recordings[] = {{.name = "ss-bullseye", .bound = false},
                                {.name = "ss-bullseye-details", .bound = false},
                                {.name = "ss-bookworm", .bound = false},
                                {.name = "ss-bookworm-details", .bound = false},
                                {.name = "ss-trixie"},
                                {.name = "ss-trixie-details"},
                                {.name = "ss-bullseye-raw.bin", .bound = false, .udp = false},
                                {.name = "ss-bookworm-raw.bin", .bound = false, .udp = false},
                                {.name = "ss-trixie-raw.bin", .udp = false},
                                {"netstat", false, false, false},
                                {"tables", false, false, false}};

/// The dump as far as the form tells of it.
class LiveReading {
public:
    LiveReading(const Recording& recording, const kernel::PortSettings& settings)
        : recording_(recording), snapshot_(settings)
    {
        for (const auto& datagram : fixture::read_dump())
            sockets::parse_dump(datagram, 1, [&](const Socket& socket) { add_tcp(socket); });
        std::uint32_t sequence = 1; // of IPv4, and 2 of IPv6
        for (const auto& datagram : fixture::read_dump("udp.bin"))
            sequence += sockets::parse_dump(datagram, sequence, [&](const Socket& socket) {
                if (recording_.udp)
                    snapshot_.add_udp(as_captured(socket));
            });
        snapshot_.connections.settle();
    }

    [[nodiscard]] const Snapshot& snapshot() const { return snapshot_; }
    /// The ports of sockets that the form leaves out.
    [[nodiscard]] const net::PortSet& hidden() const { return hidden_; }

private:
    [[nodiscard]] Socket as_captured(Socket socket) const
    {
        if (!recording_.devices)
            socket.device = 0;
        if (!recording_.wildcards_v6only && socket.local_address.is_wildcard())
            socket.ipv6_only.reset();
        return socket;
    }

    void add_tcp(const Socket& socket)
    {
        if (socket.state == SocketState::bound && !recording_.bound)
            hidden_.insert(socket.local_port);
        else
            snapshot_.add_tcp(as_captured(socket));
    }

    Recording recording_;
    Snapshot snapshot_;
    net::PortSet hidden_;
};

std::set<std::string> figures_of_connect(const Snapshot& snapshot)
{
    const ports::Census census(snapshot, ports::find_shown_as_held(snapshot),
                               ports::TimeWaitPolicy::kernel_rule, {});
    std::set<std::string> figures = {
        fmt::format("{} usable, {} held", census.range_size(), census.held().known.size())};
    constexpr std::size_t all = 100;
    for (const ports::TupleUsage& usage : census.first(all, ports::has_fewer_left))
        figures.insert(fmt::format(
            "{} to {}: {} established, {} in TIME_WAIT, {} other, {} reusable, {} held, {} used",
            usage.tuple.source.text(), net::format_destination(usage.tuple), usage.established,
            usage.time_wait, usage.other, usage.reusable, usage.held_by_others, usage.used));
    return figures;
}

std::set<std::string> figures_of_bind(const Snapshot& snapshot)
{
    std::set<std::string> figures;
    for (const Protocol protocol : {Protocol::tcp, Protocol::udp}) {
        for (const BindUsage& usage : BindCensus(snapshot, protocol).by_address())
            figures.insert(fmt::format(
                "{} {}: {} to {} used, {} listening, {} bound, {} connected, {} in TIME_WAIT",
                protocol == Protocol::tcp ? "TCP" : "UDP", usage.address.text(), usage.used,
                usage.used_most, usage.listening, usage.bound, usage.connected, usage.time_wait));
    }
    return figures;
}

std::set<std::string> figures_of_time_wait(const Snapshot& snapshot)
{
    constexpr std::size_t all = 100;
    const checks::Makers makers = checks::find_makers(snapshot, all);
    std::set<std::string> figures = {
        fmt::format("{} in TIME_WAIT, {} in FIN_WAIT2", makers.total.time_wait, makers.fin_wait2)};
    for (const auto& row : makers.rows)
        figures.insert(fmt::format("{} to {}: {} by age {}", row.usage.tuple.source.text(),
                                   net::format_destination(row.usage.tuple), row.usage.time_wait,
                                   row.history.ages()));
    return figures;
}

/// A capture, and the live reading of its sockets.
struct Both {
    std::string text;
    Capture capture;
    kernel::PortSettings settings;
    Snapshot captured;
    LiveReading live;

    explicit Both(const Recording& recording)
        : text(fixture::read(fmt::format("captures/{}", recording.name))),
          capture(sockets::parse_capture(text)),
          settings(sockets::settings_of(capture, kernel::SettingsNeeded::ports_and_time_wait)),
          captured(sockets::take_snapshot(capture, settings, {.udp = recording.udp})),
          live(recording, settings)
    {
    }
};

void compare(const std::set<std::string>& captured, const std::set<std::string>& live)
{
    BOOST_TEST(captured == live, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_SUITE(capture_recordings, *utf::precondition(fixture::is_of_our_byte_order))

BOOST_DATA_TEST_CASE(connect_has_left_what_the_live_reading_says, data::make(recordings), recording)
{
    const Both both(recording);
    BOOST_TEST(figures_of_connect(both.captured).size() >= 3U);
    compare(figures_of_connect(both.captured), figures_of_connect(both.live.snapshot()));
}

BOOST_DATA_TEST_CASE(bind_has_left_what_the_live_reading_says, data::make(recordings), recording)
{
    const Both both(recording);
    compare(figures_of_bind(both.captured), figures_of_bind(both.live.snapshot()));
}

BOOST_DATA_TEST_CASE(time_waits_have_the_ages_of_the_live_reading, data::make(recordings),
                     recording)
{
    const Both both(recording);
    BOOST_CHECK_NO_THROW(sockets::require_ages(both.capture));
    BOOST_TEST(sockets::count_time_wait(both.capture) == 3U);
    compare(figures_of_time_wait(both.captured), figures_of_time_wait(both.live.snapshot()));
}

BOOST_DATA_TEST_CASE(what_a_capture_hides_is_in_doubt, data::make(recordings), recording)
{
    const Both both(recording);
    BOOST_TEST(both.live.hidden().size() == (recording.bound ? 0U : 2U));
    BOOST_TEST(both.captured.hidden_at_most >= both.live.hidden().size());
    if (recording.bound)
        BOOST_TEST(both.captured.hidden_at_most == 0U);
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace
