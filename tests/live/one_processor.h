// Packets that arrive in the order in which they were sent.
//
// What a veth device sends is put into the queue of the processor that sends it (netif_rx()). So a
// FIN from another processor may overtake the last ACK of the handshake. If the server has
// forgotten the connection before that ACK arrives, it answers by RST.
#pragma once

#include <sched.h>

namespace lab {

/// As long as it exists, this thread and what it starts run on one processor.
class OneProcessor {
public:
    OneProcessor();
    ~OneProcessor();
    OneProcessor(const OneProcessor&) = delete;
    OneProcessor& operator=(const OneProcessor&) = delete;
    OneProcessor(OneProcessor&&) = delete;
    OneProcessor& operator=(OneProcessor&&) = delete;

private:
    cpu_set_t before_{};
};

} // namespace lab
