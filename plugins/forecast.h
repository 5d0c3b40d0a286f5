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

/// "at the present 412 closes/s to 10.0.0.5:5432 its ports are gone in 23 s"
std::string tell(const Forecast& forecast);

} // namespace checks
