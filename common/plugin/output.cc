#include "common/plugin/output.h"

#include <cerrno>
#include <poll.h>
#include <unistd.h>

#include "common/plugin/verdict.h"

namespace plugin {
namespace {

/// A pipe may have been made non-blocking by its other user.
void wait_for_room()
{
    pollfd output = {STDOUT_FILENO, POLLOUT, 0};
    poll(&output, 1, -1); // the time limit ends it
}

} // namespace

bool write_out(std::string_view text)
{
    while (!text.empty()) {
        const ssize_t written = write(STDOUT_FILENO, text.data(), text.size());
        if (written > 0)
            text.remove_prefix(static_cast<std::size_t>(written));
        else if (written < 0 && errno == EAGAIN)
            wait_for_room();
        else if (written == 0 || errno != EINTR)
            return false;
    }
    return true;
}

int give_up()
{
    write_out("UNKNOWN - ");
    write_out(out_of_memory);
    write_out("\n");
    return static_cast<int>(State::unknown);
}

} // namespace plugin
