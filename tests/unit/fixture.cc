#include "tests/unit/fixture.h"

#include <bit>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <iterator>
#include <stdexcept>
#include <sys/mman.h>
#include <unistd.h>

#include <fmt/format.h>

namespace fixture {

std::string path(const std::string& name)
{
    const char* const source = std::getenv("TEST_SOURCE_DIRECTORY");
    return fmt::format("{}/tests/fixtures/{}", source == nullptr ? "." : source, name);
}

std::string read(const std::string& name)
{
    std::ifstream file(path(name), std::ios::binary);
    if (!file)
        throw std::runtime_error(
            fmt::format("cannot read {}; is TEST_SOURCE_DIRECTORY set?", path(name)));
    return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

std::vector<std::vector<std::byte>> read_dump(const std::string& name)
{
    const std::string recording = read(name);
    std::vector<std::vector<std::byte>> datagrams;
    for (std::size_t position = 0; position < recording.size();) {
        std::uint32_t length = 0;
        recording.copy(reinterpret_cast<char*>(&length), sizeof length, position);
        position += sizeof length;
        std::vector<std::byte>& datagram = datagrams.emplace_back(length);
        recording.copy(reinterpret_cast<char*>(datagram.data()), length, position);
        position += length;
    }
    return datagrams;
}

boost::test_tools::assertion_result is_of_our_byte_order(boost::unit_test::test_unit_id /*test*/)
{
    boost::test_tools::assertion_result result(std::endian::native == std::endian::little);
    result.message() << "the recordings in tests/fixtures are little-endian, this machine is not";
    return result;
}

TemporaryFile::TemporaryFile(std::string_view text)
    : descriptor_(memfd_create("fixture", MFD_CLOEXEC)),
      path_(fmt::format("/proc/self/fd/{}", descriptor_))
{
    if (descriptor_ < 0 ||
        write(descriptor_, text.data(), text.size()) != static_cast<ssize_t>(text.size()))
        throw std::runtime_error("cannot write a file in memory");
}

TemporaryFile::~TemporaryFile()
{
    close(descriptor_);
}

} // namespace fixture
