"""SMTP as Logto's mail library, nodemailer, speaks it, and what it says where a server does not play along.

Source: docs/contracts/logto.md#smtp-words.
"""

from __future__ import annotations

import base64
import hmac
import re
import smtplib
import socket
import ssl
from contextlib import contextmanager
from dataclasses import dataclass
from email.policy import SMTP
from email.utils import parseaddr
from ipaddress import ip_address
from typing import TYPE_CHECKING, Any, Final, cast

from tenant_email_local.emulators.delivery import DeliveryFailed
from tenant_email_local.ports import LOOPBACK

if TYPE_CHECKING:
    from collections.abc import Generator, Mapping
    from email.message import EmailMessage

    from tenant_email_local.emulators.delivery import Delivery

_CONNECTION: Final = 120_000  # milliseconds, the library's default
_GREETING: Final = 30_000
_SOCKET: Final = 600_000  # of a socket on which nothing moves
_USUAL_PORT: Final = 587
_OWN_TLS_PORT: Final = 465
_LONGEST: Final = 10.0  # seconds that an emulator may take
_MECHANISMS: Final = ("PLAIN", "LOGIN", "CRAM-MD5", "XOAUTH2")
_LOCAL: Final = "localhost"
_GO_ON: Final = 334  # RFC 4954 section 4
_CLOSED: Final = "Connection closed unexpectedly"
_UNTRUSTED: Final = {
    10: "certificate has expired",
    18: "self-signed certificate",
    19: "self-signed certificate in certificate chain",
    20: "unable to verify the first certificate",
}
"""What OpenSSL's numbers are called there."""


@dataclass(frozen=True)
class _Reply:
    """A server's answer; `text` has all its lines with their codes, as the library shows it."""

    code: int
    text: str

    @property
    def ok(self) -> bool:
        return self.text.startswith("2")


def send(config: Mapping[str, Any], message: EmailMessage, delivery: Delivery) -> None:
    """Sends through a connector's SMTP server; DeliveryFailed says what the library would."""
    host, port = config["host"] or "localhost", config["port"] or _USUAL_PORT
    if not isinstance(port, int) or not 0 <= port < 1 << 16:
        raise DeliveryFailed(f"Port should be >= 0 and < 65536. Received type number ({port}).")
    try:
        address = _on_this_machine(delivery, host, port)
        with _SmtpSession(address, config, _context(config, delivery)) as server:
            server.open()
            _shake_hands(server, config)
            _login(server, config.get("auth") or {})
            _hand_over(server, message)
    except ConnectionRefusedError:
        raise DeliveryFailed(f"connect ECONNREFUSED {_shown(host)}:{port}") from None
    except OSError as error:
        raise DeliveryFailed(_words(error)) from None


class _SmtpSession(smtplib.SMTP):
    """A connection to the address that stands for the configured host, with the library's three times to wait."""

    def __init__(self, address: tuple[str, int], config: Mapping[str, Any], context: ssl.SSLContext) -> None:
        super().__init__()
        self._address, self._context = address, context
        self._waits = tuple(
            (config.get(name) or usual) / 1000
            for name, usual in (
                ("connectionTimeout", _CONNECTION),
                ("greetingTimeout", _GREETING),
                ("socketTimeout", _SOCKET),
            )
        )
        tls: dict[str, Any] = config.get("tls") or {}
        self._tls_name = tls.get("servername") or config.get("servername") or config["host"] or "localhost"
        self.secure = config.get("secure", int(config["port"]) == _OWN_TLS_PORT)  # the library's own default
        self.offers, self.does_esmtp = "", False
        self.own_name = config.get("name") or socket.gethostname()

    def __exit__(self, *_: object) -> None:
        """Hangs up, and does not ask what the server says to that."""
        self.close()

    def open(self) -> None:
        """Connects and takes the greeting."""
        connection, greeting, idle = self._waits
        with self._waiting(connection, "Connection timeout"):
            self.sock = socket.create_connection(self._address, min(connection, _LONGEST))
            if self.secure:
                self.turn_to_tls()
        with self._waiting(*((greeting, "Greeting never received") if greeting < idle else (idle, "Timeout"))):
            hello = self._reply()
        if hello.code != 220:  # noqa: PLR2004 - ready
            raise DeliveryFailed(f"Invalid greeting. response={hello.text}: {hello.text}")

    def ask(self, command: str) -> _Reply:
        """Returns the answer to a command."""
        with self._waiting(self._waits[2], "Timeout"):
            self.putcmd(command)
            return self._reply()

    def give(self, data: bytes) -> _Reply:
        """Returns the answer to a message."""
        with self._waiting(self._waits[2], "Timeout"):
            self.send(re.sub(rb"(?m)^\.", b"..", data) + b"\r\n.\r\n")
            return self._reply()

    def turn_to_tls(self) -> None:
        """Goes on over TLS."""
        if self.sock is not None:
            self.sock, self.file = self._context.wrap_socket(self.sock, server_hostname=self._tls_name), None

    @contextmanager
    def _waiting(self, seconds: float, words: str) -> Generator[None]:
        if self.sock is not None:
            self.sock.settimeout(max(min(seconds, _LONGEST), 0.001))
        try:
            yield
        except TimeoutError:
            raise DeliveryFailed(words) from None
        except smtplib.SMTPServerDisconnected as error:
            raise DeliveryFailed(words if "timed out" in str(error) else _CLOSED) from None

    def _reply(self) -> _Reply:
        code, said = self.getreply()
        *first, last = said.decode(errors="replace").split("\n")
        text = "\n".join([*(f"{code}-{line}" for line in first), f"{code} {last}"])
        return _Reply(code, text)


def _shake_hands(server: _SmtpSession, config: Mapping[str, Any]) -> None:
    """Says EHLO, or HELO where that is refused, and turns to TLS where it must or may."""
    hello = server.ask(f"EHLO {server.own_name}")
    if hello.code == 421:  # noqa: PLR2004 - it hangs up
        raise DeliveryFailed(f"Server terminates connection. response={hello.text}: {hello.text}")
    if not hello.ok:
        if config.get("requireTLS"):
            words = "EHLO failed but HELO does not support required STARTTLS. response="
            raise DeliveryFailed(f"{words}{hello.text}: {hello.text}")
        hello = server.ask(f"HELO {server.own_name}")
        if not hello.ok:
            raise DeliveryFailed(f"Invalid HELO. response={hello.text}: {hello.text}")
        server.does_esmtp = False
        return
    server.does_esmtp, server.offers = True, hello.text
    offered = re.search(r"(?im)[ -]STARTTLS\b", hello.text)
    if server.secure or config.get("ignoreTLS") or not (offered or config.get("requireTLS")):
        return
    ready = server.ask("STARTTLS")
    if not ready.ok:
        raise DeliveryFailed(f"Error upgrading connection with STARTTLS: {ready.text}")
    server.turn_to_tls()
    server.secure = True
    _shake_hands(server, config)


def _login(server: _SmtpSession, auth: Mapping[str, Any]) -> None:
    """Logs in, unless the server does not offer it or no `auth` is given: that is the trap."""
    offers = re.search(r"(?i)[ -]AUTH\b(.*)", server.offers)
    if not auth or (server.does_esmtp and not offers):
        return
    offered = (offers[1] if offers else "").upper().replace("=", " ").split()
    mechanism = next((each for each in _MECHANISMS if each in offered), "PLAIN")
    if str(auth.get("type", "")).upper() == "OAUTH2":
        answer = _show_token(server, auth)
    elif not (auth.get("user") and auth.get("pass")):
        raise DeliveryFailed(f'Missing credentials for "{mechanism}"')
    else:
        answer = _show_password(server, mechanism, auth["user"], auth["pass"])
    if not answer.ok:
        raise DeliveryFailed(f"Invalid login: {answer.text}")


def _show_token(server: _SmtpSession, auth: Mapping[str, Any]) -> _Reply:
    """Logs in with an access token; none is ever fetched for one of the others."""
    if not (token := auth.get("accessToken")):
        key = "serviceClient" in auth
        raise DeliveryFailed(
            f"Can't {'generate token. Check your auth options' if key else 'create new access token for user'}"
        )
    proof = f"user={auth['user']}\1auth=Bearer {token}\1\1"
    answer = server.ask(f"AUTH XOAUTH2 {_encoded(proof)}")
    return server.ask("") if answer.code == _GO_ON else answer


def _show_password(server: _SmtpSession, mechanism: str, user: str, password: str) -> _Reply:
    match mechanism:
        case "PLAIN":
            return server.ask("AUTH PLAIN " + _encoded(f"\0{user}\0{password}"))
        case "LOGIN":
            steps = ("AUTH LOGIN", "334 VXNlcm5hbWU6"), (_encoded(user), "334 UGFzc3dvcmQ6")
            for command, wanted in steps:
                if (answer := server.ask(command)).code != _GO_ON:
                    raise DeliveryFailed(f'Invalid login sequence while waiting for "{wanted}": {answer.text}')
            return server.ask(_encoded(password))
        case _:
            answer = server.ask(f"AUTH {mechanism}")
            if answer.code != _GO_ON:
                words = "Invalid login sequence while waiting for server challenge string"
                raise DeliveryFailed(f"{words}: {answer.text}")
            challenge = base64.b64decode(answer.text.partition(" ")[2])
            proof = hmac.new(password.encode(), challenge, "md5").hexdigest()
            return server.ask(_encoded(f"{user} {proof}"))


def _hand_over(server: _SmtpSession, message: EmailMessage) -> None:
    """Gives the mail to the server."""
    sender, recipient = (parseaddr(str(message[name] or ""))[1] for name in ("From", "To"))
    for command, words in (
        (f"MAIL FROM:<{sender}>", "Mail command failed"),
        (f"RCPT TO:<{recipient}>", "Can't send mail - all recipients were rejected"),
    ):
        if not (answer := server.ask(command)).ok:
            raise DeliveryFailed(f"{words}: {answer.text}")
    answer = server.ask("DATA")
    if answer.text[:1] not in {"2", "3"}:
        raise DeliveryFailed(f"Data command failed: {answer.text}")
    answer = server.give(message.as_bytes(policy=SMTP))
    if not answer.ok:
        raise DeliveryFailed(f"Message failed: {answer.text}")


def _context(config: Mapping[str, Any], delivery: Delivery) -> ssl.SSLContext:
    """Returns what certificates are checked with: the authority of the configuration, or that of this machine."""
    tls: dict[str, Any] = config.get("tls") or {}
    authority = tls.get("ca")
    given = "\n".join(cast("list[str]", authority)) if isinstance(authority, list) else authority
    try:
        context = ssl.create_default_context(cafile=delivery.ca_file, cadata=given or None)
    except (ssl.SSLError, ValueError):
        context = ssl.create_default_context(cafile=delivery.ca_file)
    if tls.get("rejectUnauthorized") is False:
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    return context


def _words(error: OSError) -> str:
    """Returns an error of the connection in Node's words."""
    if isinstance(error, ssl.SSLCertVerificationError):
        known = _UNTRUSTED.get(error.verify_code)
        return known or f"Hostname/IP does not match certificate's altnames: {error.verify_message}"
    if isinstance(error, ssl.SSLError):
        return str(error.reason or error).replace("_", " ").lower()
    return str(error)


def _encoded(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


def _shown(host: str) -> str:
    return LOOPBACK if host == _LOCAL else host


def _on_this_machine(delivery: Delivery, host: str, port: int) -> tuple[str, int]:
    """Returns the address that stands for a host; `localhost` is this machine's own loopback."""
    named, port = delivery.resolve(host, port)
    address = LOOPBACK if named == _LOCAL else named
    try:
        loopback = ip_address(address).is_loopback
    except ValueError:
        loopback = False
    if not loopback:
        raise DeliveryFailed(f"getaddrinfo ENOTFOUND {host}")
    return address, port
