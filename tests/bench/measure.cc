// Runs commands in turns inside a network namespace, and tells what each run took.
//
// A small program of its own, because a child starts with its parent's memory: where Python forks,
// the kernel counts Python's memory as the child's peak (ru_maxrss).
//
// Usage: measure NAMESPACE ROUNDS SECONDS [PERIOD BYTES COMMAND]…
// NAMESPACE is a file as /proc/PID/ns/net. No round begins after SECONDS. A command takes part in
// every PERIOD-th round, so that slow ones do not take all the time. With a | in it, it is for the
// shell, any other is split at its spaces. Its standard output is thrown away; but if BYTES is not
// 0 it goes into memory, and as many bytes of it are looked at.
//
// Prints a line for each run: the number of the command, wall, user and system time in seconds,
// peak memory in KiB, and exit status; then, each after a tab, the lines of the output.
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <fcntl.h>
#include <sched.h>
#include <string>
#include <sys/mman.h>
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

struct Command {
    int period;
    std::size_t output_bytes;
    std::vector<char*> words;
};

/// Where the standard output of commands goes.
struct Outputs {
    int nothing; ///< /dev/null
    int memory;  ///< a file that is emptied before each run
};

/// The beginning of the file in memory, on one line.
std::string take_output(int memory, std::size_t bytes)
{
    std::string text(bytes, '\0');
    const ssize_t length = pread(memory, text.data(), bytes, 0);
    text.resize(length < 0 ? 0 : static_cast<std::size_t>(length));
    std::replace(text.begin(), text.end(), '\n', '\t');
    return '\t' + text;
}

constexpr int last_verdict = 2; // of the exit statuses

pid_t start(const std::vector<char*>& words, int output)
{
    const pid_t process =
        vfork(); // NOLINT(bugprone-unsafe-functions): the start is what is measured
    if (process == 0) {
        dup2(output, STDOUT_FILENO);
        execvp(words.front(), words.data());
        _exit(EXIT_FAILURE + last_verdict);
    }
    return process;
}

/// How many sockets programs have in this network namespace; 0 if that is not known.
unsigned long count_sockets()
{
    unsigned long used = 0;
    if (std::FILE* const file = std::fopen("/proc/net/sockstat", "re"); file != nullptr) {
        if (std::fscanf(file, "sockets: used %lu", &used) != 1)
            used = 0;
        std::fclose(file);
    }
    return used;
}

/// The kernel counts a closed socket of the last command until an RCU grace period is over
/// (sock_inuse_add() in __sk_destruct()). A check would look for it among the ports.
void await_sockets(unsigned long at_most)
{
    constexpr double limit = 0.2;
    constexpr timespec pause = {.tv_sec = 0, .tv_nsec = 1'000'000};
    const auto begin = Clock::now();
    while (count_sockets() > at_most && seconds_since(begin) < limit)
        nanosleep(&pause, nullptr);
}

/// Returns whether it ended with a verdict.
bool run(std::size_t number, const Command& command, const Outputs& outputs)
{
    const bool is_read = command.output_bytes > 0;
    if (is_read && (ftruncate(outputs.memory, 0) != 0 || lseek(outputs.memory, 0, SEEK_SET) != 0))
        return false;
    const auto begin = Clock::now();
    const pid_t process = start(command.words, is_read ? outputs.memory : outputs.nothing);
    int status = 0;
    rusage usage{};
    if (process < 0 || wait4(process, &status, 0, &usage) != process)
        return false;
    const double wall = seconds_since(begin);
    std::printf("%zu %.6f %.6f %.6f %ld %d%s\n", number, wall, seconds(usage.ru_utime),
                seconds(usage.ru_stime), usage.ru_maxrss, WEXITSTATUS(status),
                is_read ? take_output(outputs.memory, command.output_bytes).c_str() : "");
    return WIFEXITED(status) && WEXITSTATUS(status) <= last_verdict;
}

} // namespace

int main(int argc, char* argv[])
{
    constexpr int first_command = 4;
    constexpr int words_a_command = 3;
    if (argc < first_command + words_a_command)
        return EXIT_FAILURE;
    const int space = open(argv[1], O_RDONLY | O_CLOEXEC);
    const Outputs outputs = {open("/dev/null", O_WRONLY | O_CLOEXEC),
                             memfd_create("output", MFD_CLOEXEC)};
    if (space < 0 || outputs.nothing < 0 || outputs.memory < 0 || setns(space, CLONE_NEWNET) != 0) {
        std::perror(argv[1]);
        return EXIT_FAILURE;
    }
    const int rounds = std::atoi(argv[2]);
    const double limit = std::atof(argv[3]);
    std::vector<Command> commands;
    for (int i = first_command; i + words_a_command <= argc; i += words_a_command)
        commands.push_back({std::max(std::atoi(argv[i]), 1),
                            std::strtoull(argv[i + 1], nullptr, 10), split(argv[i + 2])});

    const unsigned long sockets = count_sockets();
    const auto begin = Clock::now();
    for (int round = 0; round < rounds && seconds_since(begin) < limit; ++round) {
        for (std::size_t i = 0; i < commands.size(); ++i) {
            const Command& command = commands[i];
            if (round % command.period != 0)
                continue;
            await_sockets(sockets);
            if (!run(i, command, outputs)) {
                std::fprintf(stderr, "measure: failed: %s\n", command.words.front());
                return EXIT_FAILURE;
            }
        }
    }
}
