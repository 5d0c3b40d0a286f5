// The option `--reader`, which every check that reads sockets has, and what `-v` tells of it.
#pragma once

#include "common/plugin/options.h"
#include "common/sockets/reader.h"

namespace checks {

inline plugin::Option reader_option(sockets::Reader& target)
{
    return plugin::choice_option(
        "reader", "read the sockets by netlink, or from /proc/net; auto takes the first that works",
        plugin::Choices<sockets::Reader>{{"auto", sockets::Reader::automatic},
                                         {"sock_diag", sockets::Reader::sock_diag},
                                         {"procfs", sockets::Reader::procfs}},
        target);
}

inline std::string tell_reader(const sockets::Reading& reading)
{
    if (reading.reader == sockets::Reader::sock_diag)
        return "Sockets read by sock_diag.";
    if (reading.reader == sockets::Reader::capture)
        return "Sockets read from the capture.";
    return "Sockets read from /proc/net" +
           (reading.reason.empty() ? "." : ": " + reading.reason + ".");
}

} // namespace checks
