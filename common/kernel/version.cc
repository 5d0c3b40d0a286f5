#include "common/kernel/version.h"

#include <stdexcept>
#include <sys/utsname.h>

#include "common/text/number.h"

namespace kernel {

Version parse_version(std::string_view release)
{
    constexpr std::string_view digits = "0123456789";
    const std::size_t dot = release.find('.');
    if (dot == std::string_view::npos)
        throw std::invalid_argument("a kernel release without a dot");
    const std::string_view rest = release.substr(dot + 1);
    return {text::parse_number<unsigned>(release.substr(0, dot)),
            text::parse_number<unsigned>(rest.substr(0, rest.find_first_not_of(digits)))};
}

bool is_at_least(Version version)
{
    utsname name{};
    if (uname(&name) != 0)
        return false;
    try {
        return parse_version(name.release) >= version;
    } catch (const std::invalid_argument&) {
        return false;
    }
}

} // namespace kernel
