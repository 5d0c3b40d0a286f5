#include "common/plugin/process.h"

#include <cerrno>
#include <csignal>
#include <exception>
#include <fcntl.h>
#include <unistd.h>

#include "common/plugin/output.h"
#include "common/plugin/verdict.h"

namespace plugin {
namespace {

bool is_closed(int descriptor)
{
    return fcntl(descriptor, F_GETFD) < 0 && errno == EBADF;
}

/// Takes the place of a standard descriptor that is closed, or else the next socket would get its
/// number, and what is meant for a reader would be sent to the network. Open the wrong way round,
/// so that it gives an error as a closed one does, and an answer that nobody can read is not taken
/// for one that was given; glibc does the same for set-user-ID programs
/// (__libc_check_standard_fds). A root without /dev has at least itself, for no use at all
/// (O_PATH).
int open_placeholder(int descriptor)
{
    const int wrong_way = descriptor == STDIN_FILENO ? O_WRONLY : O_RDONLY;
    const int null = open("/dev/null", wrong_way);
    return null >= 0 ? null : open("/", O_PATH);
}

void fill_standard_descriptors()
{
    for (const int descriptor : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) {
        // open() takes the lowest number that is free, and those below are taken by now.
        if (is_closed(descriptor) && open_placeholder(descriptor) != descriptor) {
            write_out("UNKNOWN - a standard descriptor is closed and nothing can be opened in its "
                      "place\n");
            _exit(static_cast<int>(State::unknown));
        }
    }
}

void ignore(int signal)
{
    struct sigaction action = {};
    action.sa_handler = SIG_IGN;
    sigaction(signal, &action, nullptr);
}

} // namespace

void prepare_process()
{
    ignore(SIGPIPE); // write() says EPIPE
    ignore(SIGXFSZ); // write() says EFBIG
    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, nullptr);
    fill_standard_descriptors();
    // What libstdc++ does if there is no memory even for std::bad_alloc
    // (__cxa_allocate_exception()).
    std::set_terminate([] { _exit(give_up()); });
}

std::vector<std::string> words_of(int argc, const char* const* argv)
{
    if (argc < 2)
        return {};
    return {argv + 1, argv + argc};
}

} // namespace plugin
