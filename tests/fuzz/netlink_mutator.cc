// Mutations that know netlink. A byte put in anywhere makes every length around it wrong, and the
// parser looks no further. So one message or attribute, at any depth, is changed, copied or left
// out, and the lengths of those around it are set right. In some of the inputs the lengths stay as
// they were, and some are changed as bytes of no known form.
#include <algorithm>
#include <cstddef>
#include <cstring>
#include <libmnl/libmnl.h>
#include <linux/inet_diag.h>
#include <linux/netfilter/nfnetlink.h>
#include <random>
#include <utility>

#include "tests/fuzz/target.h"

extern "C" std::size_t LLVMFuzzerMutate(std::uint8_t* data, std::size_t size, std::size_t most);

namespace {

using Bytes = std::vector<std::uint8_t>;
using Dice = std::minstd_rand;

/// Below `bound`, which is not 0.
std::size_t roll(Dice& dice, std::size_t bound)
{
    return dice() % bound;
}

template <class Number>
Number number_at(const Bytes& bytes, std::size_t offset)
{
    Number number = 0;
    std::memcpy(&number, bytes.data() + offset, sizeof number);
    return number;
}

/// Messages, or attributes: each begins with its length, of 4 or 2 bytes.
template <class Length>
std::vector<Bytes> split(const Bytes& bytes, std::size_t header)
{
    std::vector<Bytes> pieces;
    for (std::size_t at = 0; at + header <= bytes.size();) {
        const std::size_t length = number_at<Length>(bytes, at);
        if (length < header || length > bytes.size() - at)
            break;
        const auto begin = bytes.begin() + static_cast<std::ptrdiff_t>(at);
        pieces.emplace_back(begin, begin + static_cast<std::ptrdiff_t>(length));
        at += std::min(MNL_ALIGN(length), bytes.size() - at);
    }
    return pieces;
}

template <class Length>
Bytes join(const std::vector<Bytes>& pieces, bool keep_lengths)
{
    Bytes all;
    for (Bytes piece : pieces) {
        const auto length = static_cast<Length>(piece.size());
        if (!keep_lengths && piece.size() >= sizeof length)
            std::memcpy(piece.data(), &length, sizeof length);
        piece.resize(MNL_ALIGN(piece.size()));
        all.insert(all.end(), piece.begin(), piece.end());
    }
    return all;
}

class Mutation {
public:
    explicit Mutation(unsigned seed) : dice_(seed), keep_lengths_(roll(dice_, 8) == 0) {}

    Bytes datagram(const Bytes& bytes)
    {
        std::vector<Bytes> messages = split<std::uint32_t>(bytes, sizeof(nlmsghdr));
        if (messages.empty() || roll(dice_, 8) == 0)
            return flat(bytes);
        shuffle(messages, [this](const Bytes& message) { return this->message(message); });
        return join<std::uint32_t>(messages, keep_lengths_);
    }

private:
    /// One of the pieces is copied, left out, or changed by `inside`.
    template <class Inside>
    void shuffle(std::vector<Bytes>& pieces, Inside inside)
    {
        const auto chosen =
            pieces.begin() + static_cast<std::ptrdiff_t>(roll(dice_, pieces.size()));
        switch (roll(dice_, 8)) {
        case 0:
            pieces.insert(pieces.begin() + static_cast<std::ptrdiff_t>(roll(dice_, pieces.size())),
                          Bytes(*chosen));
            break;
        case 1:
            pieces.erase(chosen);
            break;
        default:
            *chosen = inside(*chosen);
        }
    }

    /// Its header and what stands before the attributes stay, or are changed by themselves.
    Bytes message(const Bytes& bytes)
    {
        // What a socket has there, and what an entry of ctnetlink's has.
        const auto type = number_at<std::uint16_t>(bytes, offsetof(nlmsghdr, nlmsg_type));
        const std::size_t body =
            NFNL_SUBSYS_ID(type) == 0 ? sizeof(inet_diag_msg) : sizeof(nfgenmsg);
        const std::size_t fixed = std::min(sizeof(nlmsghdr) + body, bytes.size());
        const auto border = bytes.begin() + static_cast<std::ptrdiff_t>(fixed);
        if (roll(dice_, 3) == 0)
            return concatenate(flat({bytes.begin(), border}, fixed), {border, bytes.end()});
        return concatenate({bytes.begin(), border}, attributes({border, bytes.end()}));
    }

    Bytes attributes(const Bytes& bytes)
    {
        std::vector<Bytes> all = split<std::uint16_t>(bytes, sizeof(nlattr));
        if (all.empty() || roll(dice_, 4) == 0)
            return flat(bytes);
        shuffle(all, [this](const Bytes& attribute) {
            constexpr std::ptrdiff_t header = sizeof(nlattr);
            const auto border = attribute.begin() + header;
            if (roll(dice_, 8) == 0)
                return concatenate(flat({attribute.begin(), border}, header),
                                   {border, attribute.end()});
            return concatenate({attribute.begin(), border}, attributes({border, attribute.end()}));
        });
        return join<std::uint16_t>(all, keep_lengths_);
    }

    /// As libFuzzer changes bytes of no known form; to `most` of them.
    static Bytes flat(Bytes bytes, std::size_t most = 0)
    {
        constexpr std::size_t growth = 16;
        const std::size_t size = bytes.size();
        bytes.resize(most == 0 ? size + growth : most);
        bytes.resize(LLVMFuzzerMutate(bytes.data(), size, bytes.size()));
        if (most != 0)
            bytes.resize(most);
        return bytes;
    }

    static Bytes concatenate(Bytes one, const Bytes& other)
    {
        one.insert(one.end(), other.begin(), other.end());
        return one;
    }

    Dice dice_;
    bool keep_lengths_;
};

} // namespace

extern "C" std::size_t LLVMFuzzerCustomMutator(std::uint8_t* data, std::size_t size,
                                               std::size_t most, unsigned seed)
{
    const Bytes mutated = Mutation(seed).datagram({data, data + size});
    const std::size_t length = std::min(mutated.size(), most);
    std::copy_n(mutated.begin(), length, data);
    return length;
}
