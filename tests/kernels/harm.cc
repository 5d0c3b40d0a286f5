// A check leaves the host as it was: whatever it is asked to find out, each port that was held is
// held afterwards, and no other one is.
//
// What could go wrong: a bind() to another address, on a port that carries a connection, succeeds
// and turns the port into a held one; before Linux 6.18 for as long as the connection lives
// (inet_csk_get_port() takes fastreuse away from the bucket).
//
// Options, their values and checks are read from the folder of plugins and from --help, so that
// whoever adds one finds it tried here. Runs on every kernel: filling up tells what is held.
#include <algorithm>
#include <filesystem>
#include <functional>
#include <map>
#include <regex>
#include <sstream>
#include <string>
#include <vector>

#include <boost/test/unit_test.hpp>
#include <fmt/ranges.h>

#include "tests/kernels/filling.h"
#include "tests/live/lab.h"

namespace {

using Words = std::vector<std::string>;
using Sockets = std::vector<lab::FileDescriptor>;

constexpr net::PortRange range = {40000, 40015};
constexpr std::uint16_t server = 6000; ///< on 127.0.0.1, in every situation

/// What is given for a value of the name that --help has for it.
const std::map<std::string, std::string>& values()
{
    static const std::map<std::string, std::string> all = {
        {"ADDR", "127.0.0.9"}, // an address of this host other than the connections'
        {"ADDR[/LEN]", "127.0.0.1"},
        {"ADDR[/LEN][:PORT]", fmt::format("127.0.0.1:{}", server)},
        {"ADDRESS:PORT...", fmt::format("127.0.0.1:{}", server)},
        {"N", "3"},
        {"RANGE", "10:"},
        {"SECONDS", "9"},
    };
    return all;
}

/// The values for what --help calls `name`: its choices, or one that fits.
Words values_of(const std::string& name)
{
    const auto found = values().find(name);
    if (found != values().end())
        return {found->second};
    Words choices;
    std::istringstream text(name);
    for (std::string choice; std::getline(text, choice, '|');)
        choices.push_back(choice);
    BOOST_REQUIRE_MESSAGE(choices.size() > 1, "which value is to be tried for " << name << '?');
    return choices;
}

/// A check as its --help describes it.
struct Check {
    std::string program;
    Words options;   ///< each with a value, once for each of its choices
    Words arguments; ///< what has to stand outside of options
};

Check describe(const std::string& program)
{
    static const std::regex option("^ {2}(?:-., | {4})(--[a-z0-9-]+)(?:=(\\S+))?(?: .*)?$");
    static const std::regex usage("^Usage: \\S+ \\[OPTION\\]\\.\\.\\.(?: (\\S+))?$");
    Check check = {program, {}, {}};
    std::istringstream help(lab::run({program, "--help"}).text);
    std::smatch match;
    for (std::string line; std::getline(help, line);) {
        if (std::regex_match(line, match, usage) && match[1].matched)
            check.arguments = values_of(match[1]);
        if (!std::regex_match(line, match, option))
            continue;
        if (!match[2].matched)
            check.options.push_back(match[1]);
        else
            for (const std::string& value : values_of(match[2]))
                check.options.push_back(match[1].str() + '=' + value);
    }
    BOOST_REQUIRE_MESSAGE(!check.options.empty(), "no option in --help of " << program);
    return check;
}

std::vector<Check> describe_all()
{
    std::vector<Check> checks;
    for (const auto& entry : std::filesystem::directory_iterator("plugins")) {
        if (entry.path().filename().string().starts_with("check_") && !entry.path().has_extension())
            checks.push_back(describe(entry.path().string()));
    }
    BOOST_REQUIRE(!checks.empty());
    return checks;
}

/// Whether it is about how to judge and to print: what every check has.
bool is_common(const std::string& option, const std::vector<Check>& checks)
{
    return std::all_of(checks.begin(), checks.end(), [&](const Check& check) {
        return std::find(check.options.begin(), check.options.end(), option) != check.options.end();
    });
}

/// The check with none of its options, with each, and, if asked for, with each two of those that
/// other checks lack.
std::vector<Words> commands_of(const Check& check, const std::vector<Check>& checks, bool pairs)
{
    std::vector<Words> choices = {{}};
    for (auto one = check.options.begin(); one != check.options.end(); ++one) {
        choices.push_back({*one});
        for (auto other = one + 1; pairs && other != check.options.end(); ++other) {
            if (!is_common(*one, checks) && !is_common(*other, checks))
                choices.push_back({*one, *other});
        }
    }
    for (Words& words : choices) {
        words.insert(words.begin(), check.program);
        words.insert(words.end(), check.arguments.begin(), check.arguments.end());
    }
    return choices;
}

/// One plain connection on every port.
Sockets connect_everywhere()
{
    Sockets sockets;
    sockets.push_back(lab::listening(lab::at("127.0.0.1", server)));
    for (auto& one : lab::connected_times(range.size(), lab::at("127.0.0.1", server)))
        sockets.push_back(std::move(one));
    return sockets;
}

/// Some of each kind: free, connected, bound only, bound before connect(), in TIME_WAIT.
Sockets mix_of_kinds()
{
    Sockets sockets;
    sockets.push_back(lab::listening(lab::at("127.0.0.1", server)));
    lab::churn(3, lab::at("127.0.0.1", server), sockets.front());
    for (auto& one : lab::connected_times(6, lab::at("127.0.0.1", server)))
        sockets.push_back(std::move(one));
    sockets.push_back(
        lab::connected(lab::at("127.0.0.1", server), {.bind = lab::at("127.0.0.1", 0)}));
    sockets.push_back(lab::bound({.bind = lab::at("10.9.0.1", 0)}));
    sockets.push_back(lab::listening(lab::at("10.9.0.1", 0)));
    return sockets;
}

lab::Output plainly(const Words& command)
{
    return lab::run(command);
}

lab::Output run_without_fast_open(const Words& command)
{
    const std::string usual = lab::read_sysctl("tcp_fastopen");
    lab::set_sysctl("tcp_fastopen", "0");
    lab::Output output = lab::run(command);
    lab::set_sysctl("tcp_fastopen", usual);
    return output;
}

/// Runs every check on a host that `make_host` makes, and on a new one after each harm.
void run_everything(const std::function<Sockets()>& make_host, bool pairs,
                    const std::function<lab::Output(const Words&)>& run)
{
    Sockets sockets;
    net::PortSet before;
    const auto renew = [&] {
        const lab::Namespace network(range);
        sockets = make_host();
        before = filling::held(range);
    };
    const std::vector<Check> checks = describe_all();
    renew();
    for (const Check& check : checks) {
        for (const Words& command : commands_of(check, checks, pairs)) {
            const std::string text = fmt::format("{}", fmt::join(command, " "));
            const lab::Output output = run(command);
            BOOST_TEST(output.exit_code <= 3, text << " ended with status " << output.exit_code);
            const net::PortSet after = filling::held(range);
            BOOST_TEST((after == before), text << " did harm: of 16 ports " << before.size()
                                               << " were held, now " << after.size());
            if (after != before)
                renew();
        }
    }
}

BOOST_AUTO_TEST_SUITE(harm)

BOOST_AUTO_TEST_CASE(no_check_changes_which_ports_are_held_whatever_its_options)
{
    run_everything(connect_everywhere, true, plainly);
}

BOOST_AUTO_TEST_CASE(nor_where_there_are_sockets_of_every_kind)
{
    run_everything(mix_of_kinds, false, plainly);
}

BOOST_AUTO_TEST_CASE(nor_where_connect_cannot_be_deferred)
{
    run_everything(connect_everywhere, false, run_without_fast_open);
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace
