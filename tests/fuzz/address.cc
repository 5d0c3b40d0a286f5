// net::Address, net::Endpoint and net::Subnet::parse(): whatever names hosts, in options and
// captures.
#include <arpa/inet.h>
#include <array>
#include <stdexcept>

#include "common/net/endpoint.h"
#include "common/net/subnet.h"
#include "tests/fuzz/target.h"

namespace {

using fuzz::promise;

/// The C library's opinion.
bool is_numeric(const std::string& text)
{
    std::array<unsigned char, sizeof(in6_addr)> address{};
    return text.find('\0') == std::string::npos &&
           (inet_pton(AF_INET, text.c_str(), address.data()) == 1 ||
            inet_pton(AF_INET6, text.c_str(), address.data()) == 1);
}

void test_address(std::string_view text)
{
    const bool numeric = is_numeric(std::string(text));
    try {
        const net::Address address = net::Address::parse(text);
        promise(numeric);
        promise(net::Address::parse(address.text()) == address);
    } catch (const std::invalid_argument&) {
        promise(!numeric);
    }
}

void test_endpoint(std::string_view text)
{
    try {
        const net::Endpoint endpoint = net::Endpoint::parse(text);
        const net::Endpoint again = net::Endpoint::parse(endpoint.text());
        promise(endpoint.port != 0);
        promise(again.address == endpoint.address && again.port == endpoint.port);
    } catch (const std::invalid_argument&) {
    }
}

void test_subnet(std::string_view text)
{
    try {
        const net::Subnet subnet = net::Subnet::parse(text);
        const net::Subnet alone = net::Subnet::parse(subnet.address().text());
        promise(subnet.contains(subnet.address()));
        promise(subnet.contains(subnet) && subnet.contains(alone));
        promise(
            !subnet.contains(subnet.address().is_ipv4() ? net::Address() : net::Address::ipv4(0)));
    } catch (const std::invalid_argument&) {
    }
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    const std::string_view text = fuzz::text_of(data, size);
    test_address(text);
    test_endpoint(text);
    test_subnet(text);
    return 0;
}

std::vector<std::string> fuzz::seeds()
{
    return {"10.0.0.5",       "0.0.0.0",         "::",
            "2001:db8::1",    "::ffff:10.0.0.5", "fe80::1:2:3:4",
            "10.0.0.5:5432",  "[::1]:5432",      "[::ffff:10.0.0.5]:1",
            "10.0.0.0/8",     "2001:db8::/32",   "::ffff:10.0.0.0/104",
            "255.255.255.255"};
}
