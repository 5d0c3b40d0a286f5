// The threshold ranges of the Monitoring Plugins Development Guidelines: `[@]start:end`.
//
// A range names the values that are fine; a value outside it raises the alert. `@` turns that
// round. `10` is 0 to 10, `10:` is 10 and more, `~:10` is anything up to 10. Both ends belong to
// the range.
#pragma once

#include <limits>
#include <string>
#include <string_view>

namespace plugin {

class Range {
public:
    /// Whether a number may carry a `%`, as in `80%`. `percent`: the metric is a percentage, with
    /// or without the sign. `share`: it is a count that has a greatest value, and `80%` is a share
    /// of that.
    enum class Unit { none, percent, share };

    /// Throws std::invalid_argument, saying what is wrong, if `text` is no range.
    static Range parse(std::string_view text, Unit unit);

    /// Of a range that may hold shares: the same range in numbers, with `whole` as 100 %. Whole
    /// numbers are judged as by the exact shares. Throws std::runtime_error if the start now lies
    /// above the end.
    [[nodiscard]] Range of(double whole) const;

    [[nodiscard]] bool has_share() const { return start_is_share_ || end_is_share_; }
    [[nodiscard]] bool alerts(double value) const;

    /// Whether it judges every value in [from, to] alike.
    [[nodiscard]] bool is_constant(double from, double to) const;

    /// As the user wrote it, for perfdata: there the unit of the value holds for its thresholds
    /// too.
    [[nodiscard]] const std::string& text() const { return text_; }

    /// Why `value` raised the alert, to follow it in a sentence: "> 66%", "< 5000", "is not in
    /// 10:20". `unit` is what stands behind a number, such as "%" or " s".
    [[nodiscard]] std::string compare(double value, std::string_view unit) const;

private:
    [[nodiscard]] std::string format() const;

    std::string text_;
    bool start_is_share_ = false; ///< so `start_` is in percent of a whole yet to be known
    bool end_is_share_ = false;
    double start_ = 0;
    double end_ = std::numeric_limits<double>::infinity();
    bool inside_ = false;
};

} // namespace plugin
