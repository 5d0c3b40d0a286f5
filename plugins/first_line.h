// The sentence of a report that names addresses or owners: what fits on a pager, before the
// performance data.
//
// What must be there comes first, then what is worth most, as far as there is room: in all 160
// characters with IPv4 addresses and 200 with IPv6 ones.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>

#include "common/net/tuple.h"

namespace checks {

class FirstLine {
public:
    static constexpr std::size_t most_with_ipv4 = 160;
    static constexpr std::size_t most_with_ipv6 = 200;

    FirstLine(std::string sentence, const net::Tuple& tuple)
        : FirstLine(std::move(sentence),
                    tuple.destination.is_ipv4() ? most_with_ipv4 : most_with_ipv6)
    {
    }

    explicit FirstLine(std::string sentence, std::size_t most = most_with_ipv4)
        : sentence_(std::move(sentence)), most_(most)
    {
        constexpr std::string_view longest_beginning = "EPHEMERAL NAMESPACES CRITICAL - ";
        most_ -= longest_beginning.size();
    }

    /// Adds `clause` if there is room; returns whether.
    bool add(const std::string& clause)
    {
        const bool fits = sentence_.size() + clause.size() <= most_;
        if (fits)
            sentence_ += clause;
        return fits;
    }

    /// Adds as much of `clause` as fits, and an ellipsis if it was cut off.
    void add_beginning(const std::string& clause)
    {
        constexpr std::string_view ellipsis = "...";
        if (!add(clause) && sentence_.size() + ellipsis.size() < most_)
            sentence_.append(clause, 0, most_ - sentence_.size() - ellipsis.size())
                .append(ellipsis);
    }

    [[nodiscard]] const std::string& text() const { return sentence_; }

private:
    std::string sentence_;
    std::size_t most_;
};

} // namespace checks
