#include "tests/live/filling.h"

#include <cerrno>
#include <string>
#include <system_error>
#include <vector>

#include <fmt/format.h>

namespace filling {
namespace {

/// The namespace's range, narrowed as long as this lives.
class Narrowed {
public:
    explicit Narrowed(net::PortRange range) : before_(lab::read_sysctl(name))
    {
        lab::set_sysctl(name, fmt::format("{} {}", range.low, range.high));
    }
    ~Narrowed() { lab::set_sysctl(name, before_); }
    Narrowed(const Narrowed&) = delete;
    Narrowed& operator=(const Narrowed&) = delete;
    Narrowed(Narrowed&&) = delete;
    Narrowed& operator=(Narrowed&&) = delete;

private:
    static constexpr const char* name = "ip_local_port_range";
    std::string before_;
};

/// Whether `error` says that no port is left: to TCP's connect(), to bind(), to UDP.
bool is_refusal(int error)
{
    return error == EADDRNOTAVAIL || error == EADDRINUSE || error == EAGAIN;
}

template <class Try>
net::PortSet until_refused(net::PortRange range, const Try& attempt)
{
    const Narrowed narrowed(range);
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
    manner.deferred = manner.tcp;
    return until_refused(range, [&] { return lab::try_connect(destination, manner); });
}

net::PortSet bind_until_refused(const net::Address& address, net::PortRange range,
                                lab::Manner manner)
{
    manner.bind = {address, 0};
    return until_refused(range, [&] { return lab::try_bind(manner); });
}

} // namespace filling
