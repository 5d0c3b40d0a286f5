// When the ports of a tuple will be gone, if it goes on closing connections as it does.
#pragma once

#include <chrono>
#include <optional>
#include <string>

#include "common/ports/census.h"

namespace checks {

/// The tuple whose ports will be gone first.
struct Forecast {
    net::Tuple tuple;
    double rate = 0; ///< closes a second
    std::chrono::duration<double> gone_in{};
};

/// Of `tuples`, whose connections are among `connections`. Nothing if none is heading there.
std::optional<Forecast> forecast(const ports::Census& census,
                                 const std::vector<ports::TupleUsage>& tuples,
                                 const ports::ConnectionsByTuple& connections);

/// "gone in 23 s to 10.0.0.5:5432 at the present 412 closes/s". `to`: " to 10.0.0.5:5432", or empty
/// if it is clear whose ports they are.
std::string tell(const Forecast& forecast, const std::string& to);

} // namespace checks
