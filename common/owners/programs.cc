#include "common/owners/programs.h"

#include <fstream>
#include <iterator>
#include <set>
#include <string_view>

#include <fmt/format.h>

#include "common/text/number.h"
#include "common/text/utf8.h"

namespace owners {

std::vector<std::string> find_programs(const std::string& cgroup, const std::string& proc,
                                       std::size_t most_processes)
{
    std::set<std::string> names;
    std::ifstream processes(cgroup + "/cgroup.procs");
    std::string process;
    for (std::size_t seen = 0; seen < most_processes && std::getline(processes, process); ++seen) {
        // A process that ended meanwhile has no file; a name may hold a newline.
        std::ifstream file(fmt::format("{}/{}/comm", proc, process));
        const std::string name{std::istreambuf_iterator<char>(file), {}};
        const std::string shown = text::make_printable(name);
        if (const std::string_view trimmed = text::trim(shown); !trimmed.empty())
            names.emplace(trimmed);
    }
    return {names.begin(), names.end()};
}

} // namespace owners
