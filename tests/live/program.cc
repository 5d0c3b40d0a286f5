#include "tests/live/program.h"

#include <array>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <fcntl.h>
#include <memory>
#include <sched.h>
#include <seccomp.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <system_error>
#include <unistd.h>
#include <utility>

#include <boost/test/unit_test.hpp>
#include <fmt/format.h>

#include "tests/live/features.h"
#include "tests/live/lab.h"
#include "tests/live/system_call.h"

namespace lab {
namespace {

std::string read_all(const FileDescriptor& file)
{
    std::string text;
    std::array<char, 4096> buffer{};
    for (ssize_t length = 0; (length = read(file.number(), buffer.data(), buffer.size())) > 0;)
        text.append(buffer.data(), static_cast<std::size_t>(length));
    return text;
}

void load_seccomp_rule(int system_call, std::uint32_t action,
                       const std::vector<scmp_arg_cmp>& conditions)
{
    const std::unique_ptr<void, void (*)(scmp_filter_ctx)> filter(seccomp_init(SCMP_ACT_ALLOW),
                                                                  seccomp_release);
    check(filter &&
              seccomp_rule_add_array(filter.get(), action, system_call,
                                     static_cast<unsigned>(conditions.size()),
                                     conditions.data()) == 0 &&
              seccomp_load(filter.get()) == 0,
          "seccomp");
}

/// For execve(), which wants no constants.
std::vector<char*> words_of(const std::vector<std::string>& command)
{
    std::vector<char*> words;
    words.reserve(command.size() + 1);
    for (const std::string& word : command)
        words.push_back(const_cast<char*>(word.c_str()));
    words.push_back(nullptr);
    return words;
}

/// Takes no memory if there are no confinements: another thread may have held the lock of a
/// sanitizer's allocator at the moment of fork().
[[noreturn]] void execute(const std::vector<char*>& words,
                          const std::vector<Confinement>& confinements)
{
    // Opened before the confinements, which may take away the way to it.
    const int program = open(words.front(), O_PATH | O_CLOEXEC);
    try {
        for (const Confinement& confine : confinements)
            confine();
    } catch (const std::exception& error) {
        fmt::print(stderr, "confinement failed: {}\n", error.what());
        _exit(126);
    }
    fexecve(program, words.data(), environ);
    fmt::print(stderr, "cannot run {}: {}\n", words.front(), std::strerror(errno));
    _exit(127);
}

} // namespace

void become(const std::vector<std::string>& command, const std::vector<Confinement>& confinements)
{
    execute(words_of(command), confinements);
}

Output run(const std::vector<std::string>& command, const std::vector<Confinement>& confinements)
{
    std::array<int, 2> text{};
    std::array<int, 2> error{};
    check(pipe2(text.data(), O_CLOEXEC) == 0 && pipe2(error.data(), O_CLOEXEC) == 0, "pipe2");
    const std::vector<char*> words = words_of(command);
    const pid_t child = fork();
    check(child >= 0, "fork");
    if (child == 0) {
        dup2(text[1], STDOUT_FILENO);
        dup2(error[1], STDERR_FILENO);
        execute(words, confinements);
    }
    close(text[1]);
    close(error[1]);

    Output output;
    output.text = read_all(FileDescriptor(text[0]));
    output.error = read_all(FileDescriptor(error[0]));
    int status = 0;
    check(waitpid(child, &status, 0) == child, "waitpid");
    output.exit_code = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
    // A sanitizer has found something, whatever the test makes of it.
    if (is_sanitized && output.exit_code == 128 + SIGABRT)
        BOOST_ERROR(command.front() << ": " << output.error);
    return output;
}

bool holds_in_a_child(const std::function<bool()>& act)
{
    const pid_t child = fork();
    check(child >= 0, "fork");
    if (child == 0) {
        try {
            _exit(act() ? EXIT_SUCCESS : EXIT_FAILURE);
        } catch (const std::exception& error) {
            fmt::print(stderr, "{}\n", error.what());
            _exit(EXIT_FAILURE);
        }
    }
    int status = 0;
    check(waitpid(child, &status, 0) == child, "waitpid");
    return WIFEXITED(status) && WEXITSTATUS(status) == EXIT_SUCCESS;
}

void become_nobody()
{
    constexpr uid_t nobody = 65534;
    if (setgid(nobody) == 0 && setuid(nobody) == 0)
        return;
    // In a user namespace of ours there is no other user; a further one leaves us no power over the
    // network.
    check(unshare(CLONE_NEWUSER) == 0, "unshare(CLONE_NEWUSER)");
}

void deny_netlink()
{
    load_seccomp_rule(SCMP_SYS(socket), SCMP_ACT_ERRNO(EAFNOSUPPORT),
                      {SCMP_A0(SCMP_CMP_EQ, AF_NETLINK)});
}

void deny_setsockopt()
{
    load_seccomp_rule(SCMP_SYS(setsockopt), SCMP_ACT_ERRNO(EPERM), {});
}

void deny_bind()
{
    load_seccomp_rule(SCMP_SYS(bind), SCMP_ACT_ERRNO(EPERM), {});
}

void refuse_connect()
{
    load_seccomp_rule(SCMP_SYS(connect), SCMP_ACT_ERRNO(ECONNREFUSED), {});
}

void die_at_connect()
{
    load_seccomp_rule(SCMP_SYS(connect), SCMP_ACT_KILL_PROCESS, {});
}

void empty_proc_net()
{
    check(unshare(CLONE_NEWNS) == 0, "unshare(CLONE_NEWNS)");
    // Of the mount that we change alone: in a chroot, / need not be one.
    check(mount(nullptr, "/proc", nullptr, MS_PRIVATE, nullptr) == 0, "make /proc private");
    check(mount("tmpfs", "/proc/self/net", "tmpfs", 0, nullptr) == 0, "mount on /proc/self/net");
}

Confinement limit_processor_time(unsigned seconds)
{
    return [seconds] {
        const rlimit limit = {seconds, seconds};
        check(setrlimit(RLIMIT_CPU, &limit) == 0, "RLIMIT_CPU");
    };
}

Confinement set_environment(const char* name, const char* value)
{
    return [=] { check(setenv(name, value, 1) == 0, "setenv"); };
}

Repetition::Repetition(std::vector<std::vector<std::string>> commands)
{
    for (std::vector<std::string>& command : commands)
        threads_.emplace_back([this, command = std::move(command)] {
            for (; !done_; ++runs_)
                run(command);
        });
}

Repetition::~Repetition()
{
    done_ = true;
    for (std::thread& thread : threads_)
        thread.join();
}

std::string perfdata(const Output& output, std::string_view label)
{
    const std::string first_line = output.text.substr(0, output.text.find('\n'));
    const std::size_t bar = first_line.find(" | ");
    BOOST_REQUIRE_MESSAGE(bar != std::string::npos, "no perfdata in: " << output.text);
    const std::string perfdata = first_line.substr(bar + 2) + ' ';
    const std::string key = fmt::format(" {}=", label);
    const std::size_t position = perfdata.find(key);
    BOOST_REQUIRE_MESSAGE(position != std::string::npos, "no " << label << " in: " << first_line);
    const std::string rest = perfdata.substr(position + key.size());
    return rest.substr(0, rest.find_first_of("; "));
}

} // namespace lab
