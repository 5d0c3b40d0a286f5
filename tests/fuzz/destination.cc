// ports::Destination::parse(): the value of --destination and --exclude.
#include <stdexcept>

#include "common/ports/watch.h"
#include "tests/fuzz/target.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    try {
        const ports::Destination destination = ports::Destination::parse(fuzz::text_of(data, size));
        const net::Address& address = destination.addresses.address();
        net::Tuple tuple = {address, address, destination.port.value_or(1)};
        fuzz::promise(destination.matches(tuple) && destination.covers(destination));
    } catch (const std::invalid_argument&) {
        return 0;
    }
    return 0;
}

std::vector<std::string> fuzz::seeds()
{
    return {"10.0.0.5",   "10.0.0.5:5432",       "10.0.0.0/8:443",      "::1",
            "[::1]:5432", "[2001:db8::/32]:443", "::ffff:10.0.0.0/104", "[fe80::1]"};
}
