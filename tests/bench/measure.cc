// Runs commands in turns inside a network namespace, and tells what each run took.
//
// A small program of its own, because a child starts with its parent's memory: where Python forks,
// the kernel counts Python's memory as the child's peak (ru_maxrss).
//
// Usage: measure NAMESPACE ROUNDS SECONDS PERIOD COMMAND [PERIOD COMMAND]…
// NAMESPACE is a file as /proc/PID/ns/net. No round begins after SECONDS. A command takes part in
// every PERIOD-th round, so that slow ones do not take all the time. With a | in it, it is for the
// shell, any other is split at its spaces; its standard output is thrown away. Prints a
// line for each run: the number of the command, wall, user and system time in seconds, peak memory
// in KiB.
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fcntl.h>
#include <sched.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>
#include <vector>

namespace {

using Clock = std::chrono::steady_clock;

double seconds_since(Clock::time_point begin)
{
    return std::chrono::duration<double>(Clock::now() - begin).count();
}

double seconds(const timeval& time)
{
    constexpr double microseconds = 1e6;
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / microseconds;
}

std::vector<char*> split(char* command)
{
    static char shell[] = "/bin/sh";
    static char option[] = "-c";
    if (std::strchr(command, '|') != nullptr)
        return {shell, option, command, nullptr};
    std::vector<char*> words;
    for (char* word = std::strtok(command, " "); word != nullptr; word = std::strtok(nullptr, " "))
        words.push_back(word);
    words.push_back(nullptr);
    return words;
}

/// Returns whether it ended as it should: the exit statuses 0 to 2 are verdicts.
bool run(std::size_t number, const std::vector<char*>& words, int nothing)
{
    constexpr int last_verdict = 2;
    const auto begin = Clock::now();
    const pid_t process = vfork();
    if (process == 0) {
        dup2(nothing, STDOUT_FILENO);
        execvp(words.front(), words.data());
        _exit(EXIT_FAILURE + last_verdict);
    }
    int status = 0;
    rusage usage{};
    if (process < 0 || wait4(process, &status, 0, &usage) != process)
        return false;
    const double wall = seconds_since(begin);
    std::printf("%zu %.6f %.6f %.6f %ld\n", number, wall, seconds(usage.ru_utime),
                seconds(usage.ru_stime), usage.ru_maxrss);
    return WIFEXITED(status) && WEXITSTATUS(status) <= last_verdict;
}

struct Command {
    int period;
    std::vector<char*> words;
};

} // namespace

int main(int argc, char* argv[])
{
    constexpr int first_command = 4;
    if (argc <= first_command + 1)
        return EXIT_FAILURE;
    const int space = open(argv[1], O_RDONLY | O_CLOEXEC);
    const int nothing = open("/dev/null", O_WRONLY | O_CLOEXEC);
    if (space < 0 || nothing < 0 || setns(space, CLONE_NEWNET) != 0) {
        std::perror(argv[1]);
        return EXIT_FAILURE;
    }
    const int rounds = std::atoi(argv[2]);
    const double limit = std::atof(argv[3]);
    std::vector<Command> commands;
    for (int i = first_command; i + 1 < argc; i += 2)
        commands.push_back({std::max(std::atoi(argv[i]), 1), split(argv[i + 1])});

    const auto begin = Clock::now();
    for (int round = 0; round < rounds && seconds_since(begin) < limit; ++round) {
        for (std::size_t i = 0; i < commands.size(); ++i) {
            if (round % commands[i].period == 0 && !run(i, commands[i].words, nothing)) {
                std::fprintf(stderr, "measure: failed: %s\n", commands[i].words.front());
                return EXIT_FAILURE;
            }
        }
    }
}
