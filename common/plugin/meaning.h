// What the figures of a report mean: those of its performance data, and those in the columns of its
// tables. A check declares them once; its own code, the JSON schema, the documents and what
// schedulers are given take them from there.
#pragma once

#include <string>
#include <vector>

namespace plugin {

/// What a figure counts, and so its unit in performance data; in a table there are others, too.
enum class Kind {
    count,        ///< without unit
    counter,      ///< `c`: grows until the host restarts
    share,        ///< `%`
    seconds,      ///< `s`
    microseconds, ///< `us`, in tables alone
    rate,         ///< without unit: so many a second, with a fraction
    text,         ///< no figure, in tables alone
    counts        ///< several of them, which people see as a text, in tables alone
};

[[nodiscard]] inline const char* unit_of(Kind kind)
{
    switch (kind) {
    case Kind::count:
    case Kind::rate:
    case Kind::text:
    case Kind::counts:
        break;
    case Kind::counter:
        return "c";
    case Kind::share:
        return "%";
    case Kind::seconds:
        return "s";
    case Kind::microseconds:
        return "us";
    }
    return "";
}

/// What a metric means, for the manual page, OpenMetrics' HELP and the items of Zabbix.
struct MetricMeaning {
    std::string label;
    std::string title;   ///< a few words, behind the check's name: "left to UDP"
    std::string meaning; ///< a phrase without a full stop, the unit left out
    Kind kind = Kind::count;
    std::string most = {}; ///< the largest value: a number, or what it is called; empty if unknown
};

/// A column of a table. For people, texts stand to the left and numbers to the right.
struct Column {
    /// What OpenMetrics makes of it.
    enum class Role {
        detail, ///< nothing
        label,  ///< a label of the row's series: all of them together tell it from the other rows
        series  ///< a series: the number in this column, under the row's labels
    };

    /// Whether a row can lack a value here: a program does not get the key then.
    enum class Presence { always, sometimes };

    std::string key;          ///< in JSON and OpenMetrics: snake_case, fixed for ever
    std::string heading;      ///< for people; empty if only programs want the column
    std::string meaning = {}; ///< as that of a metric
    Kind kind = Kind::count;
    Role role = Role::detail;
    Presence presence = Presence::always;
};

/// `column`, where a row can lack a value.
[[nodiscard]] inline Column sometimes(Column column)
{
    column.presence = Column::Presence::sometimes;
    return column;
}

struct TableMeaning {
    std::string name;    ///< its key in JSON: what its rows are, such as "tuples"
    std::string meaning; ///< what is in it, a phrase without a full stop
    std::vector<Column> columns;
    std::string row = {}; ///< what OpenMetrics calls a row, "tuple"; needed if there are series
};

} // namespace plugin
