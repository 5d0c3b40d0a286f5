// The list of system calls in docs/security.md. Its tables are for people, for these tests and for
// the service of Prometheus: there is no other list.
#pragma once

#include <set>
#include <string>
#include <vector>

namespace lab {

struct ListedCall {
    /// Those that do the same: which of them a program makes depends on its C library and on the
    /// processor.
    std::set<std::string> names;
    std::set<std::string> checks; ///< "ports", … or "all": those that make it in some test
    std::set<std::string> others; ///< those that may make it, in a state that no test has

    [[nodiscard]] bool is_made_by(const std::string& check) const
    {
        return checks.contains("all") || checks.contains(check);
    }
    [[nodiscard]] bool may_be_made_by(const std::string& check) const
    {
        return is_made_by(check) || others.contains("all") || others.contains(check);
    }
};

struct CallList {
    std::vector<ListedCall> own;     ///< from a check's first instruction to its end
    std::vector<ListedCall> startup; ///< the loader's and the C library's, before it
};

CallList read_call_list();

/// All that `check` may call. With its `own` alone, without what is called before.
std::set<std::string> allowed_calls(const CallList& list, const std::string& check);
std::set<std::string> own_calls(const CallList& list, const std::string& check);

} // namespace lab
