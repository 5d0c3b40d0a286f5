#include "tests/kernels/filling.h"

#include <cerrno>
#include <system_error>
#include <vector>

#include <fmt/format.h>

namespace filling {
namespace {

/// The namespace's range, narrowed as long as this lives.
class Narrowed {
public:
    Narrowed(net::PortRange range, bool tcp) : range_(range)
    {
        if (tcp)
            set(lab::searched(range));
    }
    ~Narrowed() { set(range_); }
    Narrowed(const Narrowed&) = delete;
    Narrowed& operator=(const Narrowed&) = delete;
    Narrowed(Narrowed&&) = delete;
    Narrowed& operator=(Narrowed&&) = delete;

private:
    static void set(net::PortRange range)
    {
        lab::set_sysctl("ip_local_port_range", fmt::format("{} {}", range.low, range.high));
    }

    net::PortRange range_;
};

/// Whether `error` says that no port is left: to TCP's connect(), to bind(), to UDP.
bool is_refusal(int error)
{
    return error == EADDRNOTAVAIL || error == EADDRINUSE || error == EAGAIN;
}

template <class Try>
net::PortSet until_refused(const Try& attempt)
{
    net::PortSet given;
    std::vector<lab::FileDescriptor> taken;
    lab::Attempt next = attempt();
    for (; next; next = attempt()) {
        given.insert(lab::local_endpoint(next.socket).port);
        taken.push_back(std::move(next.socket));
    }
    if (!is_refusal(next.error))
        throw std::system_error(next.error, std::generic_category(), "filling up");
    return given;
}

} // namespace

net::PortSet connect_until_refused(const lab::Endpoint& destination, net::PortRange range,
                                   lab::Manner manner)
{
    const Narrowed narrowed(range, manner.tcp);
    manner.deferred = manner.tcp;
    return until_refused([&] { return lab::try_connect(destination, manner); });
}

net::PortSet bind_until_refused(const net::Address& address, net::PortRange range,
                                lab::Manner manner)
{
    const Narrowed narrowed(range, manner.tcp);
    manner.bind = {address, 0};
    return until_refused([&] { return lab::try_bind(manner); });
}

net::PortSet held(net::PortRange range)
{
    net::PortSet usable;
    usable.insert(lab::searched(range));
    usable -= net::parse_port_list(lab::read_sysctl("ip_local_reserved_ports"));
    // A destination that nobody uses, also not the checks' own questions.
    return usable - connect_until_refused(lab::at("127.77.77.77", 9), range);
}

} // namespace filling
