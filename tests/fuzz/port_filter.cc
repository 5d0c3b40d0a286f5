// The filter in a dump's request, which the kernel runs for every socket: made of the ports that
// the settings have. The input is three ports: the range, and one more.
#include <algorithm>
#include <array>
#include <cstring>
#include <netinet/in.h>

#include "common/sockets/dump_request.h"
#include "tests/fuzz/target.h"
#include "tests/port_program.h"

namespace {

using fuzz::promise;
using Ports = std::array<std::uint16_t, 3>;

/// The kernel takes it, and it lets the same ports pass as the query does.
void test_program(const port_program::Program& program, const sockets::Query& query,
                  const Ports& ports)
{
    promise(port_program::is_valid(program));
    for (const int edge : ports) {
        for (const int near : {edge - 1, edge, edge + 1}) {
            const auto port = static_cast<std::uint16_t>(near);
            const bool wanted = query.local_ports.contains(port) ||
                                (query.further_port != 0 && query.further_port == port);
            promise(port_program::passes(program, port) == wanted);
        }
    }
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    Ports ports{};
    if (size < sizeof ports)
        return 0;
    std::memcpy(ports.data(), data, sizeof ports);
    const auto [low, high] = std::minmax(ports[0], ports[1]);
    sockets::Query query = {{low, high}};
    test_program(port_program::filter_of<inet_diag_req_v2>(
                     sockets::make_udp_dump_request(AF_INET, query.local_ports, 1)),
                 query, ports);
    query.further_port = ports[2];
    test_program(port_program::filter_of<inet_diag_req>(sockets::make_tcp_dump_request(query, 1)),
                 query, ports);
    return 0;
}

std::vector<std::string> fuzz::seeds()
{
    using std::string_literals::operator""s;
    return {"\0\x80\xff\xef\0\0"s, "\x40\x9c\x7f\x9c\x39\x05"s, "\x05\0\x05\0\xff\xff"s};
}
