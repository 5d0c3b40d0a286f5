"""Wrong turns that somebody could make in the code: each changes what the checks say or do.

Run in the source's folder, it names those whose place is no longer there, for `make check`.
"""

import dataclasses
import pathlib
import sys


@dataclasses.dataclass
class WrongTurn:
    what: str
    path: str
    right: str  # stands once in the file
    wrong: str
    suite: str = ""  # of the live tests that see it first, if the unit tests cannot

    def misplaced(self, source):
        """Why it cannot be taken in that folder; nothing if it can."""
        if pathlib.Path(source, self.path).read_text(encoding="utf-8").count(self.right) == 1:
            return None
        return f"{self.path}: {self.what}: '{self.right}' does not stand once in it"


def turns(path, *rest):
    return [WrongTurn(what, path, right, wrong, *suite) for what, right, wrong, *suite in rest]


WRONG_TURNS = [
    *turns("common/plugin/time_limit.cc",
           ("no alarm", "    alarm(static_cast<unsigned>(seconds));\n", ""),
           ("the time limit writes nothing", "is_silent == 0 &&", "is_silent != 0 &&")),
    *turns("common/plugin/output.cc",
           ("one write() only", "while (!text.empty()) {", "if (!text.empty()) {"),
           ("write() is not tried again after EINTR", "written == 0 || errno != EINTR", "written <= 0")),
    *turns("common/plugin/verdict.cc",
           ("UNKNOWN before CRITICAL", "State worse(State one, State other)\n{",
            "State worse(State one, State other)\n{\n    return std::max(one, other);")),
    *turns("common/kernel/netlink_channel.cc",
           ("no retry after EINTR",
            "while (length < 0 && errno == EINTR);", "while (false);", "faults")),
    *turns("common/kernel/held_question.cc",
           ("no port is held", "return true;", "return false;", "held_ports"),
           ("the questions' socket shares no port", "    socket_.let_others_bind();\n", "", "beside_others")),
    *turns("common/kernel/oracle.cc",
           ("a rehearsal accepts anything", "error != 0 && error != EADDRNOTAVAIL)\n            obstacle_ =",
            "false)\n            obstacle_ =", "oracle"),
           ("a refused connection takes over", "return error == 0;\n}\n\n} // namespace kernel",
            "return true;\n}\n\n} // namespace kernel", "time_wait_reuse")),
    *turns("common/kernel/directory.cc",
           ("a directory that breaks off is complete",
            "if (errno != 0)\n        return std::nullopt;\n    return entries",
            "return entries", "faults")),
    *turns("common/ports/history.cc",
           ("any closes go on", "return static_cast<double>(older) >= rate / 4;", "return true;"),
           ("closed connections give no port back",
            "    if (left > Milliseconds(0))\n", "    if (left < Milliseconds(0))\n"),
           ("what comes back is not counted", "Milliseconds(moment), -1, 0", "Milliseconds(moment), 0, 0")),
    *turns("common/ports/close_rate.h",
           ("the window is always five seconds", "if (seen >= enough)", "if (false)"),
           ("the first second is left out", "std::size_t sum = 0;\n        for (std::size_t i = 0;",
            "std::size_t sum = 0;\n        for (std::size_t i = 1;")),
    *turns("common/ports/census.cc",
           ("held ports are not used", "usage.held_by_others = held;", "usage.held_by_others = 0;"),
           ("a tuple's own connections on held ports count twice", "        ++counts.on_held;\n", ""),
           ("every TIME_WAIT is old", "const bool old = closing->age >= rule_.delay();", "const bool old = true;"),
           ("FIN_WAIT2 is taken over, too", "takes_fin_wait2_ == true}", "takes_fin_wait2_ != false}"),
           ("highest without the closings", "usage.projected + closed - usage.reusable", "usage.projected"),
           ("what may be reused surely is", "const bool does = reuse == Reuse::certain;",
            "const bool does = reuse != Reuse::never;"),
           ("hidden sockets are none", "usage.used_most + held_.hidden", "usage.used_most"),
           ("a double hides behind a port that does not count",
            "std::count_if(of_tuple.begin(), of_tuple.end(), is_usable)", "std::ssize(of_tuple)"),
           ("every tuple is watched", "counts.watched = watch.covers(tuple);", "counts.watched = true;"),
           ("twins share nothing", "counts.has_twin = true;\n        }", "counts.has_twin = false;\n        }")),
    *turns("common/ports/census.h",
           ("no tuple has a closed connection", "counts.time_wait} + counts.other == 0 ?", "counts.time_wait} + counts.other != 0 ?")),
    *turns("common/ports/census_order.cc",
           ("the shortlist keeps the best", "heap_.back() = complete(candidate);", "")),
    *turns("common/ports/held_ports.cc",
           ("listeners hold no port", "held.known.insert(socket.port);", ""),
           ("hidden ports are unbounded",
            "usable.size() - held.known.size() - held.doubtful.size()", "usable.size()")),
    *turns("common/ports/bind_census.cc",
           ("a TIME_WAIT takes no port from bind()",
            "usage.time_wait = count_rest(time_wait);", "usage.time_wait = 0;"),
           ("a bound socket is a listener", "return bound;\n    case sockets::SocketState::time_wait",
            "return listening;\n    case sockets::SocketState::time_wait"),
           ("IPV6_V6ONLY takes IPv4's port", "    if (!ipv6_only)\n", ""),
           ("IPv4's connections leave its wildcard alone", "        surely_ipv4_ |= of_ipv4[kind];\n", "")),
    *turns("common/ports/bind_port_list.cc",
           ("items are forgotten as they become bits", "std::make_unique<Ports>(ports())",
            "std::make_unique<Ports>()")),
    *turns("common/ports/source_numbers.cc",
           ("addresses that end alike are one", "!recent.is_known || recent.address != address", "!recent.is_known")),
    *turns("common/ports/busiest_tuple.cc",
           ("a double counts twice", "busiest->connections = count_ports(", "(void)count_ports(")),
    *turns("common/ports/closing.h",
           ("a FIN_WAIT2's length is unbounded",
            "std::min<std::chrono::milliseconds>(settings.fin_wait2_length, time_wait_length)",
            "std::chrono::milliseconds(settings.fin_wait2_length)")),
    *turns("common/ports/time_wait.h",
           ("an age may be negative",
            "std::max(time_wait_length - left, std::chrono::milliseconds(0))", "time_wait_length - left")),
    *turns("common/ports/by_tuple.cc",
           ("all further lists are the first of them", "if (number != further) [[likely]]", "if (true)")),
    *turns("common/ports/supposition.cc",
           ("what a listener accepted takes a port", "return listening.contains(connection.local_port) ||", "return")),
    *turns("common/ports/close_rate.h",
           ("an unknown age is none at all", "closing.has_age() && ", "")),
    *turns("common/ports/time_wait.cc",
           ("loopback reuse is everywhere", "TimeWaitReuse::loopback && loopback", "TimeWaitReuse::loopback")),
    *turns("common/ports/watch.cc",
           ("exclusions are ignored", "std::none_of(exclusions.begin(), exclusions.end(), matches)", "true")),
    *turns("common/sockets/procfs.cc",
           ("UDP's second family is not read", "        read_sockets(more, query, sink);\n", ""),
           ("the state is not asked for", "&& query.states.contains(socket->state)", "")),
    *turns("common/sockets/sock_diag.cc",
           ("UDP over IPv6 is not read",
            "        receive_dump(channel, sequence, sink);\n    } catch", "    } catch", "udp_sockets")),
    *turns("common/sockets/reader.cc",
           ("bound sockets are always shown",
            "snapshot.hidden_at_most = shown ? 0 :", "snapshot.hidden_at_most = true ? 0 :", "doubt"),
           ("TCP is not read", "    if (wanted.tcp)\n", "    if (!wanted.tcp)\n", "check_ephemeral_ports")),
    *turns("common/ports/tuple_counts.h",
           ("a twin changes nothing", " && !has_twin; }", "; }"),
           ("when it was closed changes nothing", "return time_wait == 0 && other == 0 && ", "return ")),
    *turns("common/sockets/dump_message.cc",
           ("a dump's error is its end",
            "if (error < 0 && error != std::numeric_limits<int>::min())", "if (false)")),
    *turns("common/sockets/dump_message.h",
           ("a cut message is the last", "    if (!rest.empty())\n        fail_with_rest", "    if (false)\n        fail_with_rest"),
           ("a message of another request is ours", "message.header->nlmsg_seq != sequence || ", "")),
    *turns("common/conntrack/port_search.cc",
           ("all windows are of 128 ports", "window /= 2)", "window -= 120)"),
           ("closed connections are never evicted", "chances[i] = chances[i - 1] / 2;", "chances[i] = 1;")),
    *turns("common/conntrack/nat_table.cc",
           ("an age is a second too high", ".count() - 1;", ".count();"),
           ("what comes from a destination takes no port", "        further.push_back(original);\n", "")),
    *turns("common/conntrack/entry_message.cc",
           ("the zone is the original's", "reply_zone.value_or(entry.zone)", "entry.zone", "nat_truth"),
           ("every entry is evictable", "tcp_state.value_or(0) >= TCP_CONNTRACK_TIME_WAIT &&", "")),
    *turns("common/conntrack/tuple_message.h",
           ("any protocol's first field is a port", " && ports[0].is_of(CTA_PROTO_SRC_PORT) &&", " &&"),
           ("a zone behind the tuple is none", "payload.size() != sizeof *usual", "payload.size() < sizeof *usual")),
    *turns("common/conntrack/range_count.cc",
           ("no rule is random", "return could_keep >= enough &&", "return false &&")),
    *turns("plugins/ports_situation.cc",
           ("the worst projected is not listed", "        rows.push_back(heading);\n", "        ;\n"),
           ("--top 0 judges nothing", "std::max<std::size_t>(most_rows, 1)", "most_rows"),
           ("the forecast is of none", "usage.highest < situation.range_size", "true")),
    *turns("plugins/forecast.cc",
           ("a forecast forgets held ports",
            "census.range_size() - usage.used", "census.range_size() - usage.connections()")),
    *turns("plugins/check_ephemeral_binds.cc",
           ("the busiest tuple hides the owner",
            "report.details.push_back(checks::tell_busiest(*busiest));",
            "report.details = {checks::tell_busiest(*busiest)};", "owners")),
    *turns("plugins/namespaces_situation.cc",
           ("hidden processes are passed over", " || situation.hides_processes)", ")")),
    *turns("plugins/nat_situation.cc",
           ("what may be refused is judged",
            "return std::pair(refused.least, refused.most);", "return std::pair(refused.most, refused.least);"),
           ("no limit is a full table", "counters.most_entries > 0 ?", "true ?")),
]


if __name__ == "__main__":
    sys.exit("\n".join(filter(None, (turn.misplaced(".") for turn in WRONG_TURNS))) or 0)
