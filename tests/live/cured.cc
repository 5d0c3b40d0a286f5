#include "tests/live/cured.h"

#include <algorithm>

#include <boost/test/unit_test.hpp>

#include "tests/live/lab.h"

namespace lab {

std::optional<Cure> find_cure(const Report& report, std::string_view what)
{
    for (const nlohmann::json& row : report.rows("cures")) {
        const std::string cure = row.at("cure");
        if (cure.find(what) == std::string::npos)
            continue;
        const std::size_t instead_of = row.at("instead_of");
        return Cure{cure,
                    left_in(row),
                    {row.value("instead_of_least", instead_of), instead_of},
                    row.value("condition", "")};
    }
    return std::nullopt;
}

std::size_t left_with(const Report& report, std::string_view what)
{
    const auto cure = find_cure(report, what);
    BOOST_REQUIRE_MESSAGE(cure.has_value(), "no cure " << what << " in " << report.text);
    BOOST_TEST(cure->ends.least == cure->ends.most, report.text);
    return cure->ends.most;
}

void apply(const Cure& cure)
{
    constexpr std::string_view prefix = "net.ipv4.";
    constexpr std::string_view between = " and ";
    std::string_view rest = cure.cure;
    while (!rest.empty()) {
        const std::string_view setting = rest.substr(0, rest.find(between));
        const std::size_t equal = setting.find('=');
        BOOST_REQUIRE_MESSAGE(setting.starts_with(prefix) && equal != std::string_view::npos,
                              "no setting: " << cure.cure);
        set_sysctl(setting.substr(prefix.size(), equal - prefix.size()), setting.substr(equal + 1));
        rest.remove_prefix(std::min(rest.size(), setting.size() + between.size()));
    }
}

} // namespace lab
