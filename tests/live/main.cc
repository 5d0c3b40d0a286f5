// The live tests need network namespaces of their own. If the kernel refuses them, these tests
// are skipped aloud (exit status 77 is the harness's word for that), and in CI they fail.
#include <cstdlib>

#include <boost/test/unit_test.hpp>
#include <fmt/format.h>

#include "tests/live/features.h"
#include "tests/live/lab.h"

int main(int argc, char* argv[])
{
    constexpr int skipped = 77;
    if (!lab::enter()) {
        fmt::print("live tests skipped: this host refuses network namespaces (unshare -Urn)\n");
        return std::getenv("CI") != nullptr ? EXIT_FAILURE : skipped;
    }
    lab::has(lab::Feature::bound_shown); // tried here, while no port is taken
    return boost::unit_test::unit_test_main(
        [] {
            boost::unit_test::framework::master_test_suite().p_name.value = "live";
            return true;
        },
        argc, argv);
}
