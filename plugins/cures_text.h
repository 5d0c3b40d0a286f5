// How a report tells what each cure would bring: a line each, best first, and a row of the table
// "cures" for programs.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "common/kernel/port_settings.h"
#include "common/plugin/report.h"
#include "common/ports/cures.h"

namespace checks {

/// A figure; if it is not certain, its two ends.
struct Ends {
    double least = 0;
    double most = 0;
};

struct ToldCure {
    std::string cure;      ///< a setting as sysctl takes it, or what to do
    std::string condition; ///< on which it hangs, to follow an "if"; empty if on nothing
    Ends figure;
    Ends instead_of;
    /// Where the present rate of closes would lead, in percent, and where it does; nothing if what
    /// is there now is to be mended.
    std::optional<Ends> projected = {};
    std::optional<Ends> projected_instead_of = {};
};

/// The figure that a check's cures are for.
struct CuredFigure {
    std::string key;     ///< in the table: "left"
    std::string words;   ///< behind the number: "left"
    std::string meaning; ///< of the key: "Ports that would be left"
    /// Whether cures can be for where the closes lead, and hang on the other end.
    bool is_of_connections = false;
};

plugin::TableMeaning cures_table(const CuredFigure& figure);

/// Adds lines under `heading`, and the table. There is no line if there is no cure.
void tell_cures(const std::string& heading, std::vector<ToldCure> cures, const CuredFigure& figure,
                plugin::Report& report);

/// What to do for `cure`. `further_address`: what that is to the caller.
std::string name_cure(const ports::Cure& cure, const kernel::PortSettings& present,
                      const char* further_address);

/// What is left in `outlook`.
Ends left_of(const ports::Outlook& outlook);

/// "net.ipv4.ip_local_port_range=15000 60999", and what is to be reserved before, if anything.
std::string name_wider_range(const kernel::PortSettings& wide, const kernel::PortSettings& present);

} // namespace checks
