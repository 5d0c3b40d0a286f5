// The words of a command line told apart: options with their values, and arguments.
//
// By the conventions of getopt_long(3), with two differences. An abbreviated option is unknown,
// because one that works today could mean another tomorrow. And what follows an option that takes a
// value is not a value if it is itself an option of ours: `-w -c 90` lacks a value, while
// `-w -5:10` has one.
//
// Written by hand, in one pass: the time that Boost.Program_options takes grows with the square of
// the number of words, to a minute for 60,000.
#pragma once

#include <string>
#include <vector>

#include "common/plugin/options.h"

namespace plugin {

/// One thing that the user gave.
struct Given {
    const Option* option = nullptr; ///< none for an argument, and for an unknown option
    std::string value;
    std::string mistake; ///< what is wrong with it; empty if nothing is
};

/// All that `words` give, in their order. `options` must outlive it.
std::vector<Given> split(const std::vector<std::string>& words, const std::vector<Option>& options);

} // namespace plugin
