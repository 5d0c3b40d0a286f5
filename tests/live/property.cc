// The proof: in a random mix of sockets, what the checks say is left is what the kernel gives, port
// by port. The checks run as users run them, and every row of their reports is compared.
//
// ROUNDS sets the number of mixes and SEED the first one's seed.
#include <boost/test/unit_test.hpp>
#include <fmt/format.h>

#include "tests/live/mix.h"
#include "tests/live/report.h"

namespace {

using nlohmann::json;

std::size_t count_usable(net::PortRange range)
{
    net::PortSet ports;
    ports.insert(range);
    return (ports - net::parse_port_list(lab::read_sysctl("ip_local_reserved_ports"))).size();
}

void compare(const json& row, std::size_t given, const lab::Report& report)
{
    const lab::Ends left = lab::left_in(row);
    BOOST_TEST(left.contain(given), "said " << left.least << " to " << left.most
                                            << ", the kernel gives " << given << " in "
                                            << row.dump() << " of " << report.summary());
}

/// For bind(), towards every address that has sockets and both wildcards.
void check_binds(net::PortRange range)
{
    const lab::Report report = lab::report_of({"plugins/check_ephemeral_binds", "--top", "10000"});
    for (const json& row : report.rows("addresses")) {
        const bool tcp = row.at("protocol") == "TCP";
        const std::size_t size = count_usable(tcp ? lab::searched(range) : range);
        BOOST_TEST(row.at("used").get<std::size_t>() + row.at("left").get<std::size_t>() == size,
                   row.dump() << " of " << size << " ports");
        compare(row, lab::given_to_binder(row, range), report);
    }
}

/// For connect(), towards every tuple that has connections, and a new one.
void check_ports(net::PortRange range)
{
    const lab::Report report =
        lab::report_of({"plugins/check_ephemeral_ports", "--held=ask", "--top", "10000"});
    const std::size_t size = count_usable(lab::searched(range));
    BOOST_TEST(report.metric("range_size") == size);
    for (const json& row : report.rows("tuples"))
        compare(row, lab::given_to_tuple(row, range), report);

    const net::PortSet given = lab::ask_connect(lab::at("127.77.77.77", 9), lab::searched(range));
    if (report.has("held"))
        BOOST_TEST(report.metric("held") == size - given.size());
    if (report.rows("tuples").empty() && !report.has("left_least"))
        BOOST_TEST(report.metric("left") == given.size());
}

BOOST_AUTO_TEST_CASE(left_is_what_the_kernel_gives_in_every_random_mix)
{
    lab::for_each_mix(300, [](net::PortRange range) {
        // Before anybody is asked about connect(), which takes TIME_WAITs over.
        check_binds(range);
        check_ports(range);
    });
}

} // namespace
