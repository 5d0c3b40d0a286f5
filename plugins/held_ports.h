// Which ports are held beyond those that the sockets show: whether the kernel is asked, and what it
// said.
#pragma once

#include <cstddef>
#include <string>

#include "common/net/port_set.h"
#include "common/plugin/options.h"

enum class HeldPolicy { where_it_matters, ask, count };

/// The option `--held`.
plugin::Option held_option(HeldPolicy& target);

struct HeldInquiry {
    enum class Outcome {
        needless, ///< the state is OK, whatever the answer
        asked,
        not_asked,  ///< as the user wished
        unavailable ///< though it could have mattered
    };

    Outcome outcome = Outcome::needless;
    net::PortSet held = {}; ///< found by asking
    std::size_t questions = 0;
    std::string obstacle = {}; ///< where unavailable
};

/// Asks which of the `doubtful` ports are held, if `policy` wants it. `matters`: something hangs on
/// the answer.
HeldInquiry inquire_held(const net::PortSet& doubtful, HeldPolicy policy, bool matters);

/// One line of what became of it.
std::string tell_held(const HeldInquiry& inquiry);
