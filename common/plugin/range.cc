#include "common/plugin/range.h"

#include <cmath>
#include <stdexcept>

#include <fmt/format.h>

#include "common/plugin/number.h"
#include "common/text/number.h"

namespace plugin {
namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();

double parse_number(std::string_view text)
{
    if (const auto number = text::find_number<double>(text))
        return *number;
    throw std::invalid_argument("not a range such as 80, 10:20, 10:, ~:20 or @10:20");
}

std::string format_bound(double bound)
{
    if (bound == -infinity)
        return "~";
    if (bound == infinity)
        return "";
    constexpr int finest = 9;
    return format_number(bound, finest);
}

} // namespace

Range Range::parse(std::string_view text, Unit unit)
{
    constexpr std::size_t longest = 64; // so that perfdata stays short
    if (text.size() > longest)
        throw std::invalid_argument(fmt::format("longer than {} characters", longest));

    Range range;
    range.text_ = text;
    if (unit == Unit::percent)
        std::erase(range.text_, '%');

    // A `%` counts as part of its number, so that `%`, `8%0` and `80%%` stay errors.
    const auto parse_bound = [unit](std::string_view bound, bool& is_share) {
        const bool has_sign = bound.size() > 1 && bound.back() == '%';
        if (unit != Unit::none && has_sign)
            bound.remove_suffix(1);
        is_share = unit == Unit::share && has_sign;
        return parse_number(bound);
    };

    range.inside_ = text.starts_with('@');
    if (range.inside_)
        text.remove_prefix(1);

    const std::size_t colon = text.find(':');
    if (colon == std::string_view::npos) {
        range.end_ = parse_bound(text, range.end_is_share_);
    } else {
        const std::string_view start = text.substr(0, colon);
        const std::string_view end = text.substr(colon + 1);
        if (start == "~")
            range.start_ = -infinity;
        else if (!start.empty() || end.empty())
            range.start_ = parse_bound(start, range.start_is_share_);
        if (!end.empty())
            range.end_ = parse_bound(end, range.end_is_share_);
    }
    // A share and a number are compared when the whole is known; 0 is the same in both.
    const bool comparable = range.start_is_share_ == range.end_is_share_ || range.start_ == 0;
    if (comparable && range.start_ > range.end_)
        throw std::invalid_argument("the range starts above its end");
    return range;
}

Range Range::of(double whole) const
{
    constexpr double full = 100;
    Range range = *this;
    if (start_is_share_)
        range.start_ = std::ceil(start_ * whole / full);
    if (end_is_share_)
        range.end_ = std::floor(end_ * whole / full);
    if (start_is_share_ || end_is_share_)
        range.text_ = range.format();
    if (range.start_ > range.end_)
        throw std::runtime_error(fmt::format("the range {} starts above its end, as {} is 100 %",
                                             text_, format_number(whole)));
    range.start_is_share_ = false;
    range.end_is_share_ = false;
    return range;
}

std::string Range::format() const
{
    // One of the two ends has to stand there.
    const bool omits_start = start_ == 0 && end_ != infinity;
    const std::string start = omits_start ? "" : format_bound(start_) + ':';
    return (inside_ ? "@" : "") + start + format_bound(end_);
}

bool Range::alerts(double value) const
{
    const bool within = value >= start_ && value <= end_;
    return within == inside_;
}

bool Range::is_constant(double from, double to) const
{
    const bool enters = from < start_ && to >= start_;
    const bool leaves = from <= end_ && to > end_;
    return !enters && !leaves;
}

std::string Range::compare(double value, std::string_view unit) const
{
    const bool open_start = start_ == -infinity;
    const bool open_end = end_ == infinity;
    const auto phrase = [unit](std::string_view sign, double bound) {
        return fmt::format("{} {}{}", sign, format_bound(bound), unit);
    };
    if (inside_ && open_end && !open_start)
        return phrase(">=", start_);
    if (inside_ && open_start && !open_end)
        return phrase("<=", end_);
    if (!inside_ && value < start_ && (open_end || start_ == 0))
        return phrase("<", start_);
    if (!inside_ && value > end_ && (open_start || start_ == 0))
        return phrase(">", end_);
    return fmt::format("is {}in {}:{}", inside_ ? "" : "not ", format_bound(start_),
                       format_bound(end_));
}

} // namespace plugin
