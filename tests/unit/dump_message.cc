// The messages of a sock_diag dump, made by hand: complete, refused, malformed.
#include "common/sockets/dump_message.h"

#include <cerrno>
#include <cstring>
#include <limits>
#include <linux/inet_diag.h>
#include <linux/netlink.h>
#include <sys/socket.h>

#include <boost/test/unit_test.hpp>

#include "common/kernel/reader_unavailable.h"
#include "tests/unit/fixture.h"
#include "tests/unit/throws.h"

namespace {

using kernel::ReaderUnavailable;
using sockets::Socket;
using sockets::SocketState;
using Datagram = std::vector<std::byte>;
namespace utf = boost::unit_test;

constexpr std::uint32_t sequence = 1;

std::vector<Socket> parse(const Datagram& datagram)
{
    std::vector<Socket> found;
    sockets::parse_dump(datagram, sequence, [&](const Socket& socket) { found.push_back(socket); });
    return found;
}

std::string error(const Datagram& datagram)
{
    return text_of_error<std::runtime_error>([&] { parse(datagram); });
}

/// A message with a payload of any bytes.
Datagram message(std::uint16_t type, const void* payload, std::size_t length)
{
    nlmsghdr header{};
    header.nlmsg_len = static_cast<std::uint32_t>(sizeof header + length);
    header.nlmsg_type = type;
    header.nlmsg_seq = sequence;
    Datagram bytes(NLMSG_ALIGN(header.nlmsg_len));
    std::memcpy(bytes.data(), &header, sizeof header);
    if (length > 0)
        std::memcpy(bytes.data() + sizeof header, payload, length);
    return bytes;
}

Datagram failure(std::uint16_t type, int number)
{
    nlmsgerr payload{};
    payload.error = number;
    return message(type, &payload, sizeof payload);
}

Datagram socket_message(const inet_diag_msg& socket)
{
    return message(TCPDIAG_GETSOCK, &socket, sizeof socket);
}

inet_diag_msg listener()
{
    inet_diag_msg socket{};
    socket.idiag_family = AF_INET;
    socket.idiag_state = static_cast<unsigned char>(SocketState::listening);
    return socket;
}

Datagram join(Datagram one, const Datagram& other)
{
    one.insert(one.end(), other.begin(), other.end());
    return one;
}

BOOST_AUTO_TEST_SUITE(dump_message)

BOOST_AUTO_TEST_CASE(dump_is_complete_at_done_and_only_there)
{
    const auto ignore = [](const Socket&) {};
    BOOST_TEST(sockets::parse_dump(message(NLMSG_DONE, nullptr, 0), sequence, ignore));
    BOOST_TEST(sockets::parse_dump(failure(NLMSG_DONE, 0), sequence, ignore));
    BOOST_TEST(!sockets::parse_dump(socket_message(listener()), sequence, ignore));
    BOOST_TEST(sockets::parse_dump(join(socket_message(listener()), failure(NLMSG_DONE, 0)),
                                   sequence, ignore));
}

BOOST_AUTO_TEST_CASE(reader_is_unavailable_if_the_kernel_lacks_or_refuses_sock_diag)
{
    for (const int number : {ENOENT, EOPNOTSUPP, EINVAL, EPERM, EACCES}) {
        BOOST_CHECK_THROW(parse(failure(NLMSG_ERROR, -number)), ReaderUnavailable);
        BOOST_CHECK_THROW(parse(failure(NLMSG_DONE, -number)), ReaderUnavailable);
    }
    const auto reason = [](int number) { return error(failure(NLMSG_ERROR, -number)); };
    BOOST_TEST(holds(reason(ENOENT), "modprobe tcp_diag"));
    BOOST_TEST(holds(reason(EINVAL), "EINVAL"));
    BOOST_TEST(holds(reason(EPERM), "refused"));
}

BOOST_AUTO_TEST_CASE(reading_failed_for_every_other_error)
{
    for (const int number : {ENOMEM, ENOBUFS, EINTR, 9999, std::numeric_limits<int>::max()}) {
        try {
            parse(failure(NLMSG_ERROR, -number));
            BOOST_ERROR("nothing was thrown");
        } catch (const ReaderUnavailable&) {
            BOOST_ERROR("taken for a missing reader: " << number);
        } catch (const std::runtime_error& thrown) {
            BOOST_TEST(holds(thrown.what(), "broke off"));
        }
    }
}

BOOST_AUTO_TEST_CASE(reading_failed_for_an_error_that_is_no_errno)
{
    BOOST_TEST(holds(error(failure(NLMSG_ERROR, ENOENT)), "broke off"));
    BOOST_TEST(holds(error(failure(NLMSG_ERROR, std::numeric_limits<int>::min())), "broke off"));
}

BOOST_AUTO_TEST_CASE(acknowledgement_is_no_answer)
{
    BOOST_TEST(holds(error(failure(NLMSG_ERROR, 0)), "acknowledged"));
    BOOST_TEST(holds(error(message(NLMSG_ERROR, nullptr, 0)), "acknowledged"));
}

BOOST_AUTO_TEST_CASE(a_closed_tcp_socket_is_bound_if_a_program_has_it_and_has_ended_if_none_has)
{
    inet_diag_msg socket = listener();
    socket.idiag_state = static_cast<unsigned char>(SocketState::closed);
    BOOST_TEST((parse(socket_message(socket)).front().state == SocketState::closed));
    socket.idiag_inode = 1;
    BOOST_TEST((parse(socket_message(socket)).front().state == SocketState::bound));
}

BOOST_AUTO_TEST_CASE(answer_to_another_request_is_refused)
{
    BOOST_CHECK_THROW(
        sockets::parse_dump(socket_message(listener()), sequence + 1, [](const Socket&) {}),
        std::runtime_error);
}

BOOST_AUTO_TEST_CASE(message_too_short_for_a_socket_is_refused)
{
    const inet_diag_msg socket = listener();
    for (const std::size_t length : {std::size_t{0}, std::size_t{4}, sizeof socket - 4})
        BOOST_TEST(holds(error(message(TCPDIAG_GETSOCK, &socket, length)), "too short"));
}

BOOST_AUTO_TEST_CASE(message_of_an_unknown_type_is_refused)
{
    BOOST_TEST(holds(error(message(99, nullptr, 0)), "type 99"));
    BOOST_TEST(holds(error(message(NLMSG_NOOP, nullptr, 0)), "type 1"));
}

BOOST_AUTO_TEST_CASE(socket_of_an_unknown_state_is_refused)
{
    for (const unsigned char state : {0, 14, 255}) {
        inet_diag_msg socket = listener();
        socket.idiag_state = state;
        BOOST_TEST(holds(error(socket_message(socket)), "state " + std::to_string(state)));
    }
}

BOOST_AUTO_TEST_CASE(socket_of_an_unknown_family_is_refused)
{
    inet_diag_msg socket = listener();
    socket.idiag_family = AF_NETLINK;
    BOOST_TEST(holds(error(socket_message(socket)), "family"));
}

BOOST_AUTO_TEST_CASE(truncated_datagram_is_refused_wherever_it_was_cut,
                     *utf::precondition(fixture::is_of_our_byte_order))
{
    const Datagram whole = join(socket_message(listener()), failure(NLMSG_DONE, 0));
    const std::size_t first = socket_message(listener()).size();
    for (std::size_t length = 1; length < whole.size(); ++length) {
        const Datagram cut(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(length));
        if (length != first)
            BOOST_TEST(holds(error(cut), "after the last whole"));
    }
    for (const Datagram& datagram : fixture::read_dump()) {
        const Datagram cut(datagram.begin(), datagram.end() - 4);
        BOOST_CHECK_THROW(parse(cut), std::runtime_error);
    }
}

BOOST_AUTO_TEST_CASE(message_that_claims_a_length_of_its_own_is_refused)
{
    for (const std::uint32_t length : {0U, 1U, 15U, 1U << 20, 0x7fffffffU, 0xffffffffU}) {
        Datagram lie = socket_message(listener());
        std::memcpy(lie.data(), &length, sizeof length);
        BOOST_CHECK_THROW(parse(lie), std::runtime_error);
    }
}

/// A connection with an attribute that is 8 bytes long.
Datagram with_cgroup(std::uint64_t cgroup, std::uint32_t inode)
{
    inet_diag_msg socket = listener();
    socket.idiag_state = static_cast<unsigned char>(SocketState::established);
    socket.idiag_inode = inode;
    const nlattr attribute = {sizeof attribute + sizeof cgroup, INET_DIAG_CGROUP_ID};
    Datagram payload(sizeof socket + attribute.nla_len);
    std::memcpy(payload.data(), &socket, sizeof socket);
    std::memcpy(payload.data() + sizeof socket, &attribute, sizeof attribute);
    std::memcpy(payload.data() + sizeof socket + sizeof attribute, &cgroup, sizeof cgroup);
    return message(TCPDIAG_GETSOCK, payload.data(), payload.size());
}

BOOST_AUTO_TEST_CASE(socket_that_a_program_holds_has_its_cgroup)
{
    constexpr std::uint64_t cgroup = 0x1'0000'0002;
    BOOST_TEST(parse(with_cgroup(cgroup, 7)).front().cgroup == cgroup);
    BOOST_TEST(parse(socket_message(listener())).front().cgroup == 0U);
}

BOOST_AUTO_TEST_CASE(socket_that_no_program_holds_has_no_cgroup)
{
    BOOST_TEST(parse(with_cgroup(42, 0)).front().cgroup == 0U);
}

BOOST_AUTO_TEST_CASE(attribute_of_a_wrong_length_is_skipped)
{
    inet_diag_msg socket = listener();
    socket.idiag_inode = 7;
    const auto parse_one = [&](std::uint16_t type, std::uint16_t length) {
        Datagram payload(sizeof socket + 8);
        std::memcpy(payload.data(), &socket, sizeof socket);
        const nlattr attribute = {length, type};
        std::memcpy(payload.data() + sizeof socket, &attribute, sizeof attribute);
        const std::vector<Socket> found =
            parse(message(TCPDIAG_GETSOCK, payload.data(), payload.size()));
        BOOST_REQUIRE(found.size() == 1U);
        return found.front();
    };
    for (const std::uint16_t length : {0, 3, 4, 8, 200, 65535}) {
        BOOST_TEST(parse_one(INET_DIAG_CGROUP_ID, length).cgroup == 0U);
        if (length != 8)
            BOOST_TEST(!parse_one(INET_DIAG_SKV6ONLY, length).ipv6_only.has_value());
    }
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace
