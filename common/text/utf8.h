// The characters in what comes from outside: UTF-8 as RFC 3629 defines it, which is stricter than
// the pattern of its bytes. An overlong form can hide a control character, and half of a surrogate
// pair breaks the databases that schedulers write to.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace text {

struct Character {
    char32_t code;
    std::size_t length; ///< in bytes
};

/// The character that `text` begins with. Nothing if it is empty or begins with a byte that is part
/// of none: a stray one, an overlong form, a surrogate, or beyond U+10FFFF.
std::optional<Character> first_character(std::string_view text);

/// Whether a character shows where it stands and does nothing else: no control character, none that
/// ends a line or turns the direction of what follows (UAX #9), none that is never seen.
bool is_printable(char32_t code);

/// `text` with a space for each byte that is part of no character and each character that is not
/// printable.
std::string make_printable(std::string_view text);

/// In characters, each of them taken as one column wide: all bytes but those that go on with one.
std::size_t width_of(std::string_view text);

} // namespace text
