// What a call throws, as text to compare: a test of an error is a test of what the user reads.
#pragma once

#include <string>

#include <boost/test/unit_test.hpp>

/// The text of the `Error` that `call` throws. Fails the test if it throws none.
template <class Error, class Call>
std::string text_of_error(Call call)
{
    try {
        call();
    } catch (const Error& error) {
        return error.what();
    }
    BOOST_ERROR("nothing was thrown");
    return {};
}

/// Whether `text` holds `part`.
inline bool holds(const std::string& text, const std::string& part)
{
    return text.find(part) != std::string::npos;
}
