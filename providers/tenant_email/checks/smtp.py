"""Tries a mail server as a tenant would use it, up to the login and without a credential.

Name, connection, TLS 1.2 or newer with a certificate for that name, and AUTH LOGIN: what Auth0 requires of a server
(contracts/auth0.md section 8). It runs from this machine, so that a server that only the platform can reach fails it.
"""

from __future__ import annotations

import smtplib
import socket
import ssl
from dataclasses import dataclass
from typing import Final

from tenant_email.errors import InvalidSettings, Problem, foreign

SECONDS: Final = 10.0  # for each step
IMPLICIT_TLS: Final = frozenset({465, 2465})
_LOGIN: Final = "LOGIN"


@dataclass(frozen=True, slots=True)
class Server:
    """What to try; `path` is the input to blame. Without `mail` it is an https server, and TLS is all to try."""

    host: str
    port: int
    path: str
    mail: bool = True


def require_server(who: str, server: Server) -> None:
    """Raises InvalidSettings with what a tenant would fail at."""
    if problem := try_server(server):
        raise InvalidSettings(f"{who}: preflight", (problem,))


def try_server(server: Server) -> Problem | None:
    """Returns the first thing that fails, or None."""
    at = f"{server.host}:{server.port}"
    try:
        connection = socket.create_connection((server.host, server.port), SECONDS)
    except (socket.gaierror, UnicodeError):
        return Problem(server.path, f"the name {server.host} has no address", "Correct the host name.")
    except OSError as error:
        what = f"no connection to {at} ({_reason(error)})"
        return Problem(server.path, what, "Correct host and port, or open the firewall; usual ports are 587 and 465.")
    with connection:
        try:
            if server.mail:
                return _try_mail(server, connection)
            _context().wrap_socket(connection, server_hostname=server.host).close()
        except ssl.SSLError as error:
            what = f"TLS with {at} fails: {foreign(getattr(error, 'verify_message', '') or error.reason or '')}"
            remedy = "It needs TLS 1.2 or newer and a public certificate for that name; port 465 is TLS from the start."
            return Problem(server.path, what, remedy)
        except (OSError, smtplib.SMTPException) as error:
            remedy = "Is it an SMTP server, and is TLS from the start (465) or by STARTTLS (587) right for its port?"
            return Problem(server.path, f"{at} does not answer as a mail server ({_reason(error)})", remedy)
    return None


def _try_mail(server: Server, connection: socket.socket) -> Problem | None:
    context, at = _context(), f"{server.host}:{server.port}"
    if server.port in IMPLICIT_TLS:
        connection = context.wrap_socket(connection, server_hostname=server.host)
    with _Session(connection, server.host) as session:
        if server.port not in IMPLICIT_TLS:
            session.ehlo_or_helo_if_needed()
            if not session.has_extn("starttls"):
                return Problem(server.path, f"{at} offers no STARTTLS", "Use a port with TLS, such as 587 or 465.")
            session.starttls(context=context)
        session.ehlo()
        offered = session.esmtp_features.get("auth", "").upper().split()
    if _LOGIN not in offered:
        what = f"{at} does not offer AUTH LOGIN" + (f", only {foreign(' '.join(offered))}" if offered else "")
        return Problem(server.path, what, "Turn AUTH LOGIN on in the server; the platform knows no other login.")
    return None


class _Session(smtplib.SMTP):
    """An SMTP session on a connection that is there already."""

    def __init__(self, connection: socket.socket, host: str) -> None:
        self._connection = connection
        super().__init__(host, timeout=SECONDS)
        self._host = host

    def _get_socket(self, host: str, port: int, timeout: float) -> socket.socket:
        """Returns the connection; smtplib calls this."""
        return self._connection


def _context() -> ssl.SSLContext:
    context = ssl.create_default_context()
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    return context


def _reason(error: Exception) -> str:
    if isinstance(error, TimeoutError):
        return "time-out"
    return foreign(getattr(error, "strerror", "") or type(error).__name__)
