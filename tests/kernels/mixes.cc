// Random mixes of sockets, the same as in the property test (tests/live/property.cc), which asks
// the kernel port by port if it can; here it is always asked until it refuses.
#include <boost/test/unit_test.hpp>

#include "tests/kernels/comparison.h"
#include "tests/live/mix.h"

namespace {

BOOST_AUTO_TEST_SUITE(what_is_left)

BOOST_AUTO_TEST_CASE(of_random_mixes)
{
    lab::for_each_mix(50, truth::compare_everything);
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace
