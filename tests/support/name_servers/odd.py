"""Name servers that behave as some on the Internet do: silent, from before EDNS, closed to TCP, dripping."""

from __future__ import annotations

import socket
import threading
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING

import dns.exception
import dns.flags
import dns.message
import dns.query
import dns.rcode
import dns.rrset

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    Behaviour = Callable[[dns.message.Message, "Behind"], bytes | None]


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
    return _refusal(query, dns.rcode.FORMERR) if query.edns >= 0 else behind.ask(query).to_wire()


def notimp(query: dns.message.Message, behind: Behind) -> bytes | None:
    """Does not understand EDNS either, and says so in another way."""
    return _refusal(query, dns.rcode.NOTIMP) if query.edns >= 0 else behind.ask(query).to_wire()


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


def _refusal(query: dns.message.Message, code: dns.rcode.Rcode) -> bytes:
    query.use_edns(False)
    reply = dns.message.make_response(query)
    reply.set_rcode(code)
    return reply.to_wire()


@contextmanager
def odd_server(address: str, port: int, behaviour: Behaviour, behind: Behind) -> Iterator[None]:
    """Answers over UDP as told."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as listener:
        listener.bind((address, port))

        def serve() -> None:
            while True:
                try:
                    asked, sender = listener.recvfrom(4096)
                    answer = behaviour(dns.message.from_wire(asked), behind)
                    if answer is not None:
                        listener.sendto(answer, sender)
                except OSError:
                    return
                except dns.exception.DNSException:
                    continue

        threading.Thread(target=serve, daemon=True).start()
        yield


@contextmanager
def dripping_server(address: str, port: int) -> Iterator[None]:
    """Cuts every answer short over UDP, and over TCP sends a byte now and then, for ever."""
    with ExitStack() as running:
        running.enter_context(odd_server(address, port, udp_only, Behind(address, port)))
        listener = running.enter_context(socket.socket())
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((address, port))
        listener.listen()
        over = threading.Event()
        running.callback(over.set)

        def drip(connection: socket.socket) -> None:
            with connection:
                while not over.wait(0.1):
                    try:
                        connection.sendall(b"\x7f")
                    except OSError:
                        return

        def accept() -> None:
            while True:
                try:
                    connection, _ = listener.accept()
                except OSError:
                    return
                threading.Thread(target=drip, args=(connection,), daemon=True).start()

        threading.Thread(target=accept, daemon=True).start()
        yield


@contextmanager
def relay(address: str, port: int, to: tuple[str, int]) -> Iterator[None]:
    """Hands UDP and TCP on to a server elsewhere, unread."""
    with socket.socket() as tcp, socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as udp:
        tcp.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        tcp.bind((address, port))
        udp.bind((address, port))
        tcp.listen()
        for serve in (_hand_datagrams_on, _hand_connections_on):
            threading.Thread(target=serve, args=(udp if serve is _hand_datagrams_on else tcp, to), daemon=True).start()
        yield


def _hand_datagrams_on(listener: socket.socket, to: tuple[str, int]) -> None:
    while True:
        try:
            asked, sender = listener.recvfrom(4096)
            with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as onward:
                onward.settimeout(2)
                onward.sendto(asked, to)
                listener.sendto(onward.recv(65535), sender)
        except TimeoutError:
            continue
        except OSError:
            return


def _hand_connections_on(listener: socket.socket, to: tuple[str, int]) -> None:
    while True:
        try:
            asking, _ = listener.accept()
        except OSError:
            return
        threading.Thread(target=_hand_on, args=(asking, to), daemon=True).start()


def _hand_on(asking: socket.socket, to: tuple[str, int]) -> None:
    with asking, socket.create_connection(to, timeout=2) as onward:
        asking.settimeout(2)
        try:
            while asked := asking.recv(4096):
                onward.sendall(asked)
                asking.sendall(onward.recv(65535))
        except OSError:
            return
