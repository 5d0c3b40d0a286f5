// The protocols whose ports are counted.
#pragma once

namespace ports {

enum class Protocol { tcp, udp };

[[nodiscard]] inline const char* name_of(Protocol protocol)
{
    return protocol == Protocol::tcp ? "TCP" : "UDP";
}

} // namespace ports
