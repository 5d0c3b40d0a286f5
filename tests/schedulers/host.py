"""A monitored host: a network namespace whose ports come to the state that a test wants.

The agents run in it and the schedulers outside, as in life, so that what they say to each other does
not show in the figures: a relay carries it over, from source ports outside the range.
"""

import ctypes
import itertools
import os
import pwd
import socket
import struct
import subprocess
import sys
import threading

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))

from network import CLONE_NEWNET, close_first, libc

DATABASE = 5432
SEARCH_SIDE = 5433


def enter(namespace):
    if libc.setns(namespace, CLONE_NEWNET) != 0:
        raise OSError(ctypes.get_errno(), "setns")


def in_thread(work):
    """What `work()` returns, run in a thread of its own, whose namespace ends with it."""
    result = {}

    def run():
        try:
            result["value"] = work()
        except BaseException as error:
            result["error"] = error

    thread = threading.Thread(target=run)
    thread.start()
    thread.join()
    if "error" in result:
        raise result["error"]
    return result["value"]


def as_user(name):
    """For the start of a child process: become that user, with its groups."""
    user = pwd.getpwnam(name)
    groups = os.getgrouplist(name, user.pw_gid)

    def become():
        os.setgroups(groups)
        os.setgid(user.pw_gid)
        os.setuid(user.pw_uid)

    return become


class Host:
    ENVIRONMENT = {"PATH": "/usr/sbin:/usr/bin:/sbin:/bin"}

    def __init__(self):
        self.namespace = in_thread(self._make)
        self.listeners = [self.do(lambda port=port: self._listen(port))
                          for port in (DATABASE, SEARCH_SIDE)]
        self.connections = []
        self.datagram_sockets = []
        self.source_ports = itertools.count(11000)  # below every range
        self.processes = []
        self.masked = False

    @staticmethod
    def _make():
        if libc.unshare(CLONE_NEWNET) != 0:
            raise OSError(ctypes.get_errno(), "unshare")
        subprocess.run(["ip", "link", "set", "lo", "up"], check=True)
        return os.open("/proc/thread-self/ns/net", os.O_RDONLY | os.O_CLOEXEC)

    @staticmethod
    def _listen(port):
        listener = socket.socket()
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(("127.0.0.1", port))
        listener.listen(256)
        return listener

    def do(self, work):
        """What `work()` returns, done on this host."""

        def enter_and_work():
            enter(self.namespace)
            return work()

        return in_thread(enter_and_work)

    # Programs on this host

    def popen(self, command, user, log):
        """Starts a server, which is ended by stop()."""
        become = as_user(user)

        def prepare():
            enter(self.namespace)
            become()

        with open(log, "wb") as output:
            process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=output,
                                       stderr=subprocess.STDOUT, env=self.ENVIRONMENT, cwd="/",
                                       preexec_fn=prepare)
        self.processes.append(process)
        return process

    def run(self, command, user, timeout=30):
        """Runs a program to its end: (exit code, standard output)."""
        become = as_user(user)

        def prepare():
            enter(self.namespace)
            become()

        done = subprocess.run(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                              stderr=subprocess.DEVNULL, env=self.ENVIRONMENT, cwd="/",
                              preexec_fn=prepare, timeout=timeout)
        return done.returncode, done.stdout.decode()

    def stop(self):
        for process in self.processes:
            process.terminate()
        for process in self.processes:
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()

    # Its ports

    def set(self, name, value):
        def write():
            with open("/proc/sys/net/ipv4/" + name, "w") as file:
                file.write(str(value))

        self.do(write)

    def connect(self, count):
        """Holds `count` connections to the database, all from ephemeral ports."""

        def add():
            connection = socket.socket()
            connection.connect(("127.0.0.1", DATABASE))
            accepted, _ = self.listeners[0].accept()
            self.connections.append((connection, accepted))

        while len(self.connections) > count:
            for end in self.connections.pop():
                reset(end)
        if len(self.connections) < count:
            self.do(lambda: [add() for _ in range(count - len(self.connections))])

    def bind_datagrams(self, ports):
        """Holds UDP sockets on these ports alone."""

        def add(port):
            bound = socket.socket(type=socket.SOCK_DGRAM)
            bound.bind(("127.0.0.1", port))
            self.datagram_sockets.append(bound)

        while self.datagram_sockets:
            self.datagram_sockets.pop().close()
        self.do(lambda: [add(port) for port in ports])

    def make_time_wait(self, count):
        """Leaves `count` connections in TIME_WAIT, on ports outside the range, for a minute."""

        def add():
            connection = socket.socket()
            connection.bind(("127.0.0.1", next(self.source_ports)))
            connection.connect(("127.0.0.1", SEARCH_SIDE))
            close_first(connection, self.listeners[1])

        missing = count - self.time_wait()
        self.do(lambda: [add() for _ in range(missing)])

    def close(self, count):
        """Leaves `count` connections to the database in TIME_WAIT, on ephemeral ports."""

        def add():
            connection = socket.create_connection(("127.0.0.1", DATABASE))
            close_first(connection, self.listeners[0])

        self.do(lambda: [add() for _ in range(count)])

    def time_wait(self):
        def read():
            with open("/proc/thread-self/net/sockstat") as file:
                for line in file:
                    if line.startswith("TCP:"):
                        words = line.split()
                        return int(words[words.index("tw") + 1])

        return self.do(read)

    def mask_range(self, masked):
        """Makes the settings unreadable, as where /proc is broken."""
        path = "/proc/sys/net/ipv4/ip_local_port_range"
        if masked == self.masked:
            return
        command = ["mount", "--bind", "/dev/null", path] if masked else ["umount", path]
        self.do(lambda: subprocess.run(command, check=True))
        self.masked = masked

    # What carries the schedulers' talk

    def relay(self, port):
        """Lets 127.0.0.1:`port` outside be the same on this host."""
        listener = socket.create_server(("127.0.0.1", port), backlog=64)

        def accept():
            while True:
                outside, _ = listener.accept()
                threading.Thread(target=self._carry, args=(outside, port), daemon=True).start()

        threading.Thread(target=accept, daemon=True).start()

    def _carry(self, outside, port):
        def connect():
            inside = socket.socket()
            inside.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            inside.bind(("127.0.0.1", next(self.source_ports)))
            inside.connect(("127.0.0.1", port))
            return inside

        try:
            inside = self.do(connect)
        except OSError:
            reset(outside)
            return

        def pump(source, target):
            try:
                while data := source.recv(65536):
                    target.sendall(data)
            except OSError:
                pass

        forth = threading.Thread(target=pump, args=(outside, inside), daemon=True)
        back = threading.Thread(target=pump, args=(inside, outside), daemon=True)
        forth.start()
        back.start()
        back.join()
        reset(inside)
        try:
            outside.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass
        outside.close()


def reset(connection):
    """Closes without leaving a TIME_WAIT behind."""
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    connection.close()
