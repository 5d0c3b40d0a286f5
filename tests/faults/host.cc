#include "tests/faults/host.h"

#include <exception>
#include <functional>
#include <utility>

#include "tests/live/nat_lab.h"
#include "tests/live/system_call.h"

namespace faults {
namespace {

void attempt(const char* what, std::map<std::string, std::string>& lacks,
             const std::function<void()>& act)
{
    try {
        act();
    } catch (const std::exception& error) {
        lacks.emplace(what, error.what());
    }
}

} // namespace

Host::Host(std::map<std::string, std::string>& lacks)
{
    attempt("IPv6", lacks, [&] {
        ipv6.push_back(lab::listening(lab::at("::1", 5433)));
        for (lab::FileDescriptor& socket : lab::connected_times(5, lab::at("::1", 5433)))
            ipv6.push_back(std::move(socket));
    });
    attempt("_nat", lacks, [] {
        lab::Gateway gateway;
        for (std::uint16_t port = 50000; port < 50020; ++port)
            lab::check(gateway.pass({.client = lab::at("10.1.0.2", port),
                                     .destination = lab::at("10.2.0.2", 443),
                                     .nat = net::Address::parse("192.0.2.1"),
                                     .seconds = 86400}) == 0,
                       "an entry of connection tracking");
    });
}

} // namespace faults
