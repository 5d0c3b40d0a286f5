// The kernel's answers to whether connect() takes a TIME_WAIT over.
#include <chrono>
#include <string>
#include <thread>

#include <boost/test/unit_test.hpp>

#include "common/kernel/oracle.h"
#include "tests/live/features.h"
#include "tests/live/lab.h"
#include "tests/live/time_wait.h"

namespace {

const lab::Endpoint server_endpoint = lab::at("127.0.0.1", 5432);
const net::Address loopback = net::Address::parse("127.0.0.1");

/// One TIME_WAIT on port 40010 towards a server.
struct TimeWait {
    lab::Namespace network;
    lab::FileDescriptor server = lab::listening(lab::at("0.0.0.0", 5432));
    static constexpr std::uint16_t port = 40010;

    void leave_time_wait(const std::string& device = {}) const
    {
        lab::churn(1, server_endpoint, server,
                   {.device = device, .ports = net::PortRange{port, port}});
    }
    static bool is_taken_over(std::uint32_t interface = 0)
    {
        return kernel::Oracle().takes_over(loopback, server_endpoint, port, interface);
    }
};

BOOST_AUTO_TEST_SUITE(takeover, *lab::needs({lab::Feature::local_port_range}))

BOOST_FIXTURE_TEST_CASE(a_time_wait_is_taken_over_from_its_second_second, TimeWait)
{
    lab::set_sysctl("tcp_tw_reuse", "1");
    lab::await_new_second();
    leave_time_wait();
    BOOST_TEST(!is_taken_over());
    lab::await([] { return is_taken_over(); }, "a TIME_WAIT that is taken over");
}

BOOST_FIXTURE_TEST_CASE(a_time_wait_is_not_taken_over_without_timestamps_or_reuse, TimeWait)
{
    lab::set_sysctl("tcp_tw_reuse", "0");
    leave_time_wait();
    std::this_thread::sleep_for(std::chrono::milliseconds(2100));
    BOOST_TEST(!is_taken_over());
    lab::set_sysctl("tcp_tw_reuse", "1");
    BOOST_TEST(is_taken_over());

    lab::set_sysctl("tcp_timestamps", "0");
    leave_time_wait();
    std::this_thread::sleep_for(std::chrono::milliseconds(2100));
    BOOST_TEST(!is_taken_over());
}

BOOST_FIXTURE_TEST_CASE(a_tuple_on_a_device_is_asked_about_on_that_device, TimeWait)
{
    constexpr std::uint32_t lo = 1;
    lab::set_sysctl("tcp_tw_reuse", "0");
    leave_time_wait("lo");
    BOOST_TEST(!is_taken_over(lo));
    BOOST_TEST(kernel::Oracle().takes_over(loopback, server_endpoint, port + 1, lo));
    BOOST_CHECK_THROW(is_taken_over(99), kernel::OracleUnavailable);
}

BOOST_FIXTURE_TEST_CASE(a_tuple_that_cannot_be_asked_about_is_said_to_be_so, TimeWait)
{
    const net::Address foreign = net::Address::parse("192.0.2.1");
    kernel::Oracle oracle;
    BOOST_CHECK_EXCEPTION(oracle.takes_over(foreign, server_endpoint, port, 0),
                          kernel::OracleUnavailable, [](const auto& error) {
                              return std::string(error.what()) ==
                                     "192.0.2.1 is not an address of this host";
                          });
    BOOST_CHECK_THROW(oracle.takes_over(loopback, {foreign, 80}, port, 0),
                      kernel::OracleUnavailable);
    BOOST_CHECK_THROW(oracle.takes_over(loopback, lab::at("::1", 80), port, 0),
                      kernel::OracleUnavailable);
    lab::set_sysctl("tcp_fastopen", "0");
    BOOST_CHECK_THROW(is_taken_over(), kernel::OracleUnavailable);
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace
