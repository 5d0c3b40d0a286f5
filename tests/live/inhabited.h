// A network namespace that a process of its own lives in, as a container's does.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include <sys/types.h>

#include "common/net/port_set.h"
#include "tests/live/program.h"

namespace lab {

class Inhabited {
public:
    /// `live` runs in a process of its own: it makes the namespace, and calls what it is given once
    /// all is ready. That does not return: the process is killed when this object goes.
    using Life = std::function<void(const std::function<void()>& stay)>;
    explicit Inhabited(const Life& live);
    ~Inhabited();
    Inhabited(const Inhabited&) = delete;
    Inhabited& operator=(const Inhabited&) = delete;

    [[nodiscard]] pid_t process() const { return process_; }
    /// Its inode's, as `lsns` shows it.
    [[nodiscard]] std::uint64_t number() const { return number_; }

    /// For a program that is to run inside.
    [[nodiscard]] Confinement inside() const;
    /// Does something in its network namespace, by a thread of this process.
    void act_inside(const std::function<void()>& act) const;

private:
    pid_t process_ = -1;
    std::uint64_t number_ = 0;
};

/// With so many connections to 127.0.0.1:5432.
Inhabited::Life with_connections(std::size_t connections, net::PortRange range = {40000, 40063});

inline constexpr const char* namespaces_check = "plugins/check_ephemeral_namespaces";

/// The check for these namespaces alone.
std::vector<std::string> watching(const std::vector<const Inhabited*>& namespaces,
                                  std::vector<std::string> options = {});

} // namespace lab
