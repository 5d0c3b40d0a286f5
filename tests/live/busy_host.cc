#include "tests/live/busy_host.h"

#include "tests/live/nat_lab.h"
#include "tests/live/system_call.h"

namespace lab {
namespace {

std::string reason_of(const boost::test_tools::assertion_result& can)
{
    const auto why = can.message();
    return can ? std::string() : std::string(why.begin(), why.end());
}

void add_nat()
{
    Gateway gateway;
    for (std::uint16_t port = 50000; port < 50020; ++port)
        check(gateway.pass({.client = at("10.1.0.2", port),
                            .destination = at("10.2.0.2", 443),
                            .nat = net::Address::parse("192.0.2.1")}) == 0,
              "an entry of connection tracking");
}

} // namespace

/// What can be had is tried first: that makes a namespace of its own.
BusyHost::BusyHost()
    : lack_of_nat_(reason_of(can_forge(boost::unit_test::INV_TEST_UNIT_ID))),
      lack_of_services_(reason_of(can_make_cgroups(boost::unit_test::INV_TEST_UNIT_ID)))
{
    churn(5, at("127.0.0.1", 5434), listening(at("0.0.0.0", 5434)));
    if (lack_of_nat_.empty())
        add_nat();
    if (lack_of_services_.empty())
        add_service();
}

void BusyHost::add_service()
{
    cgroup_.emplace("busy.service");
    service_ = std::make_unique<Inhabited>([this](const std::function<void()>& stay) {
        cgroup_->join();
        const FileDescriptor listener = listening(at("127.0.0.1", 0));
        const FileDescriptor datagrams = sent_once(at("127.0.0.1", 53));
        const auto plain = connected_times(5, at("127.0.0.1", 5432));
        const auto bound_first =
            connected_times(5, at("127.0.0.2", 5432), {.bind = at("127.0.0.1", 0)});
        stay();
    });
}

} // namespace lab
