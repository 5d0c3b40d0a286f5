#include "common/kernel/network_namespaces.h"

#include <algorithm>
#include <cerrno>
#include <fcntl.h>
#include <map>
#include <sched.h>
#include <stdexcept>
#include <sys/stat.h>
#include <system_error>
#include <unistd.h>

#include <fmt/format.h>

#include "common/kernel/directory.h"
#include "common/kernel/privileges.h"
#include "common/kernel/proc_file.h"
#include "common/text/number.h"

namespace kernel {
namespace {

std::runtime_error failure(std::string_view what)
{
    return std::runtime_error(
        fmt::format("cannot {}: {}", what, std::generic_category().message(errno)));
}

std::vector<pid_t> list_processes()
{
    const auto entries = list_directory("/proc");
    if (!entries)
        throw failure("read /proc");
    std::vector<pid_t> processes;
    for (const DirectoryEntry& entry : *entries) {
        if (const auto process = text::find_number<pid_t>(entry.name))
            processes.push_back(*process);
    }
    std::ranges::sort(processes);
    return processes;
}

/// The inode number of what `path` leads to; nothing, and errno, if that cannot be had.
std::optional<std::uint64_t> inode_of(const std::string& path)
{
    struct stat status = {};
    if (stat(path.c_str(), &status) != 0)
        return std::nullopt;
    return status.st_ino;
}

/// Tells a namespace from another where its own number is refused.
std::optional<std::uint64_t> counters_inode(pid_t process)
{
    return inode_of(fmt::format("/proc/{}/net/sockstat", process));
}

/// What a file of mountinfo writes for a byte that separates its fields: "\040".
std::string unescape(std::string_view field)
{
    constexpr std::size_t digits = 3;
    constexpr int octal = 8;
    std::string plain;
    while (!field.empty()) {
        const auto byte = field.front() == '\\' && field.size() > digits
                              ? text::find_number<unsigned char>(field.substr(1, digits), octal)
                              : std::nullopt;
        plain += byte ? static_cast<char>(*byte) : field.front();
        field.remove_prefix(byte ? 1 + digits : 1);
    }
    return plain;
}

/// Takes the first word off `line`.
std::string_view take_word(std::string_view& line)
{
    const std::string_view word = line.substr(0, line.find(' '));
    line.remove_prefix(std::min(word.size() + 1, line.size()));
    return word;
}

/// "net:[4026531840]", as nsfs names a namespace (ns_dname()).
std::optional<std::uint64_t> parse_number(std::string_view root)
{
    constexpr std::string_view start = "net:[";
    if (!root.starts_with(start) || !root.ends_with(']'))
        return std::nullopt;
    root.remove_prefix(start.size());
    root.remove_suffix(1);
    return text::find_number<std::uint64_t>(root);
}

class Finder {
public:
    void add_processes();
    void add_mounts();
    NetworkNamespaces take();

private:
    std::map<std::uint64_t, NetworkNamespace> open_;    ///< by number
    std::map<std::uint64_t, NetworkNamespace> refused_; ///< by the inode of its counters
    std::optional<std::uint64_t> own_ = inode_of("/proc/self/ns/net");
    bool hides_processes_ = false;
};

bool is_refusal(int error)
{
    return error == EACCES || error == EPERM;
}

bool is_gone(int error)
{
    return error == ENOENT || error == ESRCH;
}

void Finder::add_processes()
{
    const RaisedPrivileges privileges(Purpose::other_namespaces);
    hides_processes_ = !inode_of("/proc/1") && errno == ENOENT;
    for (const pid_t process : list_processes()) {
        std::string path = fmt::format("/proc/{}/ns/net", process);
        if (const auto number = inode_of(path)) {
            NetworkNamespace& found = open_[*number];
            if (found.processes.empty())
                found = {*number, std::move(path), {}, {}, number == own_};
            found.processes.push_back(process);
        } else if (is_refusal(errno)) {
            if (const auto counters = counters_inode(process))
                refused_[*counters].processes.push_back(process);
            else if (is_refusal(errno))
                hides_processes_ = true;
        } else if (!is_gone(errno)) {
            throw failure("look at " + path);
        }
    }
}

void Finder::add_mounts()
{
    for (NamespaceMount& mount : parse_namespace_mounts(read_proc_file("/proc/self/mountinfo"))) {
        NetworkNamespace& found = open_[mount.number];
        if (found.path.empty()) {
            found.number = mount.number;
            found.path = mount.path;
        }
        if (found.mount.empty())
            found.mount = std::move(mount.path);
    }
}

NetworkNamespaces Finder::take()
{
    NetworkNamespaces found_ones = {{}, hides_processes_};
    std::vector<NetworkNamespace>& all = found_ones.all;
    for (auto& [number, found] : open_) {
        // Other users' processes may be in a namespace that we know by one of our own.
        if (!found.processes.empty()) {
            if (const auto counters = counters_inode(found.processes.front())) {
                const auto others = refused_.extract(*counters);
                if (!others.empty())
                    found.processes.insert(found.processes.end(), others.mapped().processes.begin(),
                                           others.mapped().processes.end());
                std::ranges::sort(found.processes);
            }
        }
        all.push_back(std::move(found));
    }
    for (auto& [counters, found] : refused_)
        all.push_back(std::move(found));
    return found_ones;
}

} // namespace

std::vector<NamespaceMount> parse_namespace_mounts(std::string_view mountinfo)
{
    // "36 25 0:4 net:[4026532281] /run/netns/blue rw shared:5 - nsfs nsfs rw": the root is the
    // fourth field and the mount point the fifth (show_mountinfo()).
    std::vector<NamespaceMount> mounts;
    while (!mountinfo.empty()) {
        std::string_view line = mountinfo.substr(0, mountinfo.find('\n'));
        mountinfo.remove_prefix(std::min(line.size() + 1, mountinfo.size()));
        for (int i = 0; i < 3; ++i)
            take_word(line);
        const auto number = parse_number(take_word(line));
        const std::string_view path = take_word(line);
        if (number && line.find(" - nsfs ") != std::string_view::npos)
            mounts.push_back({*number, unescape(path)});
    }
    return mounts;
}

NetworkNamespaces find_network_namespaces()
{
    Finder finder;
    finder.add_processes();
    finder.add_mounts();
    return finder.take();
}

Entry enter(const NetworkNamespace& target)
{
    if (target.is_refused())
        return Entry::refused;
    if (inode_of("/proc/self/ns/net") == target.number)
        return Entry::entered;
    const RaisedPrivileges privileges(Purpose::other_namespaces);
    const int descriptor = open(target.path.c_str(), O_RDONLY | O_CLOEXEC);
    if (descriptor < 0) {
        if (is_gone(errno))
            return Entry::gone;
        if (is_refusal(errno))
            return Entry::refused;
        throw failure("open " + target.path);
    }
    // Another process may have the number meanwhile, or another mount the path.
    struct stat status = {};
    const bool is_known = fstat(descriptor, &status) == 0;
    const bool is_target = is_known && status.st_ino == target.number;
    const bool entered = is_target && setns(descriptor, CLONE_NEWNET) == 0;
    const int error = errno;
    close(descriptor);
    if (is_known && !is_target)
        return Entry::gone;
    if (entered)
        return Entry::entered;
    if (is_known && error == EPERM)
        return Entry::refused;
    errno = error;
    throw failure("enter the network namespace at " + target.path);
}

} // namespace kernel
