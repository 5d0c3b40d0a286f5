// check_ephemeral_timewait as users run it.
#include <cstdlib>

#include <boost/test/unit_test.hpp>
#include <fmt/format.h>

#include "tests/live/lab.h"
#include "tests/live/time_wait.h"

namespace {

const std::string program = "plugins/check_ephemeral_timewait";

struct Host {
    lab::Namespace network{{40000, 45999}};
    lab::FileDescriptor listener = lab::listening(lab::at("0.0.0.0", 5432));

    Host() { lab::set_sysctl("tcp_tw_reuse", "0"); }

    void churn(std::size_t times, const char* address) const
    {
        lab::churn(times, lab::at(address, 5432), listener);
    }
};

bool contains(const lab::Output& output, const std::string& text)
{
    return output.text.find(text) != std::string::npos;
}

BOOST_FIXTURE_TEST_SUITE(check_ephemeral_timewait, Host)

BOOST_AUTO_TEST_CASE(ok_with_the_most_frequent_destination_named_and_all_metrics_in_order)
{
    lab::set_sysctl("tcp_max_tw_buckets", "10000");
    churn(30, "127.0.0.1");
    churn(100, "127.0.0.2");
    const lab::Output output = lab::run({program});
    BOOST_TEST(output.exit_code == 0);
    BOOST_TEST(output.text.starts_with("EPHEMERAL TIMEWAIT OK - 130 in TIME_WAIT, 1.3% of "
                                       "tcp_max_tw_buckets, most from 127.0.0.1 to "
                                       "127.0.0.2:5432; 130 on ephemeral ports, "));
    BOOST_TEST(contains(output, " closes/s | time_wait=130;8000;;0;10000 time_wait_ephemeral=130 "
                                "reusable=0 close_rate="));
    BOOST_TEST(contains(output, " worst_time_wait=100 overflows=0c range_size=6000\n"));
    BOOST_TEST(contains(output, "tcp_tw_reuse is 0: connect() skips"));
    BOOST_TEST(output.error.empty());
}

BOOST_AUTO_TEST_CASE(the_last_minute_is_drawn_in_blocks_only_if_the_locale_is_utf8)
{
    churn(5, "127.0.0.1");
    setenv("LC_ALL", "C.UTF-8", 1);
    BOOST_TEST(contains(lab::run({program}), "___________________█  127.0.0.1"));
    setenv("LC_ALL", "C", 1);
    BOOST_TEST(contains(lab::run({program}), "___________________#  127.0.0.1"));
    unsetenv("LC_ALL");
}

BOOST_AUTO_TEST_CASE(a_program_gets_the_destination_in_parts)
{
    churn(5, "127.0.0.1");
    const lab::Output output = lab::run({program, "--output-format=json"});
    BOOST_TEST(contains(output, R"("source":"127.0.0.1","destination":"127.0.0.1:5432",)"
                                R"("destination_address":"127.0.0.1","destination_port":5432,)"
                                R"("interface":0)"));
}

BOOST_AUTO_TEST_CASE(without_detail_only_what_the_kernel_counts_is_reported)
{
    churn(5, "127.0.0.1");
    const lab::Output output = lab::run({program, "--detail=none", "-w", "4", "-c", "10"});
    BOOST_TEST(output.exit_code == 1);
    BOOST_TEST(lab::perfdata(output, "time_wait") == "5");
    BOOST_TEST(lab::perfdata(output, "overflows") == "0c");
    BOOST_TEST(lab::perfdata(output, "range_size") == "6000");
    BOOST_TEST(!contains(output, "close_rate"));
    BOOST_TEST(contains(output, "(time_wait 5 > 4)"));
}

BOOST_AUTO_TEST_CASE(
    warning_at_the_cap_where_no_port_is_lost_with_the_overflow_and_its_meaning_told)
{
    lab::set_sysctl("tcp_max_tw_buckets", "1000");
    churn(1100, "127.0.0.1");
    const lab::Output output = lab::run({program});
    BOOST_TEST(output.exit_code == 1);
    BOOST_TEST(lab::run({program, "-c", "95%"}).exit_code == 2);
    BOOST_TEST(lab::perfdata(output, "time_wait") == "1000");
    BOOST_TEST(lab::perfdata(output, "overflows") == "100c");
    BOOST_TEST(contains(output, "100 closed without TIME_WAIT"));
    BOOST_TEST(contains(output, "The cap is reached: at tcp_max_tw_buckets (1000)"));
}

BOOST_AUTO_TEST_CASE(connections_that_a_service_here_closed_first_take_no_ephemeral_port)
{
    lab::leave_server_time_waits(10, lab::at("127.0.0.1", 5432), listener);
    const lab::Output output = lab::run({program});
    BOOST_TEST(lab::perfdata(output, "time_wait") == "10");
    BOOST_TEST(lab::perfdata(output, "time_wait_ephemeral") == "0");
    BOOST_TEST(contains(output, "10 of those in TIME_WAIT take no ephemeral port"));
}

BOOST_AUTO_TEST_CASE(connections_that_the_other_side_keeps_open_are_told_apart_as_fin_wait2)
{
    std::vector<lab::FileDescriptor> kept_open;
    for (int i = 0; i < 10; ++i) {
        lab::FileDescriptor client = lab::connected(lab::at("127.0.0.1", 5432));
        kept_open.push_back(lab::accepted(listener));
        lab::leave_fin_wait2(client);
    }
    const lab::Output output = lab::run({program});
    BOOST_TEST(lab::perfdata(output, "time_wait") == "10");
    BOOST_TEST(lab::perfdata(output, "time_wait_ephemeral") == "0");
    BOOST_TEST(lab::perfdata(output, "close_rate") == "2");
    BOOST_TEST(contains(output, "10 of those in TIME_WAIT are still in FIN_WAIT2"));
}

BOOST_AUTO_TEST_CASE(a_share_that_is_no_range_is_a_usage_error_that_names_it)
{
    const lab::Output output = lab::run({program, "-w", "90%:20%"});
    BOOST_TEST(output.exit_code == 3);
    BOOST_TEST(contains(output, "--warning '90%:20%': the range starts above its end"));
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace
