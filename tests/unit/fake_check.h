// A check that measures what a test wants, and what it prints on standard output.
#pragma once

#include <functional>
#include <string>
#include <sys/mman.h>
#include <unistd.h>
#include <utility>
#include <vector>

#include <boost/test/unit_test.hpp>

#include "common/plugin/check.h"

using Measurement = std::function<plugin::Report(bool)>;

class FakeCheck : public plugin::Check {
public:
    explicit FakeCheck(Measurement measurement) : measurement_(std::move(measurement)) {}

    [[nodiscard]] plugin::Description describe() const override
    {
        return {"check_fake", "FAKE",
                "is there anything to see here, or could it be that all of "
                "this is but a test of what a check prints?",
                "  check_fake -w 5\n"};
    }
    void declare(plugin::Options& options) override
    {
        plugin::declare_thresholds(options, "fakes", plugin::Range::Unit::percent, thresholds);
    }
    plugin::Report measure(bool verbose) override { return measurement_(verbose); }

    plugin::Thresholds thresholds = {plugin::Range::parse("66", plugin::Range::Unit::percent), {}};

private:
    Measurement measurement_;
};

struct Output {
    int exit_code = -1;
    std::string text;
};

/// Standard output, turned to a file in memory while this object lives.
class Capture {
public:
    Capture() : file_(memfd_create("capture", MFD_CLOEXEC)), stdout_(dup(STDOUT_FILENO))
    {
        BOOST_REQUIRE(file_ >= 0 && stdout_ >= 0 && dup2(file_, STDOUT_FILENO) >= 0);
    }
    ~Capture()
    {
        dup2(stdout_, STDOUT_FILENO);
        close(stdout_);
        close(file_);
    }
    Capture(const Capture&) = delete;
    Capture& operator=(const Capture&) = delete;

    [[nodiscard]] std::string text() const
    {
        std::string text(1 << 16, '\0');
        const ssize_t length = pread(file_, text.data(), text.size(), 0);
        BOOST_REQUIRE(length >= 0);
        text.resize(static_cast<std::size_t>(length));
        return text;
    }

private:
    int file_;
    int stdout_;
};

inline Output output_of(plugin::Check& check, const std::vector<std::string>& words)
{
    const Capture capture;
    Output output;
    output.exit_code = plugin::run(check, words);
    output.text = capture.text();
    return output;
}

inline Output output_of(const std::vector<std::string>& words, Measurement measurement)
{
    FakeCheck check(std::move(measurement));
    return output_of(check, words);
}

inline plugin::Report report_of(plugin::State state)
{
    plugin::Report report;
    report.state = state;
    report.sentence = "so it is";
    return report;
}

inline plugin::Report fine(bool /*verbose*/)
{
    return report_of(plugin::State::ok);
}
