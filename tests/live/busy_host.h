// A host on which the checks find something of everything that they know.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "tests/live/cgroup.h"
#include "tests/live/inhabited.h"
#include "tests/live/lab.h"

namespace lab {

/// Sockets of all kinds in this namespace, some of them a service's; NAT; and another namespace.
class BusyHost {
public:
    BusyHost();

    /// Why it lacks NAT, or services; empty if it has them.
    [[nodiscard]] const std::string& lack_of_nat() const { return lack_of_nat_; }
    [[nodiscard]] const std::string& lack_of_services() const { return lack_of_services_; }

private:
    void add_service();

    std::string lack_of_nat_;
    std::string lack_of_services_;
    Namespace network_;
    FileDescriptor listener_ = listening(at("0.0.0.0", 5432));
    FileDescriptor listener6_ = listening(at("::1", 5433));
    FileDescriptor inside_ = listening(at("127.0.0.1", 40060));
    FileDescriptor datagrams_ = sent_once(at("127.0.0.1", 53));
    std::vector<FileDescriptor> plain_ = connected_times(10, at("127.0.0.1", 5432));
    std::vector<FileDescriptor> bound_first_ =
        connected_times(10, at("127.0.0.2", 5432), {.bind = at("127.0.0.1", 0)});
    std::vector<FileDescriptor> ipv6_ = connected_times(3, at("::1", 5433));
    std::optional<Cgroup> cgroup_;
    std::unique_ptr<Inhabited> service_; ///< gone before its cgroup
    Inhabited other_{with_connections(50)};
};

} // namespace lab
