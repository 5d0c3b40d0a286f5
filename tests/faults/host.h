// What the checks look at while their calls fail.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "tests/live/lab.h"

namespace faults {

/// Sockets of every kind, none of which comes or goes, and connections behind NAT.
struct Host {
    lab::Namespace network;
    lab::FileDescriptor bound_only = lab::bound({.bind = lab::at("127.0.0.1", 40063)});
    lab::FileDescriptor listener = lab::listening(lab::at("0.0.0.0", 5432));
    std::vector<lab::FileDescriptor> plain = lab::connected_times(20, lab::at("127.0.0.1", 5432));
    std::vector<lab::FileDescriptor> bound_first =
        lab::connected_times(10, lab::at("127.0.0.2", 5432), {.bind = lab::at("127.0.0.1", 0)});
    lab::FileDescriptor udp = lab::bound({.tcp = false, .bind = lab::at("0.0.0.0", 0)});

    std::vector<lab::FileDescriptor> ipv6;

    /// What this kernel lacks is added to `lacks`, with the reason.
    explicit Host(std::map<std::string, std::string>& lacks);
};

} // namespace faults
