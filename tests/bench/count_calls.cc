// How many system calls a command makes, whichever they are.
//
// Usage: count_calls COMMAND [WORD]…. It adds a line to what the command prints, and ends as it
// does.
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <sys/ptrace.h>
#include <sys/wait.h>
#include <unistd.h>

int main(int argc, char* argv[])
{
    if (argc < 2)
        return EXIT_FAILURE;
    const pid_t process = fork();
    if (process == 0) {
        ptrace(PTRACE_TRACEME, 0, nullptr, nullptr);
        execvp(argv[1], argv + 1);
        _exit(EXIT_FAILURE);
    }
    int status = 0;
    if (process < 0 || waitpid(process, &status, 0) != process || !WIFSTOPPED(status)) {
        std::perror(argv[1]);
        return EXIT_FAILURE;
    }
    // What stopped it was the success of execvp(). From here it stops where each call begins and
    // where it ends; bit 7 tells these stops from signals.
    constexpr int system_call = SIGTRAP | 0x80;
    ptrace(PTRACE_SETOPTIONS, process, nullptr, PTRACE_O_TRACESYSGOOD | PTRACE_O_EXITKILL);
    unsigned long stops = 0;
    int signal = 0;
    while (ptrace(PTRACE_SYSCALL, process, nullptr, signal) == 0 &&
           waitpid(process, &status, 0) == process && WIFSTOPPED(status)) {
        const bool calls = WSTOPSIG(status) == system_call;
        stops += calls ? 1 : 0;
        signal = calls ? 0 : WSTOPSIG(status);
    }
    std::printf("It made %lu system calls.\n", (stops + 1) / 2);
    return WIFEXITED(status) ? WEXITSTATUS(status) : EXIT_FAILURE;
}
