"""The network namespace that a test has for itself: its addresses, its range of ports, and sockets of its
own in it."""

import ctypes
import errno
import os
import socket
import subprocess
import time

CLONE_NEWNET = 0x40000000
libc = ctypes.CDLL(None, use_errno=True)
IP_BIND_ADDRESS_NO_PORT = 24  # the module socket has no name for it in older Pythons


def set_up(*addresses):
    subprocess.run(["ip", "link", "set", "lo", "up"], check=True)
    for address in addresses:
        nodad = ["nodad"] if ":" in address else []
        subprocess.run(["ip", "address", "add", address, "dev", "lo", *nodad], check=True)
    for address in addresses:
        await_route(address)


def await_route(address):
    """The local route of an IPv6 address comes a moment after the address, from a work queue of the kernel
    (addrconf_dad_work()). Until then the network is unreachable; with it nobody listens."""
    end = time.monotonic() + 10
    while True:
        with socket.socket(family_of(address)) as client:
            error = client.connect_ex((address, 1))
        if error == errno.ECONNREFUSED:
            return
        if time.monotonic() > end:
            raise OSError(error, f"{address}: {os.strerror(error)}")
        time.sleep(0.001)


def family_of(address):
    return socket.AF_INET6 if ":" in address else socket.AF_INET


def set_sysctl(name, value):
    with open(f"/proc/sys/net/ipv4/{name}", "w") as setting:
        setting.write(str(value))


def set_range(ports):
    set_sysctl("ip_local_port_range", f"{ports[0]} {ports[-1]}")


def close_first(connection, listener):
    """Closes a connection so that its TIME_WAIT is left on this side."""
    accepted, _ = listener.accept()
    connection.shutdown(socket.SHUT_WR)
    accepted.recv(1)
    accepted.close()
    connection.recv(1)
    connection.close()


class Sockets:
    """They are open for as long as this is kept."""

    def __init__(self):
        self.kept = []

    def listen(self, address, port):
        server = socket.socket(family_of(address))
        server.bind((address, port))
        server.listen(100)
        self.kept.append(server)
        return server

    def connect(self, server, address, count, source=None, closed=False):
        """Here closed means: by the client first, so that it stays in TIME_WAIT."""
        for _ in range(count):
            client = socket.socket(family_of(address))
            if source:
                client.setsockopt(socket.IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, 1)
                client.bind((source, 0))
            client.connect((address, server.getsockname()[1]))
            if closed:
                close_first(client, server)
            else:
                self.kept += [client, server.accept()[0]]
