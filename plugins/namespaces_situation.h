// What check_ephemeral_namespaces found, ready to be judged and told: pure.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "common/owners/namespace_name.h"
#include "common/plugin/report.h"
#include "common/ports/tuple_usage.h"
#include "plugins/if_refused_option.h"
#include "plugins/in_doubt_option.h"

namespace checks {

/// So many of a namespace's usable ports. Two namespaces are compared by this, as what is printed
/// is rounded.
struct PortShare {
    std::size_t used = 0;
    std::size_t range_size = 0;

    /// From 0 to 1, which it is if there is no usable port.
    [[nodiscard]] double ratio() const;
    [[nodiscard]] double percentage() const; ///< as it is judged and printed

    friend bool operator<(const PortShare& one, const PortShare& other)
    {
        return one.ratio() < other.ratio();
    }
};

/// Which namespace it is.
struct NamespaceLabel {
    owners::NamespaceName name;
    std::uint64_t number = 0; ///< its inode's, as `lsns` shows it; 0 if it is refused to us

    /// Whether `pattern` is for its name, or is its number.
    [[nodiscard]] bool matches(const std::string& pattern) const
    {
        return name.matches(pattern) || std::to_string(number) == pattern;
    }
};

/// One whose sockets were read.
struct WalkedNamespace {
    NamespaceLabel label;
    std::size_t range_size = 0;
    ports::TupleUsage worst; ///< if there is no tuple: what any destination would find
    bool has_tuples = false;

    /// What is in doubt, and what would help if it is not OK.
    std::vector<std::string> details = {};
    std::vector<plugin::Table> tables = {};

    [[nodiscard]] PortShare share() const { return {worst.used, range_size}; }
    /// The same, if all that is in doubt is used.
    [[nodiscard]] PortShare share_most() const { return {worst.used_most, range_size}; }
    [[nodiscard]] PortShare judged(InDoubt in_doubt) const
    {
        return in_doubt == InDoubt::used ? share_most() : share();
    }
};

/// One that its counters alone tell of.
struct CountedNamespace {
    NamespaceLabel label;
    PortShare share_most; ///< no tuple uses more
};

/// One that is refused to us.
struct UnseenNamespace {
    NamespaceLabel label;
    /// No more sockets are in it; nothing if that is not known. Its range is not known, so any
    /// socket may be one too many.
    std::optional<std::size_t> sockets;

    [[nodiscard]] bool may_hide_a_problem() const { return sockets != std::size_t{0}; }
};

struct NamespacesJudgement {
    plugin::Thresholds usage;
    InDoubt in_doubt = InDoubt::left;
    IfRefused if_refused = IfRefused::unknown;
};

struct NamespacesSituation {
    std::vector<WalkedNamespace> walked; ///< the worst first
    std::vector<CountedNamespace> counted;
    std::vector<UnseenNamespace> unseen;
    bool hides_processes = false; ///< so that namespaces may be missing
    bool out_of_time = false;     ///< more would have been walked
    std::size_t rows = 5;         ///< to be listed, at most
    std::string program;          ///< where this program is

    [[nodiscard]] std::size_t namespaces() const
    {
        return walked.size() + counted.size() + unseen.size();
    }
    /// No tuple of any namespace that was seen uses more.
    [[nodiscard]] PortShare share_most() const;
};

bool has_smaller_bound(const CountedNamespace& one, const CountedNamespace& other);

/// Puts the worst first.
void sort(std::vector<WalkedNamespace>& walked, InDoubt in_doubt);

plugin::Report report_namespaces(const NamespacesSituation& situation,
                                 const NamespacesJudgement& judgement);

/// For `-v`: a line for each namespace that its counters alone tell of.
void tell_counted(const NamespacesSituation& situation, std::vector<std::string>& lines);

} // namespace checks
