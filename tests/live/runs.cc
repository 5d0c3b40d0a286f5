#include "tests/live/runs.h"

#include <array>
#include <cerrno>
#include <cstddef>
#include <fcntl.h>
#include <filesystem>
#include <string_view>
#include <sys/mman.h>
#include <sys/resource.h>
#include <unistd.h>

#include <fmt/format.h>

#include "tests/live/lab.h"
#include "tests/live/program.h"
#include "tests/live/system_call.h"

namespace lab {
namespace {

using Options = std::vector<std::string>;

/// A check that was built, and what its --help says that it takes.
struct Check {
    std::string name; ///< "ports", …
    std::string help;

    [[nodiscard]] bool takes(std::string_view word) const
    {
        return help.find(word) != std::string::npos;
    }
    [[nodiscard]] bool judges_captures() const { return takes("\n      --stdin "); }
    /// With the destination that it may want.
    [[nodiscard]] Options with_destination(Options options) const
    {
        if (takes("[OPTION]... ADDRESS:PORT...\n"))
            options.emplace_back("127.0.0.1:5432");
        return options;
    }
};

std::vector<Check> list_checks()
{
    const std::string start = "check_ephemeral_";
    std::vector<Check> found;
    for (const auto& entry : std::filesystem::directory_iterator("plugins")) {
        const std::string name = entry.path().filename();
        if (name.starts_with(start) && name.find('.') == std::string::npos)
            found.push_back({name.substr(start.size()), run({entry.path(), "--help"}).text});
    }
    check(!found.empty(), "there is no check in plugins/");
    return found;
}

const std::vector<Run> own_options = {
    {"ports", {"--held=ask", "--who", "--top=100", "-v"}, {}},
    {"ports", {"--held=count", "--in-doubt=used"}, {}},
    {"ports", {"--reader=procfs", "--who"}, {}},
    {"ports", {"--projected-critical=100"}, {}},
    {"ports", {"-4", "--source=10.9.0.1", "--time-wait=count"}, {}},
    {"ports", {"-w", "1", "-c", "2"}, {}},
    {"binds", {"--who", "--top=100", "-v"}, {}},
    {"binds", {"--protocol=udp"}, {}},
    {"binds", {"--reader=procfs", "--who"}, {}},
    {"probe", {"--bind"}, {}},
    {"probe", {"--bind"}, {deny_netlink}},
    {"probe", {"--bind", "--source=10.9.0.1", "127.0.0.1:5433"}, {}},
    {"probe", {"--protocol=all", "--source=::1", "[::1]:5433"}, {}},
    {"timewait", {"--detail=none"}, {}},
    {"timewait", {"-c", "1", "-v"}, {}},
    {"timewait", {"--reader=procfs"}, {}},
    {"range", {"--who", "--rfc6335", "-v"}, {}},
    {"range", {"--reader=procfs"}, {}},
    {"nat", {"--ports=40000-40063", "-v"}, {}},
    {"namespaces", {"--if-refused=ok", "-v"}, {}},
    {"namespaces", {"--namespace=nobody-has-this-name"}, {}}};

const std::vector<Options> common_options = {{},
                                             {"--output-format=json"},
                                             {"--output-format=openmetrics"},
                                             {"-v"},
                                             {"--help"},
                                             {"--version"},
                                             {"-w", "nonsense"}};

/// So many connections, each to a destination of its own.
std::string make_capture(std::size_t connections)
{
    std::string capture = "net.ipv4.ip_local_port_range = 40000 40063\n"
                          "net.ipv4.ip_local_reserved_ports =\n"
                          "net.ipv4.tcp_tw_reuse = 2\n"
                          "net.ipv4.tcp_timestamps = 1\n"
                          "net.ipv4.tcp_fin_timeout = 60\n"
                          "net.ipv4.tcp_max_tw_buckets = 4096\n"
                          "sockets: used 300\n"
                          "TCP: inuse 20 orphan 0 tw 7 alloc 20 mem 0\n"
                          "TCP6: inuse 4\n"
                          "tcp LISTEN 0 128 0.0.0.0:22 0.0.0.0:*\n"
                          "udp UNCONN 0 0 0.0.0.0:53 0.0.0.0:*\n";
    for (std::size_t i = 0; i < connections; ++i)
        capture += fmt::format("tcp ESTAB 0 0 10.0.0.1:40004 10.{}.{}.{}:443\n", i >> 16U,
                               i >> 8U & 0xffU, i & 0xffU);
    return capture;
}

Confinement reads(const std::string& text)
{
    return [text] {
        const FileDescriptor file(memfd_create("input", 0));
        check(pwrite(file.number(), text.data(), text.size(), 0) ==
                  static_cast<ssize_t>(text.size()),
              "pwrite");
        check(dup2(file.number(), STDIN_FILENO) == STDIN_FILENO, "dup2");
    };
}

/// Enough to start with.
void limit_memory()
{
    constexpr rlim_t bytes = 32U << 20U;
    const rlimit limit = {bytes, bytes};
    check(setrlimit(RLIMIT_AS, &limit) == 0, "RLIMIT_AS");
}

/// Nobody writes to it, and it does not end either: this process has its other end.
void read_from_silence()
{
    std::array<int, 2> ends{};
    check(pipe(ends.data()) == 0 && dup2(ends[0], STDIN_FILENO) == STDIN_FILENO, "pipe");
}

/// Nobody reads from it.
void write_to_full_pipe()
{
    std::array<int, 2> ends{};
    check(pipe2(ends.data(), O_NONBLOCK) == 0, "pipe2");
    constexpr std::array<char, 4096> page{};
    while (write(ends[1], page.data(), page.size()) > 0)
        ;
    check(errno == EAGAIN && dup2(ends[1], STDOUT_FILENO) == STDOUT_FILENO, "a full pipe");
}

void close_standard_descriptors()
{
    for (const int descriptor : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO})
        close(descriptor);
}

} // namespace

