// The recordings in tests/fixtures, and files whose text a test makes up.
//
// What the kernel hands out is in its machine's byte order, and the recordings are little-endian;
// tests of them are skipped aloud elsewhere.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include <boost/test/unit_test.hpp>

namespace fixture {

/// The path of the recording `name`.
std::string path(const std::string& name);

/// Its bytes.
std::string read(const std::string& name);

/// The datagrams of dump.bin, or of another such recording, as the kernel sent them one by one.
std::vector<std::vector<std::byte>> read_dump(const std::string& name = "dump.bin");

/// A precondition of every test that reads a recording.
boost::test_tools::assertion_result is_of_our_byte_order(boost::unit_test::test_unit_id test);

/// A file that holds `text` and is gone with this object.
class TemporaryFile {
public:
    explicit TemporaryFile(std::string_view text);
    ~TemporaryFile();
    TemporaryFile(const TemporaryFile&) = delete;
    TemporaryFile& operator=(const TemporaryFile&) = delete;

    [[nodiscard]] const std::string& path() const { return path_; }

private:
    int descriptor_;
    std::string path_;
};

} // namespace fixture
