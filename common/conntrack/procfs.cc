#include "common/conntrack/procfs.h"

#include <algorithm>
#include <cerrno>
#include <cstdint>
#include <fstream>
#include <netinet/in.h>
#include <stdexcept>
#include <string>
#include <system_error>
#include <vector>

#include <fmt/format.h>

#include "common/kernel/reader_unavailable.h"
#include "common/text/number.h"
#include "common/text/words.h"

namespace conntrack {
namespace {

constexpr const char* path = "/proc/net/nf_conntrack";

/// The value of the next word that is `name`=VALUE, from `next` on.
std::string_view take_value(const std::vector<std::string_view>& words, std::size_t& next,
                            std::string_view name)
{
    for (; next < words.size(); ++next) {
        if (words[next].size() > name.size() && words[next].starts_with(name) &&
            words[next][name.size()] == '=')
            return words[next++].substr(name.size() + 1);
    }
    throw std::invalid_argument(fmt::format("no {}=", name));
}

Direction take_direction(const std::vector<std::string_view>& words, std::size_t& next)
{
    Direction direction;
    direction.source.address = net::Address::parse(take_value(words, next, "src"));
    direction.destination.address = net::Address::parse(take_value(words, next, "dst"));
    direction.source.port = text::parse_number<std::uint16_t>(take_value(words, next, "sport"));
    direction.destination.port =
        text::parse_number<std::uint16_t>(take_value(words, next, "dport"));
    return direction;
}

bool contains(const std::vector<std::string_view>& words, std::string_view word)
{
    return std::ranges::find(words, word) != words.end();
}

/// Of the reply, if the two directions have zones of their own.
std::uint16_t find_zone(const std::vector<std::string_view>& words)
{
    for (const std::string_view name : {"zone-reply=", "zone="}) {
        for (const std::string_view word : words) {
            if (word.starts_with(name))
                return text::parse_number<std::uint16_t>(word.substr(name.size()));
        }
    }
    return 0;
}

} // namespace

std::optional<Entry> parse_procfs_line(std::string_view line)
{
    constexpr std::size_t protocol_word = 3;
    constexpr std::size_t timeout_word = 4;
    constexpr std::size_t state_word = 5;
    const std::vector<std::string_view> words = text::split_at_spaces(line);
    if (words.size() <= state_word)
        throw std::invalid_argument("the line ends too early");
    Entry entry;
    entry.protocol = text::parse_number<std::uint8_t>(words[protocol_word]);
    if (entry.protocol != IPPROTO_TCP && entry.protocol != IPPROTO_UDP)
        return std::nullopt;

    // An entry whose time does not run, being offloaded, shows none (ct_seq_show()).
    std::size_t next = timeout_word;
    if (const auto timeout = text::find_number<std::uint32_t>(words[timeout_word])) {
        entry.expires_in = std::chrono::seconds(*timeout);
        ++next;
    }
    const std::string_view state = words[next];
    entry.original = take_direction(words, next);
    entry.reply = take_direction(words, next);
    entry.zone = find_zone(words);
    // An offloaded TCP connection shows no state; it is open (tcp_print_conntrack()).
    const bool is_offloaded = contains(words, "[OFFLOAD]") || contains(words, "[HW_OFFLOAD]");
    if (entry.protocol == IPPROTO_UDP)
        entry.state = contains(words, "[UNREPLIED]") ? State::other : State::established;
    else if (state == "ESTABLISHED" || is_offloaded)
        entry.state = State::established;
    else if (state == "TIME_WAIT")
        entry.state = State::time_wait;
    entry.is_evictable = state == "TIME_WAIT" || state == "CLOSE";
    return entry;
}

void read_by_procfs(const EntrySink& sink)
{
    std::ifstream file(path);
    if (!file)
        throw kernel::ReaderUnavailable(
            fmt::format("cannot read {}: {}", path, std::generic_category().message(errno)));
    std::size_t number = 0;
    for (std::string line; std::getline(file, line);) {
        ++number;
        try {
            if (const auto entry = parse_procfs_line(line))
                sink(*entry);
        } catch (const std::invalid_argument& error) {
            throw std::runtime_error(
                fmt::format("line {} of {} is malformed: {}", number, path, error.what()));
        }
    }
    if (file.bad())
        throw std::runtime_error(fmt::format("cannot read the rest of {}", path));
}

} // namespace conntrack
