// The filter in a dump's request, run and audited as the kernel does.
#include <boost/test/unit_test.hpp>

#include "common/sockets/dump_request.h"
#include "tests/port_program.h"

namespace {

using sockets::Query;

void check(const Query& query)
{
    const auto program =
        port_program::filter_of<inet_diag_req>(sockets::make_tcp_dump_request(query, 1));
    BOOST_TEST(port_program::is_valid(program));
    int wrong = 0;
    for (int number = 0; number <= 65535; ++number) {
        const auto port = static_cast<std::uint16_t>(number);
        const bool wanted = query.local_ports.contains(port) ||
                            (query.further_port != 0 && port == query.further_port);
        wrong += port_program::passes(program, port) == wanted ? 0 : 1;
    }
    BOOST_TEST(wrong == 0);
}

BOOST_AUTO_TEST_SUITE(port_filter)

BOOST_AUTO_TEST_CASE(lets_the_ports_of_a_range_pass_and_no_other)
{
    for (const net::PortRange range :
         {net::PortRange{40000, 40063}, {1, 65535}, {0, 65535}, {5, 5}, {65535, 65535}})
        check({range});
}

BOOST_AUTO_TEST_CASE(lets_a_further_port_pass_on_either_side_of_the_range)
{
    for (const std::uint16_t further : {1, 1024, 39999, 40000, 40063, 40064, 65535}) {
        Query query = {{40000, 40063}};
        query.further_port = further;
        check(query);
    }
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace
