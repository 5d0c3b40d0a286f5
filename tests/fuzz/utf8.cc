// What makes a text from outside fit to be shown: text::first_character(), make_printable(), and
// json::quote().
#include <stdexcept>

#include "common/text/json.h"
#include "common/text/utf8.h"
#include "common/text/words.h"
#include "tests/fuzz/target.h"

namespace {

using fuzz::promise;

/// RFC 3629, the other way round.
std::string encode(char32_t code)
{
    const auto byte = [](char32_t bits) {
        return static_cast<char>(static_cast<unsigned char>(bits));
    };
    const auto further = [&](unsigned shift) { return byte(0x80U | (code >> shift & 0x3fU)); };
    if (code < 0x80)
        return {byte(code)};
    if (code < 0x800)
        return {byte(0xc0U | code >> 6U), further(0)};
    if (code < 0x10000)
        return {byte(0xe0U | code >> 12U), further(6), further(0)};
    return {byte(0xf0U | code >> 18U), further(12), further(6), further(0)};
}

/// Valid UTF-8 in which everything shows where it stands.
bool is_clean(std::string_view text)
{
    while (!text.empty()) {
        const auto character = text::first_character(text);
        if (!character || !text::is_printable(character->code))
            return false;
        text.remove_prefix(character->length);
    }
    return true;
}

void test_first(std::string_view text)
{
    const auto character = text::first_character(text);
    if (!character)
        return;
    promise(text.starts_with(encode(character->code)));
    promise(character->length == encode(character->code).size());
}

void test_printable(std::string_view text)
{
    const std::string clean = text::make_printable(text);
    promise(is_clean(clean));
    promise(clean.size() <= text.size() && text::width_of(clean) <= clean.size());
    promise(text::make_printable(clean) == clean);
    promise(!is_clean(text) || clean == text);
}

/// A string of JSON with nothing behind it.
void test_quote(std::string_view text)
{
    const std::string quoted = json::quote(text);
    promise(is_clean(quoted) && quoted.size() > 1 && quoted.front() == '"' && quoted.back() == '"');
    const std::string_view inside = std::string_view(quoted).substr(1, quoted.size() - 2);
    for (std::size_t i = 0; i < inside.size(); ++i) {
        promise(inside[i] != '"');
        if (inside[i] == '\\') {
            const std::size_t length = inside.substr(i).starts_with("\\u00") ? 6 : 2;
            promise(i + length <= inside.size() &&
                    (length == 6 || inside[i + 1] == '"' || inside[i + 1] == '\\'));
            i += length - 1;
        }
    }
}

void test_words(std::string_view text)
{
    std::size_t letters = 0;
    for (const std::string_view word : text::split_at_spaces(text)) {
        promise(!word.empty() && word.find(' ') == std::string_view::npos);
        letters += word.size();
    }
    for (const char byte : text)
        letters -= byte == ' ' ? 0 : 1;
    promise(letters == 0);
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    const std::string_view text = fuzz::text_of(data, size);
    test_first(text);
    test_printable(text);
    test_quote(text);
    test_words(text);
    return 0;
}

std::vector<std::string> fuzz::seeds()
{
    return {"plain words",
            "\x1b[31mred\n",
            "a\"b\\c\td",
            "\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80",
            "\xc0\x9b",
            "\xed\xa0\x80",
            "\xe2\x80\xae\xef\xbb\xbf",
            "\xf4\x90\x80\x80"};
}
