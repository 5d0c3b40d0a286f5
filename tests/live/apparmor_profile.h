// What integrations/apparmor lets a check do, as far as a run can show that it needs it.
#pragma once

#include <istream>
#include <regex>
#include <set>
#include <string>
#include <vector>

namespace lab {

class AppArmorProfile {
public:
    /// That of "ports", … among the profiles in a file. Throws std::runtime_error if there is none.
    AppArmorProfile(std::istream& file, const std::string& check);

    [[nodiscard]] bool lets_read(const std::string& path) const;
    [[nodiscard]] bool lets_write(const std::string& path) const;
    /// "inet stream"
    [[nodiscard]] bool lets_make(const std::string& socket) const;

private:
    void add(const std::string& path, const std::string& permissions);

    std::vector<std::regex> read_;
    std::vector<std::regex> written_;
    std::set<std::string> sockets_;
};

} // namespace lab
