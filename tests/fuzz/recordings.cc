#include "tests/fuzz/recordings.h"

#include <cstdint>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <stdexcept>

namespace fuzz {
namespace {

std::ifstream open(const std::string& name)
{
    const char* const source = std::getenv("TEST_SOURCE_DIRECTORY");
    const std::string path = std::string(source == nullptr ? "." : source) + "/tests/" + name;
    std::ifstream file(path, std::ios::binary);
    if (!file)
        throw std::runtime_error("cannot read " + path + "; is TEST_SOURCE_DIRECTORY set?");
    return file;
}

} // namespace

std::vector<std::string> recorded_pieces(const std::string& name)
{
    std::ifstream file = open(name);
    const std::string recording(std::istreambuf_iterator<char>(file), {});
    std::vector<std::string> pieces;
    constexpr unsigned byte_bits = 8;
    constexpr std::size_t length_bytes = 4;
    for (std::size_t position = 0; position + length_bytes <= recording.size();) {
        std::size_t length = 0;
        for (std::size_t i = length_bytes; i > 0; --i)
            length = length << byte_bits | static_cast<unsigned char>(recording[position + i - 1]);
        pieces.push_back(recording.substr(position + length_bytes, length));
        position += length_bytes + length;
    }
    return pieces;
}

std::vector<std::string> recorded_lines()
{
    std::vector<std::string> lines;
    for (const char* name : {"fixtures/tcp", "fixtures/tcp6"}) {
        std::ifstream file = open(name);
        std::string line;
        std::getline(file, line); // the heading
        while (std::getline(file, line))
            lines.push_back(line);
    }
    return lines;
}

std::vector<std::string> recorded_entries()
{
    std::vector<std::string> lines;
    std::ifstream file = open("fixtures/nf_conntrack");
    for (std::string line; std::getline(file, line);)
        lines.push_back(line);
    return lines;
}

} // namespace fuzz
