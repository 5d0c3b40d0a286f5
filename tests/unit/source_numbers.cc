// Numbers for the source addresses of connections.
#include "common/ports/source_numbers.h"

#include <set>

#include <boost/test/unit_test.hpp>

#include "tests/unit/sample.h"

namespace {

BOOST_AUTO_TEST_SUITE(source_numbers)

BOOST_AUTO_TEST_CASE(each_address_has_one_number_also_if_others_end_alike)
{
    sockets::Connections connections;
    const std::vector<std::string> sources = {"10.0.0.1", "10.0.1.1", "10.0.0.1",     "2001:db8::1",
                                              "10.0.0.2", "10.0.1.1", "2001:db8::1:1"};
    for (std::size_t i = 0; i < 100 * sources.size(); ++i) {
        const std::string& source = sources[i % sources.size()];
        const bool ipv4 = source.find(':') == std::string::npos;
        const std::string destination =
            (ipv4 ? "192.0.2." : "2001:db8:9::") + std::to_string(i % 90);
        connections.add(sample::connection(40000, destination, source));
    }
    connections.settle();

    const ports::SourceNumbers numbers(connections);
    connections.for_each([&](const sockets::Connection& connection) {
        BOOST_REQUIRE(numbers.addresses()[numbers.of(connection.tuple)] ==
                      connections.tuple(connection.tuple).source);
    });
    const std::set<net::Address> all(numbers.addresses().begin(), numbers.addresses().end());
    BOOST_TEST(all.size() == 5U);
    BOOST_TEST(numbers.addresses().size() == 5U);
}

BOOST_AUTO_TEST_CASE(there_is_none_without_a_connection)
{
    BOOST_TEST(ports::SourceNumbers(sockets::Connections()).addresses().empty());
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace
