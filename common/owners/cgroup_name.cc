#include "common/owners/cgroup_name.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <utility>

#include "common/text/number.h"

namespace owners {
namespace {

constexpr std::size_t id_digits = 64;
constexpr std::size_t short_id_digits = 12;

bool is_hexadecimal(std::string_view text)
{
    return !text.empty() && std::ranges::all_of(text, [](char digit) {
        return (digit >= '0' && digit <= '9') || (digit >= 'a' && digit <= 'f');
    });
}

bool is_container_id(std::string_view text)
{
    return text.size() == id_digits && is_hexadecimal(text);
}

/// `text` without `prefix` and `suffix`; nothing if it lacks one of them.
std::optional<std::string_view> between(std::string_view text, std::string_view prefix,
                                        std::string_view suffix)
{
    if (text.size() < prefix.size() + suffix.size() || !text.starts_with(prefix) ||
        !text.ends_with(suffix))
        return std::nullopt;
    text.remove_prefix(prefix.size());
    text.remove_suffix(suffix.size());
    return text;
}

/// Takes the first component off `path`.
std::string_view take_component(std::string_view& path)
{
    path.remove_prefix(std::min(path.find_first_not_of('/'), path.size()));
    const std::string_view component = path.substr(0, path.find('/'));
    path.remove_prefix(component.size());
    return component;
}

/// systemd puts "_" before a unit whose name the kernel uses for a file of its own (cg_escape()).
std::string_view without_escape(std::string_view component)
{
    if (component.starts_with('_'))
        component.remove_prefix(1);
    return component;
}

bool is_unit(std::string_view component)
{
    constexpr std::array<std::string_view, 6> endings = {".service", ".scope", ".socket",
                                                         ".mount",   ".swap",  ".slice"};
    return std::ranges::any_of(endings, [component](std::string_view ending) {
        return component.size() > ending.size() && component.ends_with(ending);
    });
}

/// A user's manager, or a session's scope: the unit that people know is below it, if there is one.
bool holds_units_of_a_user(std::string_view unit)
{
    const auto user = between(unit, "user@", ".service");
    const auto session = between(unit, "session-", ".scope");
    return (user && text::find_number<unsigned>(*user)) || (session && !session->empty());
}

/// "\x2d" is how systemd writes a byte that has a meaning in its names (unit_name_escape()).
std::string unescape(std::string_view name)
{
    constexpr std::string_view mark = "\\x";
    constexpr std::size_t digits = 2;
    constexpr int hexadecimal = 16;
    std::string plain;
    while (!name.empty()) {
        const bool is_escape = name.starts_with(mark) && name.size() >= mark.size() + digits;
        const auto byte =
            is_escape
                ? text::find_number<unsigned char>(name.substr(mark.size(), digits), hexadecimal)
                : std::nullopt;
        plain += byte ? static_cast<char>(*byte) : name.front();
        name.remove_prefix(byte ? mark.size() + digits : 1);
    }
    return plain;
}

/// cg_path_get_unit(): the first component that is no slice, if it is a unit.
std::string_view take_unit(std::string_view& path)
{
    std::string_view component;
    do
        component = without_escape(take_component(path));
    while (is_unit(component) && component.ends_with(".slice"));
    return is_unit(component) ? component : std::string_view();
}

std::string unit_of(std::string_view path)
{
    std::string_view unit = take_unit(path);
    if (holds_units_of_a_user(unit)) {
        const std::string_view users = take_unit(path);
        if (!users.empty())
            unit = users;
    }
    return unescape(unit);
}

/// The container's id in one component. A directory whose name is nothing but an id is what the
/// runtimes make without systemd: /docker/ID, /kubepods/burstable/podUID/ID.
std::string_view container_in(std::string_view component)
{
    constexpr std::array<std::string_view, 4> runtimes = {"docker-", "cri-containerd-", "crio-",
                                                          "libpod-"};
    if (is_container_id(component))
        return component;
    for (const std::string_view runtime : runtimes) {
        for (const std::string_view ending : {std::string_view(".scope"), std::string_view()}) {
            const auto id = between(component, runtime, ending);
            if (id && is_container_id(*id))
                return *id;
        }
    }
    return {};
}

/// The pod's UID in one component: "kubepods-burstable-podUID.slice" of systemd, which means a
/// level by each dash and so has "_" in the UID, or "podUID".
std::string pod_in(std::string_view component)
{
    constexpr std::string_view mark = "pod";
    auto uid = between(component, mark, "");
    if (const auto slice = between(component, "", ".slice")) {
        const std::size_t place = slice->rfind("-pod");
        uid = place == std::string_view::npos || slice->find("kubepods") == std::string_view::npos
                  ? std::nullopt
                  : std::optional(slice->substr(place + mark.size() + 1));
    }
    if (!uid)
        return {};
    std::string dashed(*uid);
    std::ranges::replace(dashed, '_', '-');
    std::string digits = dashed;
    std::erase(digits, '-');
    constexpr std::size_t uid_digits = 32;
    return digits.size() == uid_digits && is_hexadecimal(digits) ? dashed : std::string();
}

} // namespace

CgroupName name_of_cgroup(std::string_view path)
{
    CgroupName name;
    name.unit = unit_of(path);
    std::string pod;
    while (!path.empty()) {
        const std::string_view component = take_component(path);
        if (std::string uid = pod_in(component); !uid.empty())
            pod = std::move(uid);
        if (const std::string_view id = container_in(component); !id.empty()) {
            name.container = id;
            name.pod = pod;
        }
    }
    // The pod's own cgroup has no container, as little as its processes.
    if (name.container.empty())
        name.pod = pod;
    return name;
}

std::string_view short_id(std::string_view container)
{
    return container.substr(0, short_id_digits);
}

std::optional<PodContainer> parse_container_log(std::string_view link)
{
    const auto name = between(link, "", ".log");
    if (!name || name->size() <= id_digits + 1)
        return std::nullopt;
    const std::string_view id = name->substr(name->size() - id_digits);
    std::string_view rest = name->substr(0, name->size() - id_digits);
    if (!is_container_id(id) || !rest.ends_with('-'))
        return std::nullopt;
    rest.remove_suffix(1);
    // No Kubernetes name has an underscore (RFC 1123 labels).
    const std::size_t first = rest.find('_');
    const std::size_t second = rest.rfind('_');
    if (first == std::string_view::npos || first == second)
        return std::nullopt;
    return PodContainer{std::string(rest.substr(0, first)),
                        std::string(rest.substr(first + 1, second - first - 1)),
                        std::string(rest.substr(second + 1)), std::string(id)};
}

} // namespace owners
