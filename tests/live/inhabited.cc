#include "tests/live/inhabited.h"

#include <array>
#include <csignal>
#include <cstdlib>
#include <exception>
#include <fcntl.h>
#include <sched.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>

#include <fmt/format.h>

#include "tests/live/lab.h"
#include "tests/live/system_call.h"

namespace lab {
namespace {

using Pipe = std::array<int, 2>;

Pipe make_pipe()
{
    Pipe ends{};
    check(pipe2(ends.data(), O_CLOEXEC) == 0, "pipe2");
    return ends;
}

[[noreturn]] void inhabit(const Inhabited::Life& live, const Pipe& ready)
{
    try {
        check(prctl(PR_SET_PDEATHSIG, SIGKILL) == 0, "PR_SET_PDEATHSIG");
        live([&] {
            const char byte = 0;
            check(write(ready[1], &byte, 1) == 1, "write");
            while (true)
                pause();
        });
    } catch (const std::exception& error) {
        fmt::print(stderr, "{}\n", error.what());
    }
    _exit(EXIT_FAILURE);
}

} // namespace

Inhabited::Inhabited(const Life& live)
{
    const Pipe ready = make_pipe();
    process_ = fork();
    check(process_ >= 0, "fork");
    if (process_ == 0)
        inhabit(live, ready);
    close(ready[1]);
    char byte = 0;
    const ssize_t length = read(ready[0], &byte, 1);
    close(ready[0]);
    check(length == 1, "the process of the other namespace");
    struct stat status = {};
    check(stat(fmt::format("/proc/{}/ns/net", process_).c_str(), &status) == 0, "stat");
    number_ = status.st_ino;
}

Inhabited::~Inhabited()
{
    kill(process_, SIGKILL);
    waitpid(process_, nullptr, 0);
}

Confinement Inhabited::inside() const
{
    return [path = fmt::format("/proc/{}/ns/net", process_)] {
        const FileDescriptor target(open(path.c_str(), O_RDONLY | O_CLOEXEC));
        check(target.number() >= 0, path.c_str());
        check(setns(target.number(), CLONE_NEWNET) == 0, "setns");
    };
}

Inhabited::Life with_connections(std::size_t connections, net::PortRange range)
{
    return [=](const std::function<void()>& stay) {
        const Namespace network(range);
        const FileDescriptor listener = listening(at("127.0.0.1", 5432));
        const auto clients = connected_times(connections, at("127.0.0.1", 5432));
        stay();
    };
}

std::vector<std::string> watching(const std::vector<const Inhabited*>& namespaces,
                                  std::vector<std::string> options)
{
    options.insert(options.begin(), namespaces_check);
    for (const Inhabited* each : namespaces)
        options.push_back(fmt::format("--namespace={}", each->number()));
    return options;
}

void Inhabited::act_inside(const std::function<void()>& act) const
{
    std::exception_ptr error;
    std::thread([&] {
        try {
            inside()();
            act();
        } catch (...) {
            error = std::current_exception();
        }
    }).join();
    if (error)
        std::rethrow_exception(error);
}

} // namespace lab
