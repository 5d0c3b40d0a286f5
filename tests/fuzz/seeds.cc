// libFuzzer begins with a folder of inputs: here the target's seeds get there.
#include <cstdlib>
#include <fstream>

#include "tests/fuzz/target.h"

extern "C" int LLVMFuzzerInitialize(int* /*argc*/, char*** /*argv*/)
{
    const char* const folder = std::getenv("FUZZ_SEEDS_FOLDER");
    if (folder == nullptr)
        return 0;
    std::size_t number = 0;
    for (const std::string& seed : fuzz::seeds())
        std::ofstream(std::string(folder) + "/seed" + std::to_string(number++), std::ios::binary)
            << seed;
    return 0;
}
