#include "common/net/port_set.h"

#include <optional>
#include <stdexcept>

#include <fmt/format.h>

#include "common/text/number.h"

namespace net {

PortRange parse_port_range(std::string_view text)
{
    text = text::trim(text);
    const std::size_t gap = text.find_first_of(" \t");
    if (gap == std::string_view::npos)
        throw std::invalid_argument("not two ports: '" + std::string(text) + "'");
    const PortRange range = {text::parse_number<std::uint16_t>(text.substr(0, gap)),
                             text::parse_number<std::uint16_t>(text::trim(text.substr(gap)))};
    if (range.low > range.high)
        throw std::invalid_argument("the range starts above its end: '" + std::string(text) + "'");
    return range;
}

PortRange parse_dashed_range(std::string_view text)
{
    const std::size_t dash = text.find('-');
    const auto low = text::parse_number<std::uint16_t>(text.substr(0, dash));
    const auto high = dash == std::string_view::npos
                          ? low
                          : text::parse_number<std::uint16_t>(text.substr(dash + 1));
    if (low > high)
        throw std::invalid_argument("the range starts above its end: '" + std::string(text) + "'");
    return {low, high};
}

PortSet parse_port_list(std::string_view text)
{
    PortSet ports;
    text = text::trim(text);
    while (!text.empty()) {
        const std::size_t comma = text.find(',');
        ports.insert(parse_dashed_range(text.substr(0, comma)));
        if (comma == std::string_view::npos)
            break;
        text.remove_prefix(comma + 1);
        if (text.empty())
            throw std::invalid_argument("a comma at the end of the list");
    }
    return ports;
}

std::string format_port_list(const PortSet& ports)
{
    std::string list;
    std::optional<PortRange> run;
    const auto append_run = [&] {
        if (!run)
            return;
        list += list.empty() ? "" : ",";
        list += run->low == run->high ? fmt::format("{}", run->low)
                                      : fmt::format("{}-{}", run->low, run->high);
    };
    ports.for_each([&](std::uint16_t port) {
        if (run && port == run->high + 1) {
            run->high = port;
            return;
        }
        append_run();
        run = PortRange{port, port};
    });
    append_run();
    return list;
}

} // namespace net
