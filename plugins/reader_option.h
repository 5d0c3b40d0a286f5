// The option `--reader`, which every check that reads sockets has.
#pragma once

#include "common/plugin/options.h"
#include "common/sockets/reader.h"

inline plugin::Option reader_option(sockets::Reader& target)
{
    return plugin::choice_option(
        "reader",
        "read the sockets by netlink, or from /proc/net; auto takes the first that is open",
        plugin::Choices<sockets::Reader>{{"auto", sockets::Reader::automatic},
                                         {"sock_diag", sockets::Reader::sock_diag},
                                         {"procfs", sockets::Reader::procfs}},
        target);
}
