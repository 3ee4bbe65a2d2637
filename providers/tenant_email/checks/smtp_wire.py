"""One conversation with a mail server within one deadline, whatever the server does with its time.

The libraries of SMTP bound each read and so not the whole: a server that sends a line each three seconds holds them for
ever, and so does one whose reply has no end. Here every wait is for what is left of the whole, names are looked up
next to the thread that waits, and a reply has a largest size.
"""

from __future__ import annotations

import ipaddress
import itertools
import math
import re
import socket
import ssl
from collections import deque
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Self

from tenant_email.errors import LONGEST_FOREIGN_TEXT, redact_external
from tenant_email.waiting import PROGRESS, Deadline, TimedOutError, run_within

if TYPE_CHECKING:
    from collections.abc import Callable

CONNECT: Final = 30.0  # seconds; five SYNs were sent by then, and what did not come will not
WHOLE: Final = 60.0  # seconds; no user waits longer at a sign-in
_LARGEST: Final = 2**20  # bytes of a reply; RFC 5321 section 4.5.3.1.5 has 512 a line, and EHLO some dozen lines
_PIECE: Final = 2**16  # bytes
_PROMPT: Final = 5.0  # seconds in which a healthy server takes what is sent, however long it then thinks
_SHORTEST: Final = 0.001  # seconds; none at all would be no waiting
_SHOWN: Final = 20  # lines of an endless reply: more than a message holds
_GOES_ON: Final = re.compile(r"\d+-")
_NO_ADDRESS: Final = {getattr(socket, name, None) for name in ("EAI_NONAME", "EAI_NODATA", "EAI_ADDRFAMILY")}
_AGAIN: Final = "Run again in a few minutes; nothing was changed."

Address = tuple[socket.AddressFamily, tuple[str, int] | tuple[str, int, int, int] | tuple[int, bytes]]


@dataclass(frozen=True, slots=True)
class Patience:
    """How long is waited, in seconds.

    connect: for one address. greeting: for the whole greeting. idle: for the next piece of a reply. whole: for all of
    it, from the lookup of the name to the last reply.
    """

    connect: float = CONNECT
    greeting: float = math.inf
    idle: float = math.inf
    whole: float = WHOLE


class Fails(Exception):
    """What a server fails at; `temporary`: the same may succeed soon, without any change."""

    def __init__(self, what: str, remedy: str, *, temporary: bool = False) -> None:
        super().__init__(what)
        self.what, self.temporary = what, temporary
        self.remedy = _AGAIN if temporary else remedy


@dataclass(frozen=True, slots=True)
class SmtpReply:
    """What a server said, its lines separated by line feeds; undecodable bytes are read as Latin-1."""

    text: str

    @property
    def code(self) -> str:
        """Returns the first three characters, which mail libraries look at."""
        return self.text[:3]

    @property
    def is_smtp(self) -> bool:
        """Returns whether it begins with a code of SMTP (RFC 5321 section 4.2.1)."""
        return re.match(r"[2-5]\d\d([ -]|$)", self.text, re.MULTILINE) is not None

    @property
    def temporary(self) -> bool:
        """Returns whether the server asks to come again later."""
        return self.is_smtp and self.code.startswith("4")

    @property
    def words(self) -> str:
        """Returns it as one line that is safe to show; its code stands there once."""
        first, *others = self.text.split("\n")
        return redact_external(
            " ".join([re.sub("^(...)-", r"\1 ", first) if self.is_smtp else first, *map(_without_code, others)])
        )


class SmtpConnection:
    """A connection to one server; `announce` hears of it when nothing comes for half a minute."""

    def __init__(self, at: str, patience: Patience, announce: Callable[[str], None] | None = None) -> None:
        self._at, self._patience, self._announce = at, patience, announce
        self._deadline = Deadline(patience.whole)
        self._socket: socket.socket | None = None
        self._lines: deque[bytes] = deque()
        self._rest = b""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self._socket is not None:
            self._socket.close()

    @property
    def is_encrypted(self) -> bool:
        """Returns whether TLS is on."""
        return isinstance(self._socket, ssl.SSLSocket)

    def connect(self, host: str, port: int) -> None:
        """Connects to the first of the host's addresses that takes it."""
        refused: dict[str, str] = {}
        for address in self._addresses(host, port):
            try:
                self._socket = _connected(address, min(self._patience.connect, self._left()))
            except OSError as error:
                refused[str(address[1][0])] = _reason(error)
            else:
                return
        raise self._unreachable(refused)

    def secure(self, context: ssl.SSLContext, name: str, *, discards: bool = False) -> None:
        """Turns to TLS; raises ssl.SSLError, or OSError where the connection ends.

        What came already is none of the session that now begins (RFC 3207 section 6): it is discarded, or refused.
        """
        if discards:
            self._lines.clear()
            self._rest = b""
        if self._lines or self._rest:
            said = SmtpReply("\n".join(map(_decode, [*self._lines, self._rest]))).words
            what = f"{self._at} says in clear text what belongs under TLS ({said})"
            raise Fails(
                what, "Repair the server, or find out what sits in between: an attacker could inject commands this way."
            )
        connection = self._connection
        connection.settimeout(min(self._left(), self._patience.idle))
        self._socket = context.wrap_socket(connection, server_hostname=name)

    def ask(self, command: str) -> SmtpReply:
        """Sends a command and returns its reply."""
        self._send(command)
        return self.reply()

    def quit(self) -> None:
        """Says goodbye; nobody waits for an answer."""
        with suppress(Fails):
            self._send("QUIT", longest=_PROMPT)

    def reply(self, within: float = math.inf) -> SmtpReply:
        """Returns the next whole reply, which must be there in this time."""
        deadline, lines, size = Deadline(within), list[str](), 0
        while not lines or _GOES_ON.match(lines[-1]):
            while not self._lines:
                piece = self._receive(deadline, lines)
                size += len(piece)
                if not piece or size > _LARGEST:
                    raise self._unusable(lines, "a reply of more than 1 MiB" if piece else "it closed the connection")
                *whole, self._rest = (self._rest + piece).split(b"\n")
                self._lines.extend(whole)
            lines.append(_decode(self._lines.popleft()))
        return SmtpReply("\n".join(lines))

    def _unusable(self, lines: list[str], why: str) -> Fails:
        """Returns the error for a reply that does not end as it should, with what there is of it."""
        words = (*itertools.islice(lines, _SHOWN), _decode(self._rest[: 2 * LONGEST_FOREIGN_TEXT]))
        said = redact_external(" ".join(words))
        after = f", after it said: {said}" if said else ""
        return Fails(f"{self._at} does not answer as a mail server ({why}{after})", NO_MAIL_SERVER)

    def _receive(self, reply: Deadline, lines: list[str]) -> bytes:
        """Returns the next piece of a reply, which has its own deadline in addition to that of the whole."""
        longest = min(reply.left, self._patience.idle, self._deadline.left)
        piece = Deadline(longest)
        while not piece.is_over:
            self._connection.settimeout(min(max(piece.left, _SHORTEST), PROGRESS))
            try:
                return self._connection.recv(_PIECE)
            except TimeoutError:
                if self._announce and not piece.is_over:
                    waited = f"no answer from {self._at} for {piece.elapsed:.0f} s"
                    self._announce(f"{waited}; waiting up to {longest:.0f} s")
            except OSError as error:
                raise Fails(f"{self._at} does not answer as a mail server ({_reason(error)})", NO_MAIL_SERVER) from None
        late = f"the whole took more than {self._patience.whole:.3g} s"
        why = late if self._deadline.is_over else f"no answer within {longest:.3g} s"
        raise self._unusable(lines, f"timeout: {why}")

    def _send(self, command: str, *, longest: float = math.inf) -> None:
        self._connection.settimeout(min(self._left(), self._patience.idle, longest))
        try:
            self._connection.sendall(f"{command}\r\n".encode())
        except OSError as error:
            raise Fails(f"{self._at} does not answer as a mail server ({_reason(error)})", NO_MAIL_SERVER) from None

    @property
    def _connection(self) -> socket.socket:
        if self._socket is None:
            message = "not connected"
            raise RuntimeError(message)
        return self._socket

    def _left(self) -> float:
        """Returns the seconds that are left of the whole."""
        if self._deadline.is_over:
            what = f"{self._at} does not answer as a mail server (timeout: the whole took more than "
            raise Fails(f"{what}{self._patience.whole:g} s)", NO_MAIL_SERVER)
        return self._deadline.left

    def _addresses(self, host: str, port: int) -> list[Address]:
        """Returns the addresses of a host; a resolver that takes too long is left to itself."""
        name = host.removesuffix(".")
        try:
            found = run_within(self._left(), lambda: socket.getaddrinfo(name, port, type=socket.SOCK_STREAM), "resolve")
        except UnicodeError:
            raise _no_address(host) from None
        except (OSError, TimedOutError) as error:
            if isinstance(error, OSError) and error.errno in _NO_ADDRESS:
                raise _no_address(host) from None
            reason = _reason(error) if isinstance(error, OSError) else "timeout"
            what = f"this machine's resolver does not answer for {host} ({reason}), which is temporary"
            raise Fails(what, "", temporary=True) from None
        return [(family, address) for family, _, _, _, address in found]

    def _unreachable(self, refused: dict[str, str]) -> Fails:
        """Returns the error for addresses of which none took a connection: each with its own reason."""
        reasons = set(refused.values())
        listed = ", ".join(f"{reason} at {address}" for address, reason in refused.items())
        what = f"no connection to {self._at} ({reasons.pop() if len(reasons) == 1 else listed})"
        remedy = "Correct host and port, or open the firewall; usual ports are 587 and 465."
        if all(ipaddress.ip_address(address.partition("%")[0]).version == 6 for address in refused):  # noqa: PLR2004
            remedy += " The host has only IPv6 addresses, which many networks cannot reach, perhaps the tenant's too."
        return Fails(what, remedy)


def _connected(address: Address, seconds: float) -> socket.socket:
    """Returns a connection; raises OSError, which a system without IPv6 does before it tries one of its addresses."""
    family, place = address
    connection = socket.socket(family, socket.SOCK_STREAM)
    try:
        connection.settimeout(seconds)
        connection.connect(place)
    except OSError:
        connection.close()
        raise
    return connection


NO_MAIL_SERVER: Final = (
    "Check that it is an SMTP server, and that its port uses TLS from the start (465) or STARTTLS (587) as set."
)


def _no_address(host: str) -> Fails:
    return Fails(f"the name {host} has no address", "Correct the host name.")


def _decode(line: bytes) -> str:
    line = line.removesuffix(b"\r")
    try:
        return line.decode()
    except UnicodeDecodeError:
        return line.decode("latin-1")


def _without_code(line: str) -> str:
    return re.sub(r"^\d{3}[ -]", "", line)


def _reason(error: BaseException) -> str:
    if isinstance(error, TimeoutError):
        return "timeout"
    return redact_external(getattr(error, "strerror", "") or type(error).__name__)
