#include "common/kernel/held_question.h"

#include <cerrno>
#include <random>
#include <system_error>

#include <fmt/format.h>

#include "common/kernel/question_tuple.h"

namespace kernel {
namespace {

/// Nothing may leave this host, however its routes are. A UDP socket that connects sends nothing
/// and has the source address that a connection would have.
void make_sure_of_loopback(const net::Address& destination)
{
    const QuestionSocket scout(true, Protocol::udp);
    if (scout.connect_to({destination, 1}) != 0 || !scout.local_address().is_loopback())
        throw OracleUnavailable(fmt::format(
            "bit 1 of net.ipv4.tcp_fastopen is off, and the route to {} is not loopback",
            destination.text()));
}

} // namespace

net::Address draw_question_address()
{
    std::random_device device;
    std::uniform_int_distribution<std::uint32_t> host(1, question_host_mask - 1);
    return net::Address::ipv4(htonl(question_network | host(device)));
}

HeldQuestion::HeldQuestion(Way way)
    : way_(way), destination_(draw_question_address()), socket_(true, Protocol::tcp)
{
    if (way == Way::deferred)
        socket_.defer_syn();
    else
        make_sure_of_loopback(destination_);
    socket_.let_others_bind();
}

bool HeldQuestion::is_held(std::uint16_t port) const
{
    constexpr std::uint16_t deferred_port = 1;
    socket_.choose_from({port, port});
    int error = socket_.connect_to({destination_, way_ == Way::deferred ? deferred_port : port});
    if (error == EADDRNOTAVAIL)
        return true;
    if (way_ == Way::over_loopback && (error == EINPROGRESS || error == ECONNREFUSED))
        error = 0;
    if (error == 0)
        error = socket_.disconnect();
    if (error != 0)
        throw OracleUnavailable(fmt::format("asking about port {} failed ({})", port,
                                            std::generic_category().message(error)));
    return false;
}

} // namespace kernel
