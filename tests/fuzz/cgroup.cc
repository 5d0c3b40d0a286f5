// What a cgroup's path tells: owners::parse_cgroup(), name_of_cgroup(), name_owner(), and
// parse_container_log(). Whoever makes a unit or a container chooses these texts.
#include <algorithm>

#include <fmt/format.h>

#include "common/owners/namespace_name.h"
#include "common/owners/owner_name.h"
#include "tests/fuzz/target.h"

namespace {

using fuzz::promise;

constexpr std::string_view hexadecimal = "0123456789abcdef";
constexpr std::size_t id_digits = 64;
constexpr std::size_t uid_digits = 32;

bool is_id(std::string_view text)
{
    return text.size() == id_digits && text.find_first_not_of(hexadecimal) == std::string::npos;
}

bool is_uid(std::string text)
{
    std::erase(text, '-');
    return text.size() == uid_digits && text.find_first_not_of(hexadecimal) == std::string::npos;
}

void test_file(std::string_view text)
{
    const std::string_view path = owners::parse_cgroup(text);
    promise(path.empty() || (path.starts_with('/') && path.find('\n') == std::string::npos));
    promise(path.empty() || text.find(path) != std::string::npos);
    // cgroup2 comes first, whatever else is there.
    promise(owners::parse_cgroup(fmt::format("0::/a.service\n{}", text)) == "/a.service");
}

void test_path(std::string_view path)
{
    const owners::CgroupName name = owners::name_of_cgroup(path);
    promise(name.container.empty() || is_id(name.container));
    promise(name.pod.empty() || is_uid(name.pod));
    promise(name.unit.empty() || name.unit.find('.') != std::string::npos);
    const owners::OwnerName owner = owners::name_owner(path, {});
    promise(!owner.kind.empty());
    promise(owner.name.size() <= std::max(path.size(), std::string_view("of this check").size()));
}

void test_link(std::string_view link)
{
    const auto found = owners::parse_container_log(link);
    if (!found)
        return;
    promise(is_id(found->id));
    promise(link == fmt::format("{}_{}_{}-{}.log", found->pod, found->name_space, found->container,
                                found->id));
    // By these links the pod of a container is known.
    const owners::OwnerName owner = owners::name_owner("/docker/" + found->id, {*found});
    promise(owner.kind == "pod");
    promise(owner.name == fmt::format("{}/{}", found->name_space, found->pod));
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    const std::string_view text = fuzz::text_of(data, size);
    test_file(text);
    test_path(text);
    test_link(text);
    return 0;
}

std::vector<std::string> fuzz::seeds()
{
    const std::string id = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";
    const std::string uid = "2c48913c_b29f_11e7_9350_020968147796";
    return {"0::/system.slice/pool.service\n",
            "12:net_cls:/\n1:name=systemd:/user.slice/user-1000.slice/session-3.scope\n0::/\n",
            "/user.slice/user-1000.slice/user@1000.service/app.slice/a\\x2db.service",
            "/system.slice/docker-" + id + ".scope",
            "/docker/" + id,
            "/kubepods.slice/kubepods-burstable.slice/kubepods-burstable-pod" + uid +
                ".slice/cri-containerd-" + id + ".scope",
            "web-7d9c6_shop_nginx-" + id + ".log"};
}
