#include "tests/faults/outcome.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <optional>
#include <stdexcept>
#include <string_view>
#include <sys/syscall.h>
#include <vector>

#include <fmt/format.h>

#include "common/text/words.h"

namespace faults {
namespace {

std::string first_line_of(const std::string& output)
{
    return output.substr(0, output.find('\n'));
}

/// The perfdata of the first line, by label.
std::map<std::string, std::string> figures_of(const std::string& output)
{
    std::map<std::string, std::string> figures;
    const std::string line = first_line_of(output);
    const std::size_t bar = line.find('|');
    if (bar == std::string::npos)
        return figures;
    for (const std::string_view word :
         text::split_at_spaces(std::string_view(line).substr(bar + 1))) {
        const std::size_t equals = word.find('=');
        figures[std::string(word.substr(0, equals))] = word.substr(equals + 1);
    }
    return figures;
}

/// Whether words that a healthy run does not print say that something is not known.
bool is_hedged(const std::string& output, const std::string& healthy)
{
    std::string text;
    for (std::size_t begin = 0; begin < output.size();) {
        const std::size_t end = std::min(output.find('\n', begin), output.size());
        const std::string line = output.substr(begin, end - begin);
        if (healthy.find(line) == std::string::npos)
            text += line + '\n';
        begin = end + 1;
    }
    constexpr std::array hedges = {"at most", "between",   "not asked",
                                   "cannot",  "could not", "from /proc"};
    return std::ranges::any_of(
        hedges, [&](const char* hedge) { return text.find(hedge) != std::string::npos; });
}

/// One line of a state, or why not.
std::optional<std::string> find_fault_in(const lab::Output& output, bool is_output_refused)
{
    if (output.exit_code < 0 || output.exit_code > 3)
        return fmt::format("exit code {}", output.exit_code);
    if (!output.error.empty())
        return "standard error: " + output.error;
    if (is_output_refused)
        return output.exit_code == 3 ? std::nullopt : std::optional<std::string>("no UNKNOWN");
    constexpr std::array states = {" OK - ", " WARNING - ", " CRITICAL - ", "UNKNOWN - "};
    const std::string line = first_line_of(output.text);
    const char* const state = states.at(static_cast<std::size_t>(output.exit_code));
    return line.find(state) == std::string::npos ? std::optional("first line: " + line)
                                                 : std::nullopt;
}

/// Whether the kernel only wants the same call, or one for the rest, again: a signal came while it
/// waited (signal(7)), or it gave or took less than there was. A read() of /proc does not wait.
bool goes_on(const Fault& fault)
{
    constexpr std::array waiting = {SYS_write, SYS_recvmsg, SYS_recvfrom};
    return fault.is_short ||
           (fault.error == EINTR && std::ranges::find(waiting, fault.number) != waiting.end());
}

} // namespace

Healthy find_healthy(const std::vector<std::string>& command)
{
    constexpr int runs = 4;
    Healthy healthy = {run(command), {}};
    healthy.figures = figures_of(healthy.run.output.text);
    const lab::Output& output = healthy.run.output;
    if (output.exit_code > 2 || !output.error.empty() || healthy.figures.empty() ||
        healthy.run.calls.empty())
        throw std::runtime_error(
            fmt::format("{} is not healthy: {}{}", command.front(), output.text, output.error));
    // What it did itself: it walks more if it knows less.
    healthy.figures.erase("walked");
    for (int i = 1; i < runs; ++i) {
        const auto others = figures_of(run(command).output.text);
        std::erase_if(healthy.figures, [&](const auto& figure) {
            const auto other = others.find(figure.first);
            return other == others.end() || other->second != figure.second;
        });
    }
    return healthy;
}

Result judge(const Healthy& healthy, const Fault& fault, const lab::Output& output)
{
    // An error other than these two says that nobody can read what is written.
    const bool is_output_refused = fault.number == SYS_write && fault.error != 0 &&
                                   fault.error != EINTR && fault.error != EAGAIN;
    if (const auto why = find_fault_in(output, is_output_refused))
        return {Outcome::wrong, *why};
    if (output.exit_code == 3)
        return goes_on(fault) ? Result{Outcome::wrong, "UNKNOWN, as if it could not go on"}
                              : Result{Outcome::unknown, ""};
    const auto figures = figures_of(output.text);
    Outcome outcome = Outcome::same;
    for (const auto& [label, value] : healthy.figures) {
        const auto figure = figures.find(label);
        if (figure != figures.end() && figure->second == value)
            continue;
        outcome = Outcome::hedged;
        if (!is_hedged(output.text, healthy.run.output.text))
            return {Outcome::wrong,
                    fmt::format("{}={} instead of {}, and no word of it: {}", label,
                                figure == figures.end() ? "nothing" : figure->second, value,
                                first_line_of(output.text))};
    }
    if (outcome == Outcome::same && output.exit_code != healthy.run.output.exit_code)
        return {Outcome::wrong, "another state by the same figures: " + first_line_of(output.text)};
    if (outcome != Outcome::same && goes_on(fault))
        return {Outcome::wrong, "as if it could not go on: " + first_line_of(output.text)};
    return {outcome, ""};
}

} // namespace faults
