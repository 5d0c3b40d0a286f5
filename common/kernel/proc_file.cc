// A setting under /proc/sys gives its value to the first read() alone and nothing to a second one
// (proc_do_large_bitmap() and proc_dointvec() return 0 if the file position is not 0). A long
// list of ip_local_reserved_ports is over 100 KB, which any stream's buffer would cut in silence.
// So we read from the start again with twice the room until there is room to spare.
#include "common/kernel/proc_file.h"

#include <cerrno>
#include <fcntl.h>
#include <stdexcept>
#include <system_error>
#include <unistd.h>

#include <fmt/format.h>

namespace kernel {
namespace {

class File {
public:
    explicit File(const std::string& path) : descriptor_(open(path.c_str(), O_RDONLY | O_CLOEXEC))
    {
    }
    ~File()
    {
        if (descriptor_ >= 0)
            close(descriptor_);
    }
    File(const File&) = delete;
    File& operator=(const File&) = delete;

    [[nodiscard]] int descriptor() const { return descriptor_; }

private:
    int descriptor_;
};

[[noreturn]] void fail(const std::string& path)
{
    throw std::runtime_error(fmt::format("cannot read {}: {}; is /proc mounted and readable here?",
                                         path, std::generic_category().message(errno)));
}

std::string read_whole(const File& file, const std::string& path)
{
    constexpr std::size_t first_size = 4096;
    constexpr std::size_t largest_size = std::size_t{1} << 22;
    for (std::string text(first_size, '\0'); text.size() <= largest_size;
         text.resize(2 * text.size())) {
        const ssize_t length = pread(file.descriptor(), text.data(), text.size(), 0);
        if (length < 0)
            fail(path);
        if (static_cast<std::size_t>(length) < text.size()) {
            text.resize(static_cast<std::size_t>(length));
            return text;
        }
    }
    throw std::runtime_error(fmt::format("{} is larger than {} bytes", path, largest_size));
}

} // namespace

std::optional<std::string> read_proc_file_if_present(const std::string& path)
{
    const File file(path);
    if (file.descriptor() < 0) {
        if (errno == ENOENT)
            return std::nullopt;
        fail(path);
    }
    return read_whole(file, path);
}

std::string read_proc_file(const std::string& path)
{
    std::optional<std::string> text = read_proc_file_if_present(path);
    if (!text) {
        errno = ENOENT;
        fail(path);
    }
    return *std::move(text);
}

} // namespace kernel
