// When the ports of a tuple will be gone, if it goes on closing connections as it does.
#pragma once

#include <chrono>
#include <optional>
#include <string>

#include "common/kernel/port_settings.h"
#include "common/ports/census.h"
#include "common/sockets/reader.h"

/// The tuple whose ports will be gone first.
struct Forecast {
    ports::Tuple tuple;
    double rate = 0; ///< closes a second
    std::chrono::duration<double> gone_in{};
};

/// Nothing where no tuple of `census` is heading there. Walks the sockets once more, but only where
/// a tuple could run out, and then only those to its destination port.
std::optional<Forecast> forecast(const ports::Census& census, const kernel::PortSettings& settings,
                                 ports::TimeWaitPolicy policy, sockets::Reader reader);

/// "at the present 412 closes/s to 10.0.0.5:5432 its ports are gone in 23 s"
std::string tell(const Forecast& forecast);
