"""Name servers that behave as some on the Internet do: silent, from before EDNS, closed to TCP, dripping."""

from __future__ import annotations

import socket
import threading
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

import dns.exception
import dns.flags
import dns.message
import dns.query
import dns.rcode
import dns.rrset

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    Behavior = Callable[[dns.message.Message, "Behind"], bytes | None]

_POLL, _PATIENCE = 0.1, 2.0  # seconds


class Behind:
    """The real server behind an odd one."""

    def __init__(self, address: str, port: int) -> None:
        self._address, self._port = address, port

    def ask(self, query: dns.message.Message) -> dns.message.Message:
        """Returns what the real server answers over UDP."""
        return dns.query.udp(query, self._address, timeout=2, port=self._port)


def silent(_query: dns.message.Message, _: Behind) -> bytes | None:
    """Never answers."""
    return None


def garbage(query: dns.message.Message, _: Behind) -> bytes | None:
    """Answers with what is no message."""
    return query.id.to_bytes(2, "big") + b"\x84\x00\x00\x01\x00\x09\x00"


def formerr(query: dns.message.Message, behind: Behind) -> bytes | None:
    """Does not understand EDNS, and says so."""
    return _validation_failure(query, dns.rcode.FORMERR) if query.edns >= 0 else behind.ask(query).to_wire()


def notimp(query: dns.message.Message, behind: Behind) -> bytes | None:
    """Does not understand EDNS either, and says so in another way."""
    return _validation_failure(query, dns.rcode.NOTIMP) if query.edns >= 0 else behind.ask(query).to_wire()


def badvers(query: dns.message.Message, behind: Behind) -> bytes | None:
    """Takes EDNS for a version that it does not know."""
    if query.edns < 0:
        return behind.ask(query).to_wire()
    reply = dns.message.make_response(query)
    reply.set_rcode(dns.rcode.BADVERS)
    return reply.to_wire()


def drops_edns(query: dns.message.Message, behind: Behind) -> bytes | None:
    """Does not answer to EDNS, as behind some firewalls."""
    return None if query.edns >= 0 else behind.ask(query).to_wire()


def udp_only(query: dns.message.Message, _: Behind) -> bytes | None:
    """Cuts every answer short, and is closed to TCP."""
    return _short(query)


def plain(query: dns.message.Message, behind: Behind) -> bytes | None:
    """Answers as the real server does, over UDP alone."""
    return behind.ask(query).to_wire()


def upward(query: dns.message.Message, _: Behind) -> bytes | None:
    """Refers to the root, as old servers do for zones that they do not have."""
    reply = dns.message.make_response(query)
    reply.authority.append(dns.rrset.from_text(".", 60, "IN", "NS", "ns.root."))
    return reply.to_wire()


def _short(query: dns.message.Message) -> bytes:
    reply = dns.message.make_response(query)
    reply.flags |= dns.flags.TC | dns.flags.AA
    return reply.to_wire()


def _validation_failure(query: dns.message.Message, code: dns.rcode.Rcode) -> bytes:
    query.use_edns(False)
    reply = dns.message.make_response(query)
    reply.set_rcode(code)
    return reply.to_wire()


@contextmanager
def odd_server(address: str, port: int, behavior: Behavior, behind: Behind) -> Iterator[None]:
    """Answers over UDP as expected."""

    def answer(asked: bytes) -> bytes | None:
        return behavior(dns.message.from_wire(asked), behind)

    with _datagrams(address, port, answer):
        yield


@contextmanager
def dripping_server(address: str, port: int) -> Iterator[None]:
    """Cuts every answer short over UDP, and over TCP sends a byte now and then, forever."""

    def drip(connection: socket.socket, over: threading.Event) -> None:
        while not over.wait(0.1):
            connection.sendall(b"\x7f")

    with odd_server(address, port, udp_only, Behind(address, port)), _connections(address, port, drip):
        yield


@contextmanager
def relay(address: str, port: int, to: tuple[str, int]) -> Iterator[None]:
    """Hands UDP and TCP on to a server elsewhere, unread."""

    def hand_datagram_on(asked: bytes) -> bytes | None:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as onward:
            onward.settimeout(_PATIENCE)
            onward.sendto(asked, to)
            return onward.recv(65535)

    def hand_connection_on(asking: socket.socket, _: threading.Event) -> None:
        with socket.create_connection(to, timeout=_PATIENCE) as onward:
            while asked := asking.recv(4096):
                onward.sendall(asked)
                asking.sendall(onward.recv(65535))

    with _datagrams(address, port, hand_datagram_on), _connections(address, port, hand_connection_on):
        yield


@contextmanager
def _datagrams(address: str, port: int, answer: Callable[[bytes], bytes | None]) -> Iterator[None]:
    """Answers datagrams one after the other; what cannot be answered is not."""
    over = threading.Event()
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as listener:
        listener.bind((address, port))
        listener.settimeout(_POLL)

        def serve() -> None:
            while not over.is_set():
                with suppress(OSError, dns.exception.DNSException):
                    asked, sender = listener.recvfrom(4096)
                    if (reply := answer(asked)) is not None:
                        listener.sendto(reply, sender)

        with _until_over(serve, over):
            yield


@contextmanager
def _connections(address: str, port: int, handle: Callable[[socket.socket, threading.Event], None]) -> Iterator[None]:
    """Handles connections, each for itself."""
    over = threading.Event()
    with socket.socket() as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((address, port))
        listener.listen()
        listener.settimeout(_POLL)

        def one(connection: socket.socket) -> None:
            with connection, suppress(OSError):
                connection.settimeout(_PATIENCE)
                handle(connection, over)

        def serve() -> None:
            while not over.is_set():
                with suppress(OSError):
                    connection, _ = listener.accept()
                    threading.Thread(target=one, args=(connection,), daemon=True).start()

        with _until_over(serve, over):
            yield


@contextmanager
def _until_over(serve: Callable[[], None], over: threading.Event) -> Iterator[None]:
    """Serves on a thread, which has ended before its socket is closed: else the port stays taken."""
    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()
