// A check in a process of its own, for what would end this one.
#pragma once

#include <array>
#include <csignal>
#include <functional>
#include <string>
#include <sys/wait.h>
#include <unistd.h>
#include <vector>

#include "common/plugin/process.h"
#include "tests/unit/fake_check.h"

using Words = std::vector<std::string>;

/// The exit code of a check in a process that does `setup` first; its output comes through a pipe.
/// 128 and the signal's number if it was killed.
class Run {
public:
    Run(const std::function<void()>& setup, const Words& words, const Measurement& measurement)
    {
        std::array<int, 2> ends{};
        BOOST_REQUIRE(pipe(ends.data()) == 0);
        child_ = fork();
        BOOST_REQUIRE(child_ >= 0);
        if (child_ == 0) {
            dup2(ends[1], STDOUT_FILENO);
            close(ends[0]);
            close(ends[1]);
            setup();
            plugin::prepare_process();
            FakeCheck check(measurement);
            _exit(plugin::run(check, words));
        }
        close(ends[1]);
        output_ = ends[0];
    }
    ~Run() { close(output_); }
    Run(const Run&) = delete;
    Run& operator=(const Run&) = delete;

    [[nodiscard]] std::string text() const
    {
        std::string text;
        std::array<char, 1000> part{};
        for (ssize_t length = 0; (length = read(output_, part.data(), part.size())) > 0;)
            text.append(part.data(), static_cast<std::size_t>(length));
        return text;
    }

    [[nodiscard]] int exit_code() const
    {
        constexpr int killed = 128;
        int status = 0;
        BOOST_REQUIRE(waitpid(child_, &status, 0) == child_);
        return WIFEXITED(status) ? WEXITSTATUS(status) : killed + WTERMSIG(status);
    }

private:
    pid_t child_ = -1;
    int output_ = -1;
};

[[noreturn]] inline plugin::Report hang(bool /*verbose*/)
{
    for (;;)
        pause();
}

inline plugin::Report talk_much(bool /*verbose*/)
{
    plugin::Report report = report_of(plugin::State::ok);
    report.details.assign(2'000, std::string(99, 'x'));
    return report;
}
