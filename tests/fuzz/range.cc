// plugin::Range::parse(): the value of -w and -c.
#include <cstdlib>
#include <optional>
#include <stdexcept>

#include "common/plugin/range.h"
#include "tests/fuzz/target.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    using plugin::Range;
    std::optional<Range> range;
    try {
        range = Range::parse(fuzz::text_of(data, size), Range::Unit::percent);
    } catch (const std::invalid_argument&) {
        return 0;
    }
    // What goes into perfdata is a range again, and the same one.
    const Range again = Range::parse(range->text(), Range::Unit::none);
    if (again.compare(10, "%") != range->compare(10, "%") || again.alerts(10) != range->alerts(10))
        std::abort();
    return 0;
}

std::vector<std::string> fuzz::seeds()
{
    return {"10", "10:", "~:10", "10:20", "@10:20", "80%", "@-1.5%:20.25%", "~:", ":5"};
}
