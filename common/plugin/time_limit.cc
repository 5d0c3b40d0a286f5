#include "common/plugin/time_limit.h"

#include <csignal>
#include <unistd.h>
#include <utility>

#include "common/plugin/verdict.h"

namespace plugin {
namespace {

std::string last_words;

extern "C" void end_as_unknown(int /*signal*/)
{
    // Nothing can be done about a failed write here; the exit code still tells.
    [[maybe_unused]] const ssize_t written =
        write(STDOUT_FILENO, last_words.data(), last_words.size());
    _exit(static_cast<int>(State::unknown));
}

} // namespace

TimeLimit::TimeLimit(int seconds, std::string line)
{
    last_words = std::move(line);
    struct sigaction action = {};
    action.sa_handler = end_as_unknown;
    sigaction(SIGALRM, &action, nullptr);

    // A parent may have blocked or be ignoring the signal, and we would inherit that.
    sigset_t alarm_signal;
    sigemptyset(&alarm_signal);
    sigaddset(&alarm_signal, SIGALRM);
    sigprocmask(SIG_UNBLOCK, &alarm_signal, nullptr);
    alarm(static_cast<unsigned>(seconds));
}

TimeLimit::~TimeLimit()
{
    alarm(0);
}

} // namespace plugin
