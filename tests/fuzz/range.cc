// plugin::Range::parse(): the value of -w and -c.
#include <optional>
#include <stdexcept>

#include "common/plugin/range.h"
#include "tests/fuzz/target.h"

namespace {

using fuzz::promise;
using plugin::Range;

constexpr std::size_t longest = 64;
constexpr double sizes[] = {0, 1, 10, 28232, 1e9};

std::optional<Range> parse(std::string_view text, Range::Unit unit)
{
    try {
        return Range::parse(text, unit);
    } catch (const std::invalid_argument&) {
        return std::nullopt;
    }
}

/// What goes into perfdata is a range again, and the same one.
void test_text(const Range& range)
{
    const Range again = Range::parse(range.text(), Range::Unit::none);
    for (const double value : sizes) {
        promise(again.compare(value, "%") == range.compare(value, "%"));
        promise(again.alerts(value) == range.alerts(value));
        promise(!range.is_constant(0, value) || range.alerts(0) == range.alerts(value));
    }
}

/// A share becomes numbers, and only then may its start turn out to lie above its end. These may
/// have more digits than a user may give.
void test_share(const Range& range)
{
    for (const double whole : sizes) {
        try {
            const Range numbers = range.of(whole);
            promise(!numbers.has_share());
            if (numbers.text().size() <= longest)
                test_text(numbers);
        } catch (const std::runtime_error&) {
            promise(range.has_share());
        }
    }
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    const std::string_view text = fuzz::text_of(data, size);
    const auto plain = parse(text, Range::Unit::none);
    const auto percent = parse(text, Range::Unit::percent);
    const auto share = parse(text, Range::Unit::share);
    promise(!plain || (percent && share));
    if (percent)
        test_text(*percent);
    if (share)
        test_share(*share);
    return 0;
}

std::vector<std::string> fuzz::seeds()
{
    return {"10", "10:", "~:10", "10:20", "@10:20", "80%", "@-1.5%:20.25%", "~:", ":5", "5%:20000"};
}
