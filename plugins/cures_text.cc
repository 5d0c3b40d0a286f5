#include "plugins/cures_text.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "common/plugin/number.h"
#include "common/plugin/table.h"

namespace checks {
namespace {

std::string format(const Ends& ends, const char* unit = "")
{
    const std::string most = plugin::format_number(ends.most);
    return ends.least == ends.most
               ? fmt::format("{}{}", most, unit)
               : fmt::format("between {}{} and {}{}", plugin::format_number(ends.least), unit, most,
                             unit);
}

std::string tell(const ToldCure& cure, const CuredFigure& figure)
{
    std::string line = fmt::format("  {}: ", cure.cure);
    if (cure.projected && cure.projected_instead_of)
        line += fmt::format("heading for {} instead of {}", format(*cure.projected, "%"),
                            format(*cure.projected_instead_of, "%"));
    else
        line += fmt::format("{} {} instead of {}", format(cure.figure), figure.words,
                            format(cure.instead_of));
    if (!cure.condition.empty())
        line += ", if " + cure.condition;
    return line;
}

void add_row(const ToldCure& cure, const CuredFigure& figure, plugin::Table& table)
{
    const plugin::Cell absent = std::nullopt;
    const auto other_end = [&](double one, double other) {
        return one == other ? absent : plugin::Cell(other);
    };
    std::vector<plugin::Cell> row = {
        cure.cure, cure.figure.most, other_end(cure.figure.most, cure.figure.least),
        cure.instead_of.most, other_end(cure.instead_of.most, cure.instead_of.least)};
    if (figure.is_of_connections) {
        for (const std::optional<Ends>& projected : {cure.projected, cure.projected_instead_of}) {
            row.push_back(projected ? plugin::Cell(projected->least) : absent);
            row.push_back(projected ? other_end(projected->least, projected->most) : absent);
        }
        row.push_back(cure.condition.empty() ? absent : plugin::Cell(cure.condition));
    }
    table.add_row(std::move(row));
}

/// The one that brings more comes first; if the same, the one that hangs on nothing.
bool is_better(const ToldCure& one, const ToldCure& other)
{
    if (one.projected && other.projected && one.projected->least != other.projected->least)
        return one.projected->least < other.projected->least;
    if (one.figure.most != other.figure.most)
        return one.figure.most > other.figure.most;
    if (one.figure.least != other.figure.least)
        return one.figure.least > other.figure.least;
    return one.condition.empty() && !other.condition.empty();
}

} // namespace

plugin::TableMeaning cures_table(const CuredFigure& figure)
{
    using plugin::Kind;
    using plugin::sometimes;
    std::vector<plugin::Column> columns = {
        {"cure", "", "A setting as sysctl takes it, or what to do", Kind::text},
        {figure.key, "", figure.meaning},
        sometimes({figure.key + "_least", "", "The same, at least"}),
        {"instead_of", "", "The same without the cure"},
        sometimes({"instead_of_least", "", "The same without the cure, at least"})};
    if (figure.is_of_connections)
        columns.insert(
            columns.end(),
            {sometimes({"projected", "", "Where the rate would lead, if the alarm is about that",
                        Kind::share}),
             sometimes({"projected_most", "", "The same, at most", Kind::share}),
             sometimes({"projected_instead_of", "", "Where the rate leads without the cure",
                        Kind::share}),
             sometimes({"projected_most_instead_of", "", "The same, at most", Kind::share}),
             sometimes({"condition", "", "What the cure depends on", Kind::text})});
    return {"cures", "What would help, best first; empty if the state is OK", std::move(columns)};
}

void tell_cures(const std::string& heading, std::vector<ToldCure> cures, const CuredFigure& figure,
                plugin::Report& report)
{
    std::stable_sort(cures.begin(), cures.end(), is_better);
    plugin::Table table(cures_table(figure));
    if (!cures.empty())
        report.details.push_back(heading);
    for (const ToldCure& cure : cures) {
        report.details.push_back(tell(cure, figure));
        add_row(cure, figure, table);
    }
    report.tables.push_back(std::move(table));
}

std::string name_cure(const ports::Cure& cure, const kernel::PortSettings& present,
                      const char* further_address)
{
    using ports::Remedy;
    switch (cure.remedy) {
    case Remedy::time_wait_reuse:
        return fmt::format("net.ipv4.tcp_tw_reuse={}",
                           static_cast<int>(*cure.settings.time_wait_reuse));
    case Remedy::wider_range:
        return name_wider_range(cure.settings, present);
    case Remedy::further_address:
        return further_address;
    case Remedy::no_early_bind:
        return "nothing held by bind() before connect() (IP_BIND_ADDRESS_NO_PORT)";
    case Remedy::no_resident:
        return "no socket that listens or is only bound inside the range";
    case Remedy::no_time_wait:
        return "no connection in TIME_WAIT (keep-alive, a connection pool)";
    }
    return "";
}

Ends left_of(const ports::Outlook& outlook)
{
    return {static_cast<double>(outlook.left_least), static_cast<double>(outlook.left)};
}

std::string name_wider_range(const kernel::PortSettings& wide, const kernel::PortSettings& present)
{
    std::string name =
        fmt::format("net.ipv4.ip_local_port_range={} {}", wide.range.low, wide.range.high);
    if (wide.reserved != present.reserved)
        name = fmt::format("net.ipv4.ip_local_reserved_ports={} and {}",
                           net::format_port_list(wide.reserved), name);
    return name;
}

} // namespace checks
