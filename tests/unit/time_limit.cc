// The time limit: whatever a check is busy with, it ends as UNKNOWN.
#include "common/plugin/time_limit.h"

#include <fcntl.h>

#include "tests/unit/run_in_child.h"
#include "tests/unit/throws.h"

namespace {

void do_nothing() {}

void fill_output()
{
    fcntl(STDOUT_FILENO, F_SETFL, O_NONBLOCK);
    const std::string much(1 << 20, '.');
    while (write(STDOUT_FILENO, much.data(), much.size()) > 0)
        continue;
    fcntl(STDOUT_FILENO, F_SETFL, 0);
}

BOOST_AUTO_TEST_SUITE(time_limit)

BOOST_AUTO_TEST_CASE(the_time_limit_holds_though_every_signal_was_ignored_and_blocked)
{
    const Run run(
        [] {
            for (int signal = 1; signal < NSIG; ++signal)
                std::signal(signal, SIG_IGN);
            sigset_t all;
            sigfillset(&all);
            sigprocmask(SIG_SETMASK, &all, nullptr);
        },
        {"-t", "1"}, hang);
    BOOST_TEST(run.text() == "FAKE UNKNOWN - no answer within 1 s; allow more with --timeout\n");
    BOOST_TEST(run.exit_code() == 3);
}

BOOST_AUTO_TEST_CASE(the_time_limit_holds_in_every_form_of_output)
{
    for (const char* format : {"json", "openmetrics"}) {
        const Run run(do_nothing, {"-t1", "--output-format", format}, hang);
        const std::string text = run.text();
        BOOST_TEST(holds(text, format[0] == 'j' ? "no answer within 1 s" : "fake_state 3\n"), text);
        BOOST_TEST(run.exit_code() == 3);
    }
}

BOOST_AUTO_TEST_CASE(the_time_limit_covers_the_command_line)
{
    class Slow : public FakeCheck {
    public:
        Slow() : FakeCheck(fine) {}
        void declare(plugin::Options& options) override
        {
            options.add(plugin::value_option("slow", {}, "WORD", "takes for ever",
                                             [](const std::string&) { hang(false); }));
        }
    };
    const Run run(
        [] {
            plugin::prepare_process();
            Slow slow;
            _exit(plugin::run(slow, {"--slow=1", "-vt1"}));
        },
        {}, fine);
    BOOST_TEST(run.text() == "FAKE UNKNOWN - no answer within 1 s; allow more with --timeout\n");
    BOOST_TEST(run.exit_code() == 3);
}

BOOST_AUTO_TEST_CASE(the_time_limit_covers_an_answer_that_nobody_reads)
{
    const Run run(do_nothing, {"-t3", "-v"}, talk_much);
    BOOST_TEST(run.exit_code() == 3);
    BOOST_TEST(!holds(run.text(), "no answer")); // it would stand in the middle
}

BOOST_AUTO_TEST_CASE(the_time_limit_waits_for_nobody_to_read_its_line)
{
    const Run run(fill_output, {"-t1"}, hang);
    BOOST_TEST(run.exit_code() == 3);
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace
