#include "common/sockets/capture_timer.h"

#include <cstddef>
#include <cstdint>
#include <stdexcept>

#include "common/text/number.h"

namespace sockets {
namespace {

/// The number before `unit`, which is cut off `text`; 0 if it has no such unit.
std::chrono::milliseconds cut_off(std::string_view& text, std::string_view unit,
                                  std::chrono::milliseconds length)
{
    const std::size_t end = text.find(unit);
    if (end == std::string_view::npos)
        return {};
    const auto number = text::find_number<std::uint16_t>(text.substr(0, end));
    if (!number)
        throw std::invalid_argument("a timer that is not a time");
    text.remove_prefix(end + unit.size());
    return *number * length;
}

/// "1min2sec", "32sec", "500ms", nothing for 0; for 9 s and 500 ms "9.500sec", or "9.500ms" by an
/// older ss (print_ms_timer()). From ten seconds on the milliseconds are cut off; we take the
/// longest time that it can be, because then the age has the right whole seconds, and closes are
/// counted by these.
std::chrono::milliseconds parse_ss_time(std::string_view text)
{
    std::chrono::milliseconds time = cut_off(text, "min", std::chrono::minutes(1));
    const bool has_point = text.find('.') != std::string_view::npos;
    time += cut_off(text, ".", std::chrono::seconds(1));
    time +=
        cut_off(text, "sec", has_point ? std::chrono::milliseconds(1) : std::chrono::seconds(1));
    time += cut_off(text, "ms", std::chrono::milliseconds(1));
    if (!text.empty())
        throw std::invalid_argument("a timer that is not a time");
    constexpr std::chrono::milliseconds cut_off_from = std::chrono::seconds(10);
    constexpr std::chrono::milliseconds most_cut_off(999);
    return time < cut_off_from ? time : time + most_cut_off;
}

} // namespace

std::optional<std::chrono::milliseconds> parse_ss_timer(std::string_view word)
{
    constexpr std::string_view opening = "timer:(timewait,";
    if (!word.starts_with(opening))
        return std::nullopt;
    word.remove_prefix(opening.size());
    const std::size_t comma = word.find(',');
    if (comma == std::string_view::npos)
        throw std::invalid_argument("a timer that is cut off");
    return parse_ss_time(word.substr(0, comma));
}

std::chrono::milliseconds parse_netstat_time(std::string_view word)
{
    constexpr double longest = 3600;
    constexpr double milliseconds = 1000;
    const std::size_t slash = word.find('/');
    if (!word.starts_with('(') || slash == std::string_view::npos)
        throw std::invalid_argument("a timer that is cut off");
    const auto seconds = text::find_number<double>(word.substr(1, slash - 1));
    if (!seconds || *seconds < 0 || *seconds > longest)
        throw std::invalid_argument("a timer that is not a time");
    return std::chrono::milliseconds(static_cast<std::int64_t>(*seconds * milliseconds));
}

} // namespace sockets
