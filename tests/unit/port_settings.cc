// The kernel's settings, in the forms in which it prints them.
#include "common/kernel/port_settings.h"

#include <stdexcept>

#include <boost/test/data/monomorphic.hpp>
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include "tests/unit/fixture.h"

namespace {

using net::parse_port_list;
using net::parse_port_range;
using net::PortRange;
using net::PortSet;
namespace data = boost::unit_test::data;

BOOST_AUTO_TEST_SUITE(port_settings)

BOOST_AUTO_TEST_CASE(range_is_read_as_the_kernel_prints_it)
{
    BOOST_TEST((parse_port_range("32768\t60999\n") == PortRange{32768, 60999}));
    BOOST_TEST((parse_port_range(fixture::read("settings")) == PortRange{40000, 40063}));
}

BOOST_AUTO_TEST_CASE(range_is_read_as_an_administrator_writes_it)
{
    BOOST_TEST((parse_port_range("1 65535") == PortRange{1, 65535}));
    BOOST_TEST((parse_port_range("  5  \t 5  \n") == PortRange{5, 5}));
}

const char* const malformed_ranges[] = {"",     "\n",          "32768", "32768\t", "1 65536",
                                        "-1 5", "60999 32768", "1 2 3", "1-5",     "a b",
                                        "1 5x", "0x1 5",       "1,5",   "+1 5",    "1.0 5"};

BOOST_DATA_TEST_CASE(refused_if_not_a_range_of_ports, data::make(malformed_ranges), text)
{
    BOOST_CHECK_THROW(parse_port_range(text), std::invalid_argument);
}

BOOST_AUTO_TEST_CASE(list_of_reserved_ports_may_be_empty)
{
    BOOST_TEST((parse_port_list("\n") == PortSet()));
    BOOST_TEST((parse_port_list("") == PortSet()));
}

BOOST_AUTO_TEST_CASE(list_holds_ports_and_ranges_in_any_mix)
{
    PortSet expected;
    expected.insert(8080);
    BOOST_TEST((parse_port_list("8080\n") == expected));
    expected.insert(PortRange{9000, 9100});
    BOOST_TEST((parse_port_list("8080,9000-9100\n") == expected));
    expected.insert(0);
    expected.insert(65535);
    BOOST_TEST((parse_port_list("0,8080,9000-9100,65535\n") == expected));
    BOOST_TEST(parse_port_list("0-65535\n").size() == PortSet::all_ports);
    BOOST_TEST(parse_port_list("7-7\n").size() == 1U);
}

BOOST_AUTO_TEST_CASE(list_of_every_second_port_is_read_to_its_end)
{
    std::string text;
    for (int port = 1; port < 65536; port += 2)
        text += std::to_string(port) + ',';
    text.back() = '\n';
    const PortSet ports = parse_port_list(text);
    BOOST_TEST(ports.size() == 32768U);
    BOOST_TEST(ports.contains(65535));
}

const char* const malformed_lists[] = {",",     "1,",  ",1",   "1,,2", "1-",    "-1",   "-",  "5-3",
                                       "65536", "1 2", "1, 2", "a",    "1-2-3", "1\n2", "1;2"};

BOOST_DATA_TEST_CASE(refused_if_not_a_list_of_ports, data::make(malformed_lists), text)
{
    BOOST_CHECK_THROW(parse_port_list(text), std::invalid_argument);
}

BOOST_AUTO_TEST_CASE(usable_is_the_range_without_the_reserved_ports_inside_it)
{
    kernel::PortSettings settings;
    settings.range = {40000, 40063};
    BOOST_TEST(settings.usable().size() == 64U);
    settings.reserved = parse_port_list("8080,39990-40003,40063-50000");
    const PortSet usable = settings.usable();
    BOOST_TEST(usable.size() == 59U);
    BOOST_TEST(!usable.contains(40003));
    BOOST_TEST(usable.contains(40004));
    BOOST_TEST(usable.contains(40062));
    BOOST_TEST(!usable.contains(8080));
}

/// What the search of a TCP socket finds in [low, high].
PortSet found_by_tcp(std::uint16_t low, std::uint16_t high, const char* reserved = "")
{
    kernel::PortSettings settings;
    settings.range = {low, high};
    settings.reserved = parse_port_list(reserved);
    return settings.found_by_tcp();
}

BOOST_AUTO_TEST_CASE(first_port_of_an_odd_range_is_not_found_by_tcp)
{
    BOOST_TEST((found_by_tcp(40000, 40063) == parse_port_list("40000-40063")));
    BOOST_TEST((found_by_tcp(40000, 40062) == parse_port_list("40001-40062")));
    BOOST_TEST((found_by_tcp(40001, 40063) == parse_port_list("40002-40063")));
    BOOST_TEST((found_by_tcp(40000, 40062, "40001") == parse_port_list("40002-40062")));
    BOOST_TEST((found_by_tcp(40000, 40062, "40000") == parse_port_list("40001-40062")));
    BOOST_TEST((found_by_tcp(40000, 40000) == parse_port_list("40000")));
    BOOST_TEST((found_by_tcp(1, 65535) == parse_port_list("2-65535")));
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace
