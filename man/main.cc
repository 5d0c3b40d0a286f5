// Prints what is said of a check outside it, while the suite is built: linked with the check's own
// object file, whose make_check() it asks.
#include <cstdlib>
#include <fstream>
#include <iostream>
#include <iterator>
#include <stdexcept>
#include <string>
#include <vector>

#include "common/plugin/check.h"
#include "man/completion.h"
#include "man/declaration.h"
#include "man/manual.h"

namespace {

std::string read_file(const std::string& path)
{
    std::ifstream file(path);
    if (!file)
        throw std::runtime_error("cannot read it");
    return {std::istreambuf_iterator<char>(file), {}};
}

std::string generate(const std::vector<std::string>& words)
{
    const std::unique_ptr<plugin::Check> check = plugin::make_check();
    const plugin::Description description = check->describe();
    plugin::Options options;
    plugin::CommonOptions common;
    check->declare(options);
    plugin::declare_common(options, common);

    if (words.size() == 3 && words[0] == "manual")
        return manual::format_page(description, options, read_file(words[1]), words[2]);
    if (words.size() == 1 && words[0] == "bash")
        return completion::format_bash(description.name, options);
    if (words.size() == 1 && words[0] == "zsh")
        return completion::format_zsh(description.name, options);
    if (words.size() == 1 && words[0] == "declaration")
        return declaration::format_json(description, options);
    throw std::runtime_error("wants: manual SECTIONS DATE, bash, zsh, or declaration");
}

} // namespace

int main(int argc, char* argv[])
{
    const std::vector<std::string> words(argv + 1, argv + argc);
    try {
        std::cout << generate(words) << std::flush;
        return std::cout ? EXIT_SUCCESS : EXIT_FAILURE;
    } catch (const std::exception& error) {
        std::cerr << argv[0];
        for (const std::string& word : words)
            std::cerr << ' ' << word;
        std::cerr << ": " << error.what() << '\n';
        return EXIT_FAILURE;
    }
}
