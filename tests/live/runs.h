// Runs of the checks in all the ways in which they go to work: for tests of what they ask of the
// kernel, all in all.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "tests/live/program.h"

namespace lab {

struct Run {
    std::string check; ///< "ports", …
    std::vector<std::string> options;
    std::vector<Confinement> confinements;

    [[nodiscard]] std::vector<std::string> command() const;
};

/// Each check that was built, as it comes.
std::vector<Run> plain_runs();

/// The same, so that it answers on every host: what it may not look into is no matter.
std::vector<Run> runs_that_answer(const std::vector<std::string>& more = {});

/// What a check is asked, beside what its process finds.
std::vector<Run> runs_by_options();

/// Each check by itself on a standard input, output and memory that are in the way.
std::vector<Run> runs_in_need();

/// Of check_ephemeral_namespaces and check_ephemeral_nat, which know privileges.
std::vector<Run> runs_without_privileges();

} // namespace lab
