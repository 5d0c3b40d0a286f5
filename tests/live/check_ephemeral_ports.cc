// check_ephemeral_ports as users run it, against namespaces whose answer is known.
#include <boost/test/unit_test.hpp>

#include "tests/live/lab.h"

namespace {

const std::string program = "plugins/check_ephemeral_ports";
const lab::Endpoint server = lab::at("127.0.0.1", 5432);

struct FortyConnections {
    lab::Namespace network;
    lab::FileDescriptor listener = lab::listening(lab::at("0.0.0.0", server.port));
    std::vector<lab::FileDescriptor> connections = lab::connected_times(40, server);
};

BOOST_FIXTURE_TEST_SUITE(check_ephemeral_ports, FortyConnections)

BOOST_AUTO_TEST_CASE(ok_with_24_of_64_ports_left_after_40_connections)
{
    const lab::Output output = lab::run({program});
    BOOST_TEST(output.exit_code == 0);
    BOOST_TEST(output.text.starts_with("EPHEMERAL PORTS OK - 24 of 64 ports left"));
    BOOST_TEST(lab::perfdata(output, "usage") == "62.5%");
    BOOST_TEST(lab::perfdata(output, "used") == "40");
    BOOST_TEST(lab::perfdata(output, "left") == "24");
    BOOST_TEST(lab::perfdata(output, "range_size") == "64");
    BOOST_TEST(output.error.empty());
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace
