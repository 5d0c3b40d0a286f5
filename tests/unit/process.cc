// A check that is started or read in ways that nobody would choose: each test runs one in a process
// of its own.
#include "common/plugin/process.h"

#include <array>
#include <cerrno>
#include <csignal>
#include <exception>
#include <fcntl.h>
#include <pthread.h>
#include <sys/resource.h>
#include <sys/socket.h>

#include "tests/unit/run_in_child.h"

namespace {

using plugin::Report;
using plugin::State;

void close_descriptors(unsigned which)
{
    for (int descriptor = 0; descriptor < 3; ++descriptor)
        if ((which >> descriptor & 1U) != 0)
            close(descriptor);
}

/// Ends the process if a new socket gets the number of a standard descriptor.
Report open_a_socket(bool /*verbose*/)
{
    constexpr int seen = 77;
    if (socket(AF_INET, SOCK_STREAM, 0) <= STDERR_FILENO)
        _exit(seen);
    return report_of(State::ok);
}

void turn_output_to(const char* path)
{
    dup2(open(path, O_WRONLY), STDOUT_FILENO);
}

BOOST_AUTO_TEST_SUITE(process)

BOOST_AUTO_TEST_CASE(no_socket_ever_takes_the_place_of_a_closed_standard_descriptor)
{
    constexpr unsigned standard_output = 1U << STDOUT_FILENO;
    for (unsigned which = 0; which < 8; ++which) {
        const Run run([which] { close_descriptors(which); }, {}, open_a_socket);
        const bool told = (which & standard_output) == 0;
        BOOST_TEST(run.exit_code() == (told ? 0 : 3), "closed: " << which);
        BOOST_TEST(run.text() == (told ? "FAKE OK - so it is\n" : ""), "closed: " << which);
    }
}

BOOST_AUTO_TEST_CASE(a_closed_standard_input_is_an_error_to_read_not_an_end_of_file)
{
    const Run run([] { close(STDIN_FILENO); }, {},
                  [](bool) {
                      char byte = 0;
                      const bool fails = read(STDIN_FILENO, &byte, 1) < 0 && errno == EBADF;
                      return report_of(fails ? State::ok : State::critical);
                  });
    BOOST_TEST(run.exit_code() == 0);
}

BOOST_AUTO_TEST_CASE(unknown_if_the_reader_has_gone)
{
    const Run run(
        [] {
            std::array<int, 2> ends{};
            if (pipe(ends.data()) != 0)
                _exit(1);
            dup2(ends[1], STDOUT_FILENO);
            close(ends[0]);
        },
        {}, fine);
    BOOST_TEST(run.exit_code() == 3);
}

BOOST_AUTO_TEST_CASE(unknown_if_the_disk_is_full)
{
    const Run run([] { turn_output_to("/dev/full"); }, {}, fine);
    BOOST_TEST(run.exit_code() == 3);
}

BOOST_AUTO_TEST_CASE(unknown_if_no_file_may_grow)
{
    const Run run(
        [] {
            dup2(memfd_create("output", 0), STDOUT_FILENO);
            const rlimit nothing = {0, 0};
            setrlimit(RLIMIT_FSIZE, &nothing);
        },
        {}, fine);
    BOOST_TEST(run.exit_code() == 3);
}

BOOST_AUTO_TEST_CASE(an_answer_is_written_whole_through_a_pipe_that_is_small_and_does_not_wait)
{
    constexpr int one_page = 4096;
    const Run run(
        [] {
            fcntl(STDOUT_FILENO, F_SETPIPE_SZ, one_page);
            fcntl(STDOUT_FILENO, F_SETFL, O_NONBLOCK);
        },
        {"-v"}, talk_much);
    const std::string text = run.text();
    BOOST_TEST(text.size() == std::string("FAKE OK - so it is\n").size() + 200'000);
    BOOST_TEST(text.ends_with("x\n"));
    BOOST_TEST(run.exit_code() == 0);
}

BOOST_AUTO_TEST_CASE(an_answer_is_whole_though_signals_interrupt_it)
{
    const Run run(
        [] {
            struct sigaction action = {};
            action.sa_handler = [](int) {};
            sigaction(SIGVTALRM, &action, nullptr);
            sigaction(SIGCHLD, &action, nullptr);
            const pid_t parent = getpid();
            if (fork() == 0) {
                for (int i = 0; i < 200; ++i) {
                    kill(parent, SIGVTALRM);
                    usleep(500);
                }
                _exit(0);
            }
        },
        {"-v"}, talk_much);
    usleep(50'000); // so that it waits in write()
    BOOST_TEST(run.text().size() > 200'000U);
    BOOST_TEST(run.exit_code() == 0);
}

BOOST_AUTO_TEST_CASE(unknown_with_one_line_if_an_exception_cannot_even_be_thrown)
{
    const Run run([] {}, {}, [](bool) -> Report { std::terminate(); });
    BOOST_TEST(run.text().starts_with("UNKNOWN - out of memory: "));
    BOOST_TEST(run.exit_code() == 3);
}

BOOST_AUTO_TEST_CASE(every_form_of_output_gets_by_with_a_small_stack)
{
    for (const Words& words : {Words{"-v"}, Words{"--output-format=json"}, Words{"--help"}}) {
        pthread_attr_t attributes;
        pthread_attr_init(&attributes);
        constexpr std::size_t size = 128 << 10;
        BOOST_REQUIRE(pthread_attr_setstacksize(&attributes, size) == 0);
        const Capture capture;
        pthread_t thread{};
        const auto start = [](void* words) -> void* {
            FakeCheck check(talk_much);
            plugin::run(check, *static_cast<const Words*>(words));
            return nullptr;
        };
        BOOST_REQUIRE(pthread_create(&thread, &attributes, start,
                                     const_cast<Words*>(&words)) == 0); // NOLINT
        pthread_join(thread, nullptr);
        pthread_attr_destroy(&attributes);
        BOOST_TEST(!capture.text().empty());
    }
}

BOOST_AUTO_TEST_CASE(words_are_what_stands_behind_the_name_of_the_program)
{
    const std::array<const char*, 4> words = {"check_fake", "-w", "5", nullptr};
    BOOST_TEST(plugin::words_of(3, words.data()) == (Words{"-w", "5"}),
               boost::test_tools::per_element());
    BOOST_TEST(plugin::words_of(1, words.data()).empty());
    BOOST_TEST(plugin::words_of(0, words.data() + 3).empty());
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace
