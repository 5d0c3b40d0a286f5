#include "common/kernel/oracle.h"

#include <cerrno>
#include <system_error>

#include <fmt/format.h>

#include "common/kernel/held_question.h"
#include "common/kernel/proc_file.h"
#include "common/kernel/question_socket.h"
#include "common/kernel/question_tuple.h"

namespace kernel {
namespace {

using Call = PortRequest::Call;
using Clock = std::chrono::steady_clock;

std::string describe(int error)
{
    return std::generic_category().message(error);
}

/// Gives the socket the source address, and no port yet.
void use_source(const QuestionSocket& question, const net::Address& source)
{
    if (source.is_ipv4() != question.is_ipv4())
        throw OracleUnavailable(
            fmt::format("{} and the destination are of different families", source.text()));
    question.bind_address_only();
    const int error = question.bind_to({source, 0});
    if (error == EADDRNOTAVAIL)
        throw SourceUnavailable(fmt::format("{} is not an address of this host", source.text()),
                                "is not this host's");
    if (error != 0)
        throw SourceUnavailable(
            fmt::format("cannot use the source address {} ({})", source.text(), describe(error)),
            fmt::format("cannot be used ({})", describe(error)));
}

PortAnswer put_connect(const PortRequest& request)
{
    const Protocol protocol = request.call == Call::tcp_connect ? Protocol::tcp : Protocol::udp;
    const QuestionSocket question(request.destination.address.is_ipv4(), protocol);
    if (protocol == Protocol::tcp) {
        question.defer_syn();
        // Not so with UDP, which would then be given the ports of others that have it.
        question.let_others_bind();
    }
    if (request.interface != 0)
        question.bind_to_device(request.interface);
    if (request.local_ports)
        question.choose_from(*request.local_ports);
    if (request.source)
        use_source(question, *request.source);

    PortAnswer answer;
    const auto begin = Clock::now();
    answer.error = question.connect_to(request.destination);
    answer.search_time = Clock::now() - begin;
    return answer;
}

/// Whether this kernel has no IPv6 at all: a refused socket alone may be a confinement of ours,
/// while other programs have IPv6 sockets.
bool lacks_ipv6()
{
    return read_proc_file_if_present("/proc/net/sockstat") &&
           !read_proc_file_if_present("/proc/net/sockstat6");
}

PortAnswer put_bind()
{
    const bool ipv4 = lacks_ipv6();
    const QuestionSocket question(ipv4, Protocol::tcp);
    if (!ipv4)
        question.cover_both_families();
    // As bind() chooses the port itself, this lets it share none (inet_csk_find_open_port()).
    question.let_others_bind();
    PortAnswer answer;
    const auto begin = Clock::now();
    answer.error = question.bind_to({ipv4 ? net::Address::ipv4(0) : net::Address(), 0});
    answer.search_time = Clock::now() - begin;
    return answer;
}

} // namespace

void require_own_address(const net::Address& address)
{
    use_source(QuestionSocket(address.is_ipv4(), Protocol::tcp), address);
}

/// Adds its life to the time spent in asking.
class Oracle::Stopwatch {
public:
    explicit Stopwatch(Oracle& oracle) : oracle_(oracle) {}
    ~Stopwatch() { oracle_.time_ += Clock::now() - begin_; }
    Stopwatch(const Stopwatch&) = delete;
    Stopwatch& operator=(const Stopwatch&) = delete;

private:
    Oracle& oracle_;
    Clock::time_point begin_ = Clock::now();
};

void Oracle::rehearse()
{
    if (rehearsed_)
        return;
    PortRequest request;
    request.destination = {draw_question_address(), 1};
    try {
        const int error = put_connect(request).error;
        // If every port is held, the search fails before anything could be sent, here and for every
        // destination.
        if (error != 0 && error != EADDRNOTAVAIL)
            obstacle_ =
                fmt::format("this kernel does not put the SYN off, or cannot reach loopback ({})",
                            describe(error));
    } catch (const OracleUnavailable& error) {
        obstacle_ = error.what();
    }
    rehearsed_ = true;
}

void Oracle::require_answers() const
{
    if (!refusal_.empty())
        throw OracleUnavailable(refusal_);
}

PortAnswer Oracle::put(const PortRequest& request)
{
    require_answers();
    if (request.call == Call::tcp_connect) {
        rehearse();
        if (!obstacle_.empty())
            throw OracleUnavailable(obstacle_);
    }
    const PortAnswer answer = request.call == Call::tcp_bind ? put_bind() : put_connect(request);
    ++questions_;
    return answer;
}

PortAnswer Oracle::ask(const PortRequest& request)
{
    const Stopwatch stopwatch(*this);
    return put(request);
}

net::PortSet Oracle::held_among(const net::PortSet& ports, std::size_t at_most)
{
    net::PortSet held;
    if (ports.size() == 0 || at_most == 0)
        return held;
    require_answers();
    const Stopwatch stopwatch(*this);
    rehearse();
    const HeldQuestion question(obstacle_.empty() ? HeldQuestion::Way::deferred
                                                  : HeldQuestion::Way::over_loopback);
    for (std::size_t i = 0; i < net::PortSet::all_ports && held.size() < at_most; ++i) {
        const auto port = static_cast<std::uint16_t>(i);
        if (!ports.contains(port))
            continue;
        ++questions_;
        if (question.is_held(port))
            held.insert(port);
    }
    return held;
}

bool Oracle::takes_over(const net::Address& source, const net::Endpoint& destination,
                        std::uint16_t port, std::uint32_t interface)
{
    const Stopwatch stopwatch(*this);
    PortRequest request;
    request.source = source;
    request.destination = destination;
    request.interface = interface;
    request.local_ports = {port, port};
    const int error = put(request).error;
    if (error != 0 && error != EADDRNOTAVAIL)
        throw OracleUnavailable(
            fmt::format("connect() to {} fails ({})", destination.text(), describe(error)));
    return error == 0;
}

} // namespace kernel
