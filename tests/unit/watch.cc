// Which tuples the user wants to hear of, and what leaves none.
#include "common/ports/watch.h"

#include <boost/test/unit_test.hpp>

#include "tests/unit/throws.h"

namespace {

using net::Address;
using net::Subnet;
using net::Tuple;
using ports::Destination;
using ports::Watch;

Tuple tuple(const char* destination, std::uint16_t port, const char* source = "10.0.0.1")
{
    return {Address::parse(source), Address::parse(destination), port};
}

/// What the options say, as lists of what the user writes.
Watch watch(Watch::Family family, const std::vector<const char*>& sources,
            const std::vector<const char*>& destinations = {},
            const std::vector<const char*>& exclusions = {})
{
    Watch watch;
    watch.family = family;
    for (const char* const text : sources)
        watch.sources.push_back(Subnet::parse(text));
    for (const char* const text : destinations)
        watch.destinations.push_back(Destination::parse(text));
    for (const char* const text : exclusions)
        watch.exclusions.push_back(Destination::parse(text));
    return watch;
}

constexpr Watch::Family both = Watch::Family::both;
constexpr Watch::Family ipv4 = Watch::Family::ipv4;
constexpr Watch::Family ipv6 = Watch::Family::ipv6;

/// Empty if there is none.
std::string contradiction(const Watch& watch)
{
    return watch.contradiction().value_or("");
}

BOOST_AUTO_TEST_SUITE(watching)

BOOST_AUTO_TEST_CASE(everything_is_covered_if_nothing_was_said)
{
    BOOST_TEST(Watch().covers_all());
    BOOST_TEST(Watch().covers(tuple("10.0.0.5", 1)));
    BOOST_TEST(Watch().covers(tuple("::1", 1, "::1")));
    BOOST_TEST(contradiction({}) == "");
}

BOOST_AUTO_TEST_CASE(each_option_covers_less_than_all)
{
    BOOST_TEST(!watch(ipv4, {}).covers_all());
    BOOST_TEST(!watch(both, {"10.0.0.1"}).covers_all());
    BOOST_TEST(!watch(both, {}, {"10.0.0.5"}).covers_all());
    BOOST_TEST(!watch(both, {}, {}, {"10.0.0.5"}).covers_all());
}

BOOST_AUTO_TEST_CASE(one_family_is_covered_if_it_was_asked_for)
{
    BOOST_TEST(watch(ipv4, {}).covers(tuple("10.0.0.5", 1)));
    BOOST_TEST(watch(ipv4, {}).covers(tuple("::ffff:10.0.0.5", 1)));
    BOOST_TEST(!watch(ipv4, {}).covers(tuple("::1", 1, "::1")));
    BOOST_TEST(!watch(ipv6, {}).covers(tuple("10.0.0.5", 1)));
    BOOST_TEST(watch(ipv6, {}).covers(tuple("::1", 1, "::1")));
}

BOOST_AUTO_TEST_CASE(tuples_from_any_of_the_sources_are_covered)
{
    const Watch from_two = watch(both, {"10.0.0.1", "192.168.0.0/16"});
    BOOST_TEST(from_two.covers(tuple("10.0.0.5", 1, "10.0.0.1")));
    BOOST_TEST(from_two.covers(tuple("10.0.0.5", 1, "192.168.7.7")));
    BOOST_TEST(!from_two.covers(tuple("10.0.0.5", 1, "10.0.0.2")));
}

BOOST_AUTO_TEST_CASE(tuples_to_any_of_the_destinations_are_covered_but_not_to_an_exclusion)
{
    const Watch to_two = watch(both, {}, {"10.0.0.0/8", "[::1]:80"}, {"10.0.0.5:5432"});
    BOOST_TEST(to_two.covers(tuple("10.0.0.5", 5433)));
    BOOST_TEST(to_two.covers(tuple("::1", 80)));
    BOOST_TEST(!to_two.covers(tuple("::1", 81)));
    BOOST_TEST(!to_two.covers(tuple("10.0.0.5", 5432)));
}

BOOST_AUTO_TEST_CASE(source_and_destination_must_both_fit)
{
    const Watch from_to = watch(both, {"10.0.0.1"}, {"10.0.0.5"});
    BOOST_TEST(from_to.covers(tuple("10.0.0.5", 1, "10.0.0.1")));
    BOOST_TEST(!from_to.covers(tuple("10.0.0.5", 1, "10.0.0.2")));
    BOOST_TEST(!from_to.covers(tuple("10.0.0.6", 1, "10.0.0.1")));
}

BOOST_AUTO_TEST_CASE(a_destination_of_the_other_family_is_a_contradiction)
{
    BOOST_TEST(contradiction(watch(ipv4, {}, {"[::1]"})) ==
               "--destination '[::1]' is left out by --ipv4");
    BOOST_TEST(contradiction(watch(ipv6, {}, {"[::1]", "10.0.0.5"})) ==
               "--destination '10.0.0.5' is left out by --ipv6");
    BOOST_TEST(contradiction(watch(ipv4, {}, {"10.0.0.5", "[::ffff:10.0.0.5]:80"})) == "");
}

BOOST_AUTO_TEST_CASE(a_source_of_the_other_family_is_a_contradiction)
{
    BOOST_TEST(contradiction(watch(ipv6, {"10.0.0.1"})) ==
               "--source '10.0.0.1' is left out by --ipv6");
    BOOST_TEST(contradiction(watch(ipv4, {"::1"})) == "--source '::1' is left out by --ipv4");
    BOOST_TEST(contradiction(watch(ipv6, {"10.0.0.1", "::1"})) == "");
    BOOST_TEST(contradiction(watch(both, {"10.0.0.1"}, {"[::1]:80"})) ==
               "no --source is of the family of --destination '[::1]:80'");
    BOOST_TEST(contradiction(watch(both, {"10.0.0.1", "::1"}, {"[::1]:80"})) == "");
    BOOST_TEST(contradiction(watch(both, {"::1"}, {"10.0.0.5"})) != "");
}

BOOST_AUTO_TEST_CASE(a_destination_that_an_exclusion_swallows_is_a_contradiction)
{
    BOOST_TEST(contradiction(watch(both, {}, {"10.0.0.5:80"}, {"10.0.0.0/8"})) ==
               "--destination '10.0.0.5:80' is left out by --exclude '10.0.0.0/8'");
    BOOST_TEST(contradiction(watch(both, {}, {"10.0.0.5"}, {"10.0.0.5"})) != "");
    BOOST_TEST(contradiction(watch(both, {}, {"10.0.0.5"}, {"10.0.0.5:80"})) == "");
    BOOST_TEST(contradiction(watch(both, {}, {"10.0.0.0/8"}, {"10.0.0.5", "::/0"})) == "");
    BOOST_TEST(contradiction(watch(both, {}, {"[::1]", "10.0.0.5"}, {"::/0"})) != "");
}

BOOST_AUTO_TEST_CASE(exclusions_that_leave_nothing_are_a_contradiction)
{
    const char* const nothing = "--exclude leaves out everything";
    BOOST_TEST(contradiction(watch(both, {}, {}, {"0.0.0.0/0", "::/0"})) == nothing);
    BOOST_TEST(contradiction(watch(ipv4, {}, {}, {"0.0.0.0/0"})) == nothing);
    BOOST_TEST(contradiction(watch(both, {"::1"}, {}, {"::/0"})) == nothing);
    BOOST_TEST(contradiction(watch(both, {}, {}, {"0.0.0.0/0"})) == "");
    BOOST_TEST(contradiction(watch(ipv6, {}, {}, {"0.0.0.0/0"})) == "");
    BOOST_TEST(contradiction(watch(ipv4, {}, {}, {"0.0.0.0/0:80"})) == "");
    BOOST_TEST(contradiction(watch(ipv4, {}, {}, {"0.0.0.0/1"})) == "");
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace
