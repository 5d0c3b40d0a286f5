// What the checks say is left against what the kernel gives, found by filling up.
//
// A check may say one number, which has to be exact, or two ends, between which the truth has to
// lie. Anything else is wrong: an error of the test. How often each was the case stands in the last
// lines of the program's output, for connect(), bind() and UDP.
#pragma once

#include "common/net/port_set.h"

namespace truth {

/// Every row of check_ephemeral_ports, in each way in which it can look, and of
/// check_ephemeral_binds, on this namespace, whose range that is.
void compare_everything(net::PortRange range);

} // namespace truth
