// What a kernel may lack, and how a test says that it needs it.
//
//     BOOST_AUTO_TEST_CASE(name, *lab::needs({lab::Feature::local_port_range}))
//
// A kernel that lacks it skips the test, aloud. Each feature is tried; the version tells nothing,
// because distributions carry features back. And what cannot be under a sanitizer.
#pragma once

#include <vector>

#include <boost/test/tree/decorator.hpp>

namespace lab {

/// Whether a sanitizer is in this program, and so in the checks that it runs.
#if defined __SANITIZE_ADDRESS__ || defined __SANITIZE_THREAD__
constexpr bool is_sanitized = true;
#else
constexpr bool is_sanitized = false;
#endif

enum class Feature {
    local_port_range, ///< IP_LOCAL_PORT_RANGE: one port can be asked about (Linux 6.3)
    bound_shown,      ///< a dump shows sockets that are bound only (Linux 6.8)
    time_wait_delay   ///< tcp_tw_reuse_delay can be set (Linux 6.14)
};

/// Whether this kernel has it. Tried once.
bool has(Feature feature);

/// For a test that is skipped if any of them is missing.
boost::unit_test::precondition needs(const std::vector<Feature>& features);

} // namespace lab
