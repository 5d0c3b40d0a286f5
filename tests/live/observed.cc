#include "tests/live/observed.h"

#include <array>
#include <csignal>
#include <cstdlib>
#include <fcntl.h>
#include <limits.h>
#include <map>
#include <memory>
#include <seccomp.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <fmt/format.h>

#include "tests/live/ptrace.h"
#include "tests/live/system_call.h"

namespace lab {
namespace {

std::string name_of(std::uint64_t number)
{
    const std::unique_ptr<char, void (*)(void*)> name(
        seccomp_syscall_resolve_num_arch(SCMP_ARCH_NATIVE, static_cast<int>(number)), std::free);
    return name ? name.get() : fmt::format("system call {}", number);
}

void load_filter(const std::set<std::string>& allowed)
{
    const std::unique_ptr<void, void (*)(scmp_filter_ctx)> filter(
        seccomp_init(SCMP_ACT_KILL_PROCESS), seccomp_release);
    check(filter != nullptr, "seccomp_init");
    for (const std::string& name : allowed) {
        const int number = seccomp_syscall_resolve_name(name.c_str());
        check(number != __NR_SCMP_ERROR, name.c_str());
        if (number >= 0)
            check(seccomp_rule_add(filter.get(), SCMP_ACT_ALLOW, number, 0) == 0, name.c_str());
    }
    check(seccomp_load(filter.get()) == 0, "seccomp_load");
}

std::string read_link(const std::string& link)
{
    std::array<char, PATH_MAX> path{};
    const ssize_t length = readlink(link.c_str(), path.data(), path.size());
    check(length > 0, link.c_str());
    return {path.data(), static_cast<std::size_t>(length)};
}

/// Where it leads, as the kernel resolved it. If the process changed its root and has mounts of its
/// own, the kernel shows others the path from the system's root.
std::string path_of(pid_t process, std::int64_t descriptor)
{
    const std::string link = fmt::format("/proc/{}/fd/{}", process, descriptor);
    const std::string root = read_link(fmt::format("/proc/{}/root", process));
    std::string path = read_link(link);
    if (path == root)
        path = "/";
    else if (root != "/" && path.starts_with(root + "/"))
        path.erase(0, root.size());
    struct stat status = {};
    check(stat(link.c_str(), &status) == 0, link.c_str());
    const bool is_folder = S_ISDIR(status.st_mode) && path != "/";
    return path + (is_folder ? "/" : "");
}

/// As AppArmor's rules call it.
std::string socket_of(std::uint64_t family, std::uint64_t type)
{
    const std::map<std::uint64_t, std::string> families = {
        {AF_INET, "inet"}, {AF_INET6, "inet6"}, {AF_NETLINK, "netlink"}};
    const std::map<std::uint64_t, std::string> types = {
        {SOCK_STREAM, "stream"}, {SOCK_DGRAM, "dgram"}, {SOCK_RAW, "raw"}};
    constexpr std::uint64_t type_bits = 0xf; // the others are flags
    const auto name = [](const auto& names, std::uint64_t number) {
        const auto found = names.find(number);
        return found == names.end() ? fmt::format("{}", number) : found->second;
    };
    return name(families, family) + ' ' + name(types, type & type_bits);
}

class Observer : public CallWatcher {
public:
    void begin() override { has_begun_ = true; }

    void enter(pid_t /*process*/, const SystemCall& call) override
    {
        if (!has_begun_)
            return;
        // See prepare_process().
        is_own_ = is_own_ || (call.number == SYS_rt_sigaction && call.arguments[0] == SIGPIPE);
        observed.last = name_of(call.number);
        (is_own_ ? observed.own : observed.startup).insert(observed.last);
        if (is_own_ && observed.last == "socket")
            observed.sockets.insert(socket_of(call.arguments[0], call.arguments[1]));
        is_open_ = is_own_ && (observed.last == "openat" || observed.last == "open");
        flags_ = call.arguments.at(observed.last == "openat" ? 2 : 1);
    }

    void leave(pid_t process, std::int64_t result) override
    {
        if (is_open_ && result >= 0)
            add_file(path_of(process, result));
        is_open_ = false;
    }

    Observed observed; // NOLINT: a plain result

private:
    void add_file(const std::string& path)
    {
        observed.files.insert(path);
        if ((flags_ & O_ACCMODE) != O_RDONLY || (flags_ & O_CREAT) != 0)
            observed.written.insert(path);
    }

    std::uint64_t flags_ = 0; ///< of open()
    bool has_begun_ = false;
    bool is_own_ = false;
    bool is_open_ = false;
};

} // namespace

Observed observe(const std::vector<std::string>& command, const std::set<std::string>& allowed,
                 const std::vector<Confinement>& confinements)
{
    Observer observer;
    const int exit_code = trace(command, observer, confinements, {[&] { load_filter(allowed); }});
    observer.observed.exit_code = exit_code;
    return observer.observed;
}

} // namespace lab
