#include "plugins/probe_finding.h"

#include <cerrno>

namespace checks {
namespace {

using Call = kernel::PortRequest::Call;

constexpr ProbeKind tcp_connect = {"search_time",
                                   "TCP connect()",
                                   EADDRNOTAVAIL,
                                   "EADDRNOTAVAIL",
                                   "Cannot assign requested address",
                                   "every port was used by the tuple, or held"};
constexpr ProbeKind udp_connect = {
    "udp_search_time",        "UDP connect()", EAGAIN, "EAGAIN", "Resource temporarily unavailable",
    "every UDP port was used"};
constexpr ProbeKind tcp_bind = {"bind_search_time",
                                "TCP bind()",
                                EADDRINUSE,
                                "EADDRINUSE",
                                "Address already in use",
                                "every port of the address was used"};

} // namespace

const ProbeKind& kind_of(Call call)
{
    switch (call) {
    case Call::udp_connect:
        return udp_connect;
    case Call::tcp_bind:
        return tcp_bind;
    case Call::tcp_connect:
        break;
    }
    return tcp_connect;
}

} // namespace checks
