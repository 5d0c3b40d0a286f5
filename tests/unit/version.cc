#include "common/kernel/version.h"

#include <stdexcept>

#include <boost/test/unit_test.hpp>

namespace {

using kernel::parse_version;
using kernel::Version;

BOOST_AUTO_TEST_SUITE(version)

BOOST_AUTO_TEST_CASE(read_from_the_releases_of_distributions)
{
    BOOST_TEST((parse_version("6.8.0-31-generic") == Version{6, 8}));
    BOOST_TEST((parse_version("5.14.0-427.el9.x86_64") == Version{5, 14}));
    BOOST_TEST((parse_version("6.18-rc1") == Version{6, 18}));
}

BOOST_AUTO_TEST_CASE(ordered_by_number_not_by_text)
{
    BOOST_TEST((Version{6, 8} < Version{6, 18}));
    BOOST_TEST((Version{5, 99} < Version{6, 0}));
}

BOOST_AUTO_TEST_CASE(refused_where_it_is_none)
{
    for (const char* release : {"", "6", "six.8", "6.x"})
        BOOST_CHECK_THROW(parse_version(release), std::invalid_argument);
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace
