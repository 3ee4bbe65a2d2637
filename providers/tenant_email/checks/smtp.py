"""Tries a mail server as a tenant would use it, up to the login and without a credential.

Name, connection, TLS as the platform will be told to use it, with a certificate for that name, and a login that the
platform knows. It runs from this machine, so that a server that only the platform can reach fails it.
"""

from __future__ import annotations

import smtplib
import socket
import ssl
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from tenant_email.errors import InvalidSettings, Problem, foreign
from tenant_email.mail_ports import begins_with_tls, serves_none

if TYPE_CHECKING:
    from collections.abc import Generator, Mapping

    from tenant_email.mail_ports import Security

SECONDS: Final = 10.0  # for each step


@dataclass(frozen=True, slots=True)
class Server:
    """What to try; `path` is the input to blame. Without `mail` it is an https server, and TLS is all to try.

    security: how the platform will be told to secure the connection; None leaves it to the port, or STARTTLS.
    logins: the SASL mechanisms that the platform knows, one of which must be offered; empty where it does not log in.
    servername: what the certificate is for, where that is not the host.
    verify: False where the platform will be told to take any certificate.
    authorities: certificates in PEM that the platform trusts besides, or instead of, the public ones.
    newest: the newest TLS version that the platform speaks; the oldest is 1.2.
    """

    host: str
    port: int
    path: str
    mail: bool = True
    security: Security | None = None
    logins: frozenset[str] = frozenset({"LOGIN"})
    servername: str = ""
    verify: bool = True
    authorities: str = ""
    newest: ssl.TLSVersion = ssl.TLSVersion.MAXIMUM_SUPPORTED

    @property
    def at(self) -> str:
        """Returns host and port, for messages."""
        return f"{self.host}:{self.port}"

    @property
    def secured(self) -> Security:
        """Returns how the connection is secured."""
        return self.security or ("tls" if begins_with_tls(self.port) else "starttls")


def port_problems(settings: Mapping[str, Any]) -> list[Problem]:
    """Returns what is wrong with the host and port of SMTP settings, whatever the platform."""
    if not serves_none(settings.get("host"), settings.get("port")):
        return []
    return [Problem("settings.port", "is none that Amazon SES listens on", "Use 587 (STARTTLS) or 465 (TLS).")]


def require_server(who: str, server: Server) -> None:
    """Raises InvalidSettings with what a tenant would fail at."""
    if problem := try_server(server):
        raise InvalidSettings(f"{who}: preflight", (problem,))


def try_server(server: Server) -> Problem | None:
    """Returns the first thing that fails, or None."""
    try:
        connection = socket.create_connection((server.host, server.port), SECONDS)
    except (socket.gaierror, UnicodeError):
        return Problem(server.path, f"the name {server.host} has no address", "Correct the host name.")
    except OSError as error:
        what = f"no connection to {server.at} ({_reason(error)})"
        return Problem(server.path, what, "Correct host and port, or open the firewall; usual ports are 587 and 465.")
    with connection:
        try:
            if not server.mail:
                _wrapped(server, connection).close()
                return None
            with _session(server, connection) as session:
                return _offers(server, session)
        except ssl.SSLError as error:
            what = f"TLS with {server.at} fails: {foreign(getattr(error, 'verify_message', '') or error.reason or '')}"
            remedy = "It needs TLS 1.2 or newer and a public certificate for that name; port 465 is TLS from the start."
            return Problem(server.path, what, remedy)
        except (OSError, smtplib.SMTPException) as error:
            remedy = "Is it an SMTP server, and is TLS from the start (465) or by STARTTLS (587) right for its port?"
            return Problem(server.path, f"{server.at} does not answer as a mail server ({_reason(error)})", remedy)


def offers_login(server: Server) -> bool | None:
    """Tells whether the server offers any login; None where that cannot be asked from here."""
    try:
        with (
            socket.create_connection((server.host, server.port), SECONDS) as connection,
            _session(server, connection) as session,
        ):
            return session.has_extn("auth")
    except (OSError, UnicodeError, smtplib.SMTPException):
        return None


@contextmanager
def _session(server: Server, connection: socket.socket) -> Generator[_Session]:
    """Opens a session, secured as the platform would secure it, as far as the server offers that."""
    if server.secured == "tls":
        connection = _wrapped(server, connection)
    with _Session(connection, server.servername or server.host) as session:
        session.ehlo_or_helo_if_needed()
        if server.secured in ("starttls", "opportunistic") and session.has_extn("starttls"):
            session.starttls(context=_context(server))
            session.ehlo()
        yield session


def _offers(server: Server, session: _Session) -> Problem | None:
    """Returns what a session lacks of what the platform needs."""
    in_clear = not isinstance(session.sock, ssl.SSLSocket)
    if in_clear and server.secured == "starttls":
        return Problem(server.path, f"{server.at} offers no STARTTLS", "Use a port with TLS, such as 587 or 465.")
    if in_clear and server.secured == "opportunistic" and server.logins:
        what = f"{server.at} offers no STARTTLS, so that the password would travel in clear text"
        remedy = "Use a port with TLS, such as 587 or 465; if clear text is meant, say ignore_tls=True (Logto) or "
        return Problem(server.path, what, f"{remedy}starttls=False (PingOne AIC).")
    offered = session.esmtp_features.get("auth", "").upper().split()
    if not server.logins or server.logins & set(offered):
        return None
    wanted = f"AUTH {' or '.join(sorted(server.logins))}"
    what = f"{server.at} does not offer {wanted}" + (f", only {foreign(' '.join(offered))}" if offered else "")
    when = " Many servers offer it over TLS alone." if in_clear else ""
    return Problem(server.path, what, f"Turn {wanted} on in the server; the platform knows no other login.{when}")


class _Session(smtplib.SMTP):
    """An SMTP session on a connection that is there already."""

    def __init__(self, connection: socket.socket, name: str) -> None:
        self._connection = connection
        super().__init__(name, timeout=SECONDS)
        self._host = name

    def _get_socket(self, host: str, port: int, timeout: float) -> socket.socket:
        """Returns the connection; smtplib calls this."""
        return self._connection


def _wrapped(server: Server, connection: socket.socket) -> ssl.SSLSocket:
    return _context(server).wrap_socket(connection, server_hostname=server.servername or server.host)


def _context(server: Server) -> ssl.SSLContext:
    context = ssl.create_default_context(cadata=server.authorities or None)
    context.minimum_version, context.maximum_version = ssl.TLSVersion.TLSv1_2, server.newest
    if not server.verify:
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    return context


def _reason(error: Exception) -> str:
    if isinstance(error, TimeoutError):
        return "time-out"
    return foreign(getattr(error, "strerror", "") or type(error).__name__)
