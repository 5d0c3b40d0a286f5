#include "common/plugin/standard_input.h"

#include <algorithm>
#include <cerrno>
#include <stdexcept>
#include <system_error>
#include <unistd.h>

#include <fmt/format.h>

namespace plugin {

std::string read_standard_input(std::size_t most)
{
    if (isatty(STDIN_FILENO) == 1)
        throw std::runtime_error("standard input is a terminal; pipe a capture into it: ssh "
                                 "HOST 'sysctl net.ipv4; cat /proc/net/sockstat*; ss -tano' | …");
    constexpr std::size_t first_size = std::size_t{1} << 16;
    std::string text;
    std::size_t length = 0;
    while (true) {
        if (length == text.size())
            text.resize(std::max(first_size, 2 * length));
        const ssize_t got = read(STDIN_FILENO, text.data() + length, text.size() - length);
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            throw std::runtime_error(fmt::format("cannot read standard input: {}",
                                                 std::generic_category().message(errno)));
        if (got == 0)
            break;
        length += static_cast<std::size_t>(got);
        if (length > most)
            throw std::runtime_error(
                fmt::format("standard input has more than {} MiB", most >> 20U));
    }
    if (length == 0)
        throw std::runtime_error("standard input is empty; was there a capture?");
    text.resize(length);
    return text;
}

} // namespace plugin