std::vector<std::string> Run::command() const
{
    std::vector<std::string> words = {"plugins/check_ephemeral_" + check};
    words.insert(words.end(), options.begin(), options.end());
    return words;
}

std::vector<Run> plain_runs()
{
    std::vector<Run> runs;
    for (const Check& check : list_checks())
        runs.push_back({check.name, check.with_destination({}), {}});
    return runs;
}

std::vector<Run> runs_that_answer(const Options& more)
{
    std::vector<Run> runs;
    for (const Check& check : list_checks()) {
        Options options = more;
        if (check.takes("--if-refused="))
            options.emplace_back("--if-refused=ok");
        runs.push_back({check.name, check.with_destination(options), {}});
    }
    return runs;
}

std::vector<Run> runs_by_options()
{
    std::vector<Run> runs = own_options;
    for (const Check& check : list_checks()) {
        for (const Options& options : common_options)
            runs.push_back({check.name, check.with_destination(options), {}});
    }
    return runs;
}

std::vector<Run> runs_in_need()
{
    constexpr std::size_t many = 300'000; // more than 2 MiB of them
    std::vector<Run> runs;
    for (const Check& check : list_checks()) {
        const auto& name = check.name;
        runs.push_back({name, check.with_destination({}), {close_standard_descriptors}});
        runs.push_back({name, check.with_destination({"-t", "1"}), {write_to_full_pipe}});
        runs.push_back({name, check.with_destination({}), {deny_netlink}});
        if (!check.judges_captures())
            continue;
        for (const std::string& input : {make_capture(20), make_capture(many), std::string("x")})
            runs.push_back({name, {"--stdin"}, {reads(input)}});
        runs.push_back({name, {"--stdin"}, {reads(make_capture(many)), limit_memory}});
        runs.push_back({name, {"--stdin", "-t", "1"}, {read_from_silence}});
    }
    return runs;
}

std::vector<Run> runs_without_privileges()
{
    return {{"nat", {}, {become_nobody}},
            // In a user namespace of ours, the table's file stays that user's own.
            {"nat", {}, {empty_proc_net, become_nobody}},
            {"namespaces", {}, {become_nobody}},
            {"namespaces", {"--if-refused=ok"}, {become_nobody}}};
}

} // namespace lab
