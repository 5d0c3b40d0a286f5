"""A connection whose source NAT changed, as connection tracking keeps it, so that check_ephemeral_nat
has a tuple to show. It is made by ctnetlink: neither a rule nor a packet is needed."""

import os
import socket
import struct

NETFILTER, NEW_ENTRY = 12, 1 << 8
REQUEST, ACKNOWLEDGE, CREATE = 1, 4, 0x400
NESTED = 0x8000
ORIGINAL, REPLY, PROTOCOL_STATE, TIMEOUT = 1, 2, 4, 7
ESTABLISHED, LIFE = 3, 3600  # s


def attribute(kind, payload):
    length = 4 + len(payload)
    return struct.pack("=HH", length, kind) + payload + bytes(-length % 4)


def nested(kind, *attributes):
    return attribute(NESTED | kind, b"".join(attributes))


def direction(kind, source, destination):
    (from_address, from_port), (to_address, to_port) = source, destination
    return nested(kind,
                  nested(1, attribute(1, socket.inet_aton(from_address)),
                         attribute(2, socket.inet_aton(to_address))),
                  nested(2, attribute(1, bytes([socket.IPPROTO_TCP])),
                         attribute(2, struct.pack("!H", from_port)),
                         attribute(3, struct.pack("!H", to_port))))


def make(client=("10.1.0.2", 40000), nat=("192.0.2.1", 40001), server=("10.2.0.2", 443)):
    """In the network namespace of this thread. OSError if the kernel has no connection tracking, or
    refuses."""
    body = (struct.pack("=BBH", socket.AF_INET, 0, 0)
            + direction(ORIGINAL, client, server) + direction(REPLY, server, nat)
            + attribute(TIMEOUT, struct.pack("!I", LIFE))
            + nested(PROTOCOL_STATE, nested(1, attribute(1, bytes([ESTABLISHED])))))
    with socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, NETFILTER) as channel:
        channel.send(struct.pack("=IHHII", 16 + len(body), NEW_ENTRY,
                                 REQUEST | ACKNOWLEDGE | CREATE, 1, 0) + body)
        error = -struct.unpack_from("=i", channel.recv(4096), 16)[0]
    if error:
        raise OSError(error, os.strerror(error))
