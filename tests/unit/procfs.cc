// The reader of /proc/net, on recorded files and on malformed lines.
#include "common/sockets/procfs.h"

#include <map>
#include <stdexcept>

#include <boost/test/data/monomorphic.hpp>
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include "common/kernel/reader_unavailable.h"
#include "common/net/endpoint.h"
#include "tests/unit/fixture.h"
#include "tests/unit/throws.h"

namespace {

using fixture::TemporaryFile;
using kernel::ReaderUnavailable;
using sockets::Query;
using sockets::Socket;
using sockets::SocketState;
namespace data = boost::unit_test::data;
namespace utf = boost::unit_test;

const std::string heading = "  sl  local_address rem_address   st tx_queue ...\n";
const std::string line = "   0: 0100007F:9C48 0100007F:1538 06 00000000:00000000 03:00001751 "
                         "00000000     0        0 0 3 000000002f11e534";
const Query everything = {{0, 65535}};

std::vector<Socket> read(const std::string& tcp, const std::string& tcp6, const Query& query)
{
    std::vector<Socket> found;
    sockets::read_tcp_files(tcp, tcp6, query,
                            [&](const Socket& socket) { found.push_back(socket); });
    return found;
}

std::vector<Socket> read_recording(const Query& query)
{
    return read(fixture::path("tcp"), fixture::path("tcp6"), query);
}

BOOST_AUTO_TEST_SUITE(procfs)

BOOST_AUTO_TEST_CASE(recorded_files_have_every_socket_of_the_range_that_is_not_only_bound,
                     *utf::precondition(fixture::is_of_our_byte_order))
{
    std::map<std::uint16_t, std::string> found;
    for (const Socket& socket : read_recording({{40000, 40063}}))
        found[socket.local_port] = std::to_string(static_cast<int>(socket.state)) + " " +
                                   net::Endpoint{socket.local_address, socket.local_port}.text() +
                                   " " +
                                   net::Endpoint{socket.remote_address, socket.remote_port}.text();
    const std::map<std::uint16_t, std::string> expected = {
        {40000, "10 0.0.0.0:40000 0.0.0.0:0"},
        {40001, "10 [::]:40001 [::]:0"},
        {40004, "1 127.0.0.1:40004 127.0.0.1:5432"},
        {40005, "1 [::1]:40005 [::1]:5432"},
        {40006, "1 127.0.0.1:40006 127.0.0.1:5432"},
        {40007, "1 127.0.0.1:40007 127.0.0.1:5432"},
        {40008, "6 127.0.0.1:40008 127.0.0.1:5432"},
        {40009, "6 [::1]:40009 [::1]:5432"},
        {40010, "5 127.0.0.1:40010 127.0.0.1:5432"},
        {40011, "5 127.0.0.1:40011 127.0.0.1:5432"},
        {40012, "10 [::]:40012 [::]:0"}};
    BOOST_TEST((found == expected));
}

BOOST_AUTO_TEST_CASE(listeners_of_a_file_come_before_all_its_other_sockets)
{
    bool others = false;
    std::size_t listeners = 0;
    for (const Socket& socket : read(fixture::path("tcp"), "/nonexistent/tcp6", everything)) {
        const bool listens = socket.state == SocketState::listening;
        BOOST_TEST((!listens || !others));
        others = others || !listens;
        listeners += listens ? 1 : 0;
    }
    BOOST_TEST(listeners == 2U);
}

BOOST_AUTO_TEST_CASE(states_that_were_not_asked_for_are_left_out)
{
    BOOST_TEST(read_recording({{40000, 40063}, {SocketState::time_wait}}).size() == 2U);
    BOOST_TEST(read_recording({{40000, 40063}, {SocketState::syn_sent}}).empty());
}

BOOST_AUTO_TEST_CASE(line_gives_its_owner_and_the_time_a_time_wait_has_left)
{
    const Socket closed = sockets::parse_procfs_line(line);
    BOOST_REQUIRE(closed.expires_in.has_value());
    BOOST_TEST(closed.expires_in->count() == 59'690);
    BOOST_TEST(closed.inode == 0U);

    const Socket open = sockets::parse_procfs_line(
        "   4: 0100007F:9C44 0100007F:1538 01 00000000:00000000 02:00000017 00000000  1000        "
        "0 49254 2 000000005675d49c 20 0 0 10 -1");
    BOOST_TEST(!open.expires_in.has_value());
    BOOST_TEST(open.user == 1000U);
    BOOST_TEST(open.inode == 49254U);
}

BOOST_AUTO_TEST_CASE(sockets_of_ipv4_are_read_if_there_is_no_tcp6)
{
    BOOST_TEST(read(fixture::path("tcp"), "/nonexistent/tcp6", everything).size() == 14U);
}

BOOST_AUTO_TEST_CASE(nothing_is_found_in_files_of_a_heading_alone)
{
    const TemporaryFile empty(heading);
    BOOST_TEST(read(empty.path(), empty.path(), everything).empty());
}

BOOST_AUTO_TEST_CASE(last_line_may_lack_its_newline)
{
    const TemporaryFile file(heading + line);
    BOOST_TEST(read(file.path(), "/nonexistent/tcp6", everything).size() == 1U);
}

BOOST_AUTO_TEST_CASE(reader_is_unavailable_without_the_file)
{
    BOOST_CHECK_THROW(read("/nonexistent/tcp", fixture::path("tcp6"), everything),
                      ReaderUnavailable);
}

BOOST_AUTO_TEST_CASE(reader_is_unavailable_if_the_file_lacks_even_its_heading)
{
    const TemporaryFile empty("");
    BOOST_CHECK_THROW(read(empty.path(), fixture::path("tcp6"), everything), ReaderUnavailable);
}

BOOST_AUTO_TEST_CASE(reading_failed_if_only_the_second_file_cannot_be_read)
{
    // Another reader would hand out the sockets of the first one again.
    const TemporaryFile empty("");
    for (const std::string& tcp6 : {empty.path(), std::string("/proc/self")}) {
        try {
            read(fixture::path("tcp"), tcp6, everything);
            BOOST_ERROR("nothing was thrown");
        } catch (const ReaderUnavailable&) {
            BOOST_ERROR("taken for a missing reader");
        } catch (const std::runtime_error& error) {
            BOOST_TEST(holds(error.what(), tcp6));
        }
    }
}

BOOST_AUTO_TEST_CASE(reader_is_unavailable_if_the_file_is_a_directory)
{
    BOOST_CHECK_THROW(read("/proc/self", fixture::path("tcp6"), everything), ReaderUnavailable);
}

BOOST_AUTO_TEST_CASE(malformed_line_is_reported_with_its_number_and_file)
{
    const TemporaryFile file(heading + line + "\n" + line + "\ngarbage\n" + line + "\n");
    const auto error = [&](const std::string& tcp, const std::string& tcp6) {
        return text_of_error<std::runtime_error>([&] { read(tcp, tcp6, everything); });
    };
    const TemporaryFile good(heading);
    BOOST_TEST(holds(error(file.path(), good.path()), "line 4 of " + file.path()));
    BOOST_TEST(holds(error(good.path(), file.path()), "line 4 of " + file.path()));
    BOOST_TEST(!holds(error(file.path(), good.path()), "garbage"));
}

BOOST_AUTO_TEST_CASE(empty_line_is_malformed_too)
{
    const TemporaryFile file(heading + "\n" + line + "\n");
    BOOST_CHECK_THROW(read(file.path(), "/nonexistent/tcp6", everything), std::runtime_error);
}

const char* const malformed[] = {
    "", "   ", "garbage", "   0: 0100007F:9C48",
    // Each field wrong, from the left to the right.
    "   0: 0100007F9C48 0100007F:1538 06 0:0 03:00001751 0 0 0 0",
    "   0: 010000F:9C48 0100007F:1538 06 0:0 03:00001751 0 0 0 0",
    "   0: 010000ZF:9C48 0100007F:1538 06 0:0 03:00001751 0 0 0 0",
    "   0: 0100007F0100007F:9C48 0100007F:1538 06 0:0 03:00001751 0 0 0 0",
    "   0: 0100007F:19C48 0100007F:1538 06 0:0 03:00001751 0 0 0 0",
    "   0: 0100007F: 0100007F:1538 06 0:0 03:00001751 0 0 0 0",
    "   0: 0100007F:9C48 0100007F:x 06 0:0 03:00001751 0 0 0 0",
    "   0: 0100007F:9C48 0100007F:1538 00 0:0 03:00001751 0 0 0 0",
    "   0: 0100007F:9C48 0100007F:1538 0E 0:0 03:00001751 0 0 0 0",
    "   0: 0100007F:9C48 0100007F:1538 106 0:0 03:00001751 0 0 0 0",
    "   0: 0100007F:9C48 0100007F:1538 -1 0:0 03:00001751 0 0 0 0",
    "   0: 0100007F:9C48 0100007F:1538 06 0:0 0300001751 0 0 0 0",
    "   0: 0100007F:9C48 0100007F:1538 06 0:0 03:x 0 0 0 0",
    "   0: 0100007F:9C48 0100007F:1538 06 0:0 03:00001751 0 x 0 0",
    "   0: 0100007F:9C48 0100007F:1538 06 0:0 03:00001751 0 -1 0 0",
    "   0: 0100007F:9C48 0100007F:1538 06 0:0 03:00001751 0 0 0 x",
    "   0: 0100007F:9C48 0100007F:1538 06 0:0 03:00001751 0 0 0"};

BOOST_DATA_TEST_CASE(refused_if_the_kernel_prints_no_such_line, data::make(malformed), text)
{
    BOOST_CHECK_THROW(sockets::parse_procfs_line(text), std::invalid_argument);
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace
