"""SMTP as Logto's mail library speaks it: a login only where the server offers one, TLS only where it must or may."""

from __future__ import annotations

import base64
import smtplib
import socket
import ssl
from email.utils import parseaddr
from ipaddress import ip_address
from typing import TYPE_CHECKING, Any, Final

from tenant_email_local.emulators.delivery import DeliveryFailed, log_in

if TYPE_CHECKING:
    from collections.abc import Mapping
    from email.message import EmailMessage

    from tenant_email_local.emulators.delivery import Delivery

_GREETING: Final = 30_000  # milliseconds, the library's default
_SOCKET: Final = 600_000  # the same of a socket on which nothing moves
_OWN_TLS_PORT: Final = 465
_LONGEST: Final = 10.0  # seconds that an emulator may take


def send(config: Mapping[str, Any], message: EmailMessage, delivery: Delivery) -> None:
    """Sends through a connector's SMTP server; DeliveryFailed says what the library would."""
    host, port = config["host"], int(config["port"])
    greeting, idle = config.get("greetingTimeout", _GREETING), config.get("socketTimeout", _SOCKET)
    seconds = min(min(greeting, idle) / 1000, _LONGEST)
    silent = "Greeting never received" if greeting < idle else "Timeout"  # whichever is over first
    context = ssl.create_default_context(cafile=delivery.ca_file)
    if (config.get("tls") or {}).get("rejectUnauthorized") is False:
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    try:
        with _SmtpSession(_on_this_machine(delivery, host, port), seconds) as server:
            _connect(server, config, context)
            _login(server, config.get("auth") or {})
            server.send_message(message, from_addr=parseaddr(str(message["From"] or ""))[1])
    except TimeoutError:
        raise DeliveryFailed(silent) from None
    except ConnectionRefusedError:
        raise DeliveryFailed(f"connect ECONNREFUSED {host}:{port}") from None
    except ssl.SSLError as error:
        raise DeliveryFailed(str(error.reason or error).replace("_", " ").lower()) from None
    except smtplib.SMTPAuthenticationError as error:
        raise DeliveryFailed(f"Invalid login: {_reply(error)}") from None
    except smtplib.SMTPServerDisconnected as error:
        raise DeliveryFailed(silent if "timed out" in str(error) else str(error)) from None
    except (OSError, smtplib.SMTPException) as error:
        raise DeliveryFailed(str(error)) from None


class _SmtpSession(smtplib.SMTP):
    """A connection to the address that stands for the configured host."""

    def __init__(self, address: tuple[str, int], seconds: float) -> None:
        super().__init__(timeout=seconds)
        self._address = address
        self.implicit: tuple[ssl.SSLContext, str] | None = None

    def starts_with_tls(self, context: ssl.SSLContext, name: str) -> None:
        """Makes the connection begin with TLS, under this server name."""
        self.implicit = context, name

    def turn_to_tls(self, context: ssl.SSLContext, name: str) -> None:
        """Goes on over TLS, after the server said that it is ready."""
        if self.sock is not None:
            self.sock, self.file = context.wrap_socket(self.sock, server_hostname=name), None

    def check_certificate_for(self, name: str) -> None:
        """Keeps the name that a certificate is checked for."""
        self._host = name

    def _get_socket(self, host: str, port: int, timeout: float) -> socket.socket:
        """Returns the connection; smtplib calls this."""
        connection = socket.create_connection(self._address, timeout)
        if self.implicit is None:
            return connection
        context, name = self.implicit
        return context.wrap_socket(connection, server_hostname=name)


def _connect(server: _SmtpSession, config: Mapping[str, Any], context: ssl.SSLContext) -> None:
    name = config.get("servername") or config["host"]
    secure = config.get("secure", int(config["port"]) == _OWN_TLS_PORT)  # the library's own default
    if secure:
        server.starts_with_tls(context, name)
    server.connect(config["host"], int(config["port"]))
    server.check_certificate_for(name)
    server.ehlo(config.get("name") or "")
    if secure or config.get("ignoreTLS"):
        return
    if config.get("requireTLS") or server.has_extn("starttls"):
        code, said = server.docmd("STARTTLS")
        if code != 220:  # noqa: PLR2004 - ready to start TLS
            raise DeliveryFailed(f"Error upgrading connection with STARTTLS: {code} {said.decode()}")
        server.turn_to_tls(context, name)
        server.ehlo(config.get("name") or "")


def _login(server: _SmtpSession, auth: Mapping[str, Any]) -> None:
    """Logs in, unless the server does not offer it: that is the trap. An `auth` without a user then fails."""
    if not server.has_extn("auth"):
        return
    if not auth.get("user"):
        raise DeliveryFailed('Missing credentials for "PLAIN"')
    if token := auth.get("accessToken"):
        proof = base64.b64encode(f"user={auth['user']}\1auth=Bearer {token}\1\1".encode()).decode()
        code, said = server.docmd("AUTH", f"XOAUTH2 {proof}")
        if code != 235:  # noqa: PLR2004 - accepted
            raise smtplib.SMTPAuthenticationError(code, said)
        return
    if "pass" not in auth:
        raise DeliveryFailed("the local tenant gets no OAuth2 tokens")
    log_in(server, auth["user"], auth["pass"])


def _reply(error: smtplib.SMTPAuthenticationError) -> str:
    said = error.smtp_error
    return f"{error.smtp_code} {said.decode() if isinstance(said, bytes) else said}"


def _on_this_machine(delivery: Delivery, host: str, port: int) -> tuple[str, int]:
    address = delivery.resolve(host, port)
    try:
        loopback = ip_address(address[0]).is_loopback
    except ValueError:
        loopback = False
    if not loopback:
        raise DeliveryFailed(f"getaddrinfo EAI_AGAIN {host}")
    return address
