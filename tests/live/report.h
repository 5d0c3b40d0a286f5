// What a check reports to a program: its JSON, and what must hold in every report.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json.hpp>

#include "common/net/address.h"
#include "common/net/port_set.h"
#include "tests/live/lab.h"
#include "tests/live/program.h"

namespace lab {

struct Report {
    int exit_code = -1;
    std::string text; ///< as it was printed
    nlohmann::json json;

    [[nodiscard]] bool has(std::string_view label) const;
    /// The value of a metric. Fails the test if there is none.
    [[nodiscard]] double metric(std::string_view label) const;
    /// Fails the test if there is no such table.
    [[nodiscard]] const nlohmann::json& rows(std::string_view table) const;
    /// The row of connections from `source` to `destination`, on `interface`. Fails the test if
    /// there is none.
    [[nodiscard]] const nlohmann::json& tuple(std::string_view source, std::string_view destination,
                                              unsigned interface = 0) const;
    [[nodiscard]] std::string summary() const { return json.at("summary"); }
    /// The sentence and the details: all that it says in words.
    [[nodiscard]] std::string words() const;
    [[nodiscard]] bool says(std::string_view what) const
    {
        return words().find(what) != std::string::npos;
    }
};

/// Runs a check with --output-format=json.
Report report_of(std::vector<std::string> command,
                 const std::vector<Confinement>& confinements = {});

/// How many ports may be left in a row: both ends are the same if nothing is in doubt.
struct Ends {
    std::size_t least = 0;
    std::size_t most = 0;

    [[nodiscard]] bool contain(std::size_t given) const { return least <= given && given <= most; }
};
Ends left_in(const nlohmann::json& row);

/// The connect() that a row of check_ephemeral_ports tells of: no port is chosen by its bind().
struct Call {
    Endpoint destination;
    Manner manner;
};
Call call_of(const nlohmann::json& row);

/// What the kernel gives to connect() for this row of check_ephemeral_ports, or to bind() for this
/// one of check_ephemeral_binds: the ports of `range` that it was asked about.
std::size_t given_to_tuple(const nlohmann::json& row, net::PortRange range);
std::size_t given_to_binder(const nlohmann::json& row, net::PortRange range);

/// Whether the figures of check_ephemeral_ports add up, in each row and between the worst row and
/// the metrics; if not, in what they do not. Empty if they do.
std::string find_contradiction(const Report& ports);

} // namespace lab
