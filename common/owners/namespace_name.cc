#include "common/owners/namespace_name.h"

#include <algorithm>
#include <fnmatch.h>
#include <stdexcept>

#include <fmt/format.h>

#include "common/kernel/directory.h"
#include "common/kernel/proc_file.h"
#include "common/text/number.h"

namespace owners {
namespace {

/// A file of /proc that may be gone, or refused.
std::string read_or_nothing(const std::string& path)
{
    try {
        return kernel::read_proc_file(path);
    } catch (const std::runtime_error&) {
        return {};
    }
}

std::optional<NamespaceName> find_pod(const std::vector<CgroupName>& owners,
                                      const PodContainers& pods)
{
    for (const CgroupName& owner : owners) {
        const auto known = std::ranges::find(pods, owner.container, &PodContainer::id);
        if (!owner.container.empty() && known != pods.end())
            return NamespaceName{"pod", fmt::format("{}/{}", known->name_space, known->pod)};
    }
    for (const CgroupName& owner : owners) {
        if (!owner.pod.empty())
            return NamespaceName{"pod", owner.pod};
    }
    return std::nullopt;
}

} // namespace

std::string NamespaceName::text() const
{
    return kind.empty() ? name : fmt::format("{} {}", kind, name);
}

bool NamespaceName::matches(const std::string& pattern) const
{
    return fnmatch(pattern.c_str(), name.c_str(), 0) == 0 ||
           fnmatch(pattern.c_str(), text().c_str(), 0) == 0;
}

std::optional<NamespaceName> name_container(const std::vector<CgroupName>& cgroups,
                                            const PodContainers& pods)
{
    if (auto pod = find_pod(cgroups, pods))
        return pod;
    const auto container = std::ranges::find_if(
        cgroups, [](const CgroupName& each) { return !each.container.empty(); });
    if (container == cgroups.end())
        return std::nullopt;
    return NamespaceName{"container", std::string(short_id(container->container))};
}

NamespaceName name_namespace(const NamespaceTraces& traces, const PodContainers& pods)
{
    if (traces.has_first_process)
        return {{}, "host"};
    std::vector<CgroupName> owners;
    owners.reserve(traces.cgroups.size());
    for (const std::string& cgroup : traces.cgroups)
        owners.push_back(name_of_cgroup(cgroup));

    if (auto container = name_container(owners, pods))
        return *std::move(container);
    if (!traces.mount.empty())
        return {"netns", traces.mount.substr(traces.mount.rfind('/') + 1)};
    // The first process can be hidden from us, and our own unit or process says nothing of others'.
    if (traces.is_own)
        return {{}, "own"};
    // A session's scope has all that its user started, so it says less than the process.
    for (const CgroupName& owner : owners) {
        if (!owner.unit.empty() && !owner.unit.ends_with(".scope"))
            return {"unit", owner.unit};
    }
    return {"process", traces.process};
}

std::string_view parse_cgroup(std::string_view text)
{
    // "0::/system.slice/web.service" is cgroup2, "1:name=systemd:/…" is v1 (proc_cgroup_show()).
    std::string_view of_systemd;
    while (!text.empty()) {
        const std::string_view line = text.substr(0, text.find('\n'));
        text.remove_prefix(std::min(line.size() + 1, text.size()));
        const std::size_t path = line.find(":/");
        if (path == std::string_view::npos)
            continue;
        if (line.starts_with("0::") && line.size() > path + 2)
            return line.substr(path + 1);
        if (line.substr(0, path).ends_with(":name=systemd"))
            of_systemd = line.substr(path + 1);
    }
    return of_systemd;
}

PodContainers list_pod_containers()
{
    PodContainers pods;
    const auto links = kernel::list_directory("/var/log/containers");
    for (const kernel::DirectoryEntry& link :
         links.value_or(std::vector<kernel::DirectoryEntry>())) {
        if (auto pod = parse_container_log(link.name))
            pods.push_back(*std::move(pod));
    }
    return pods;
}

NamespaceTraces trace_namespace(const kernel::NetworkNamespace& target)
{
    // A pod's first process is the one that only keeps its namespace; it has the pod's cgroup.
    constexpr std::size_t most_processes = 4;
    NamespaceTraces traces;
    traces.mount = target.mount;
    traces.is_own = target.is_own;
    if (target.processes.empty())
        return traces;
    const pid_t first = target.processes.front();
    traces.has_first_process = first == 1;
    const std::string name = read_or_nothing(fmt::format("/proc/{}/comm", first));
    traces.process = fmt::format("{} ({})", first, text::trim(name));
    for (std::size_t i = 0; i < std::min(target.processes.size(), most_processes); ++i) {
        const std::string text =
            read_or_nothing(fmt::format("/proc/{}/cgroup", target.processes[i]));
        traces.cgroups.emplace_back(parse_cgroup(text));
    }
    return traces;
}

} // namespace owners
