"""The server that preflight="connect" tries: as the tenant will use it, but from this machine.

Source: docs/contracts/pingone_aic.md#smtp.

The platform's mail library is Jakarta Mail, JavaMail before. Its rules: SMTPTransport.java and SocketFetcher.java of
angus-mail; which of the two prefixes of a property applies depends on the TLS mode, and the settings write both.
"""

from __future__ import annotations

import math
import ssl
from typing import TYPE_CHECKING, Final

from tenant_email.checks.smtp import MailServer
from tenant_email.checks.smtp_tls import Trust
from tenant_email.checks.smtp_wire import CONNECT, WHOLE, Patience
from tenant_email.platforms.pingone_aic.smtp_properties import TRUST, property_of, requires_starttls

if TYPE_CHECKING:
    from tenant_email.inputs.mail_ports import Security
    from tenant_email.json_types import PropsView

_LOGINS: Final = ("LOGIN", "PLAIN", "DIGEST-MD5", "NTLM")  # what the library tries where it is not told, in this order
_VERSIONS: Final = {"TLSv1.2": ssl.TLSVersion.TLSv1_2, "TLSv1.3": ssl.TLSVersion.TLSv1_3}
_DEFAULT_PROTOCOLS: Final = ["TLSv1.2"]
_USUAL_WAIT: Final = 300_000  # milliseconds (docs/contracts/pingone_aic.md#smtp)
_LONGEST: Final = 300.0  # seconds for a greeting, where the tenant is told to wait longer (RFC 5321 section 4.5.3.2.1)
_PRIVATE: Final = (
    "PingOne AIC has no setting for a private certificate authority; smtp_properties={'mail.smtp.ssl.trust': host} "
    "turns off the check of that host's certificate."
)


def server(settings: PropsView) -> MailServer:
    """Returns the server of SMTP settings; STARTTLS is used where it is offered, and does without elsewhere."""
    security: Security = "tls" if settings["ssl"] else "opportunistic" if settings["starttls"] else "none"
    if security == "opportunistic" and requires_starttls(settings):
        security = "starttls"
    versions = [_VERSIONS[name] for name in settings.get("tls_protocols") or _DEFAULT_PROTOCOLS]
    return MailServer(
        settings["host"],
        settings["port"],
        path="settings.host",
        security=security,
        logins=_logins(settings) if settings.get("username") is not None else frozenset(),
        trust=Trust(
            verify=not _trusts(settings),
            names=_last(settings, "ssl.checkserveridentity").lower() != "false",
            oldest=min(versions),
            newest=max(versions),
            private=_PRIVATE,
        ),
        patience=_patience(settings),
        greets_as=_last(settings, "localhost"),
    )


def _patience(settings: PropsView) -> Patience:
    """Returns how long the tenant waits: five minutes where nothing else is said, which is what RFC 5321 asks for."""
    idle = _seconds(settings.get("timeout"))
    connect = min(_seconds(settings.get("connection_timeout")), CONNECT)
    return Patience(connect=connect, idle=idle, whole=WHOLE + min(idle, _LONGEST))


def _seconds(given: object) -> float:
    """Returns milliseconds as seconds; 0 is forever, and of a placeholder the usual time is taken."""
    milliseconds = given if isinstance(given, int) else _USUAL_WAIT
    return milliseconds / 1000 or math.inf


def _logins(settings: PropsView) -> frozenset[str]:
    """Returns what the library may log in with: `auth.mechanisms`, or all it knows but for those that are disabled."""
    if named := _last(settings, "auth.mechanisms").upper().split():
        return frozenset(named) & {*_LOGINS, "XOAUTH2"}
    return frozenset(name for name in _LOGINS if _last(settings, f"auth.{name.lower()}.disable").lower() != "true")


def _last(settings: PropsView, name: str) -> str:
    """Returns the property of the protocol in use, or empty."""
    return str(property_of(settings, f"mail.{'smtps' if settings['ssl'] else 'smtp'}.{name}"))


def _trusts(settings: PropsView) -> bool:
    """Returns whether the tenant is told to take any certificate of this host."""
    trusted = " ".join(str(property_of(settings, name)) for name in TRUST).split()
    return "*" in trusted or settings["host"] in trusted
