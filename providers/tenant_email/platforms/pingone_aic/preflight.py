"""The server that preflight="connect" tries: as the tenant will use it, but from this machine (contract section 2)."""

from __future__ import annotations

import ssl
from typing import TYPE_CHECKING, Any, Final, cast

from tenant_email.checks.smtp import Server
from tenant_email.platforms.pingone_aic.kinds import SMTP

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tenant_email.changes import Props
    from tenant_email.mail_ports import Security

_PLACES: Final = ("host", "port", "ssl", "starttls")
_LOGINS: Final = frozenset({"LOGIN", "PLAIN", "DIGEST-MD5", "NTLM"})  # what JavaMail tries, the platform's library
_DEFAULT_PROTOCOLS: Final = ["TLSv1.2"]
_REQUIRED: Final = ("mail.smtp.starttls.required",)
TRUST: Final = ("mail.smtp.ssl.trust", "mail.smtps.ssl.trust")
"""Properties of JavaMail: hosts, or `*`, whose certificates are not looked at."""


def not_known_here(settings: Props) -> list[str]:
    """Returns the settings that only the tenant can fill in, without which a server cannot be tried."""
    if settings["kind"] != SMTP:
        return []
    given = ((f"settings.{name}", settings.get(name)) for name in _PLACES)
    return [path for path, value in given if isinstance(value, str) and "&{" in value]


def server(settings: Props) -> Server:
    """Returns the server of SMTP settings; STARTTLS is used where it is offered, and does without elsewhere."""
    security: Security = "tls" if settings["ssl"] else "opportunistic" if settings["starttls"] else "none"
    if security == "opportunistic" and requires_starttls(settings):
        security = "starttls"
    protocols: list[str] = settings.get("tls_protocols") or _DEFAULT_PROTOCOLS
    return Server(
        settings["host"],
        settings["port"],
        path="settings.host",
        security=security,
        logins=_LOGINS if settings.get("username") is not None else frozenset(),
        verify=not _trusts(settings),
        newest=ssl.TLSVersion.TLSv1_3 if "TLSv1.3" in protocols else ssl.TLSVersion.TLSv1_2,
    )


def requires_starttls(settings: Props) -> bool:
    """Tells whether JavaMail is told to end where STARTTLS is not offered."""
    return settings["starttls"] is True and any(str(_property(settings, name)).lower() == "true" for name in _REQUIRED)


def _property(settings: Props, name: str) -> object:
    properties = settings.get("smtp_properties")
    return cast("Mapping[str, Any]", properties).get(name, "") if isinstance(properties, dict) else ""


def _trusts(settings: Props) -> bool:
    """Tells whether the tenant is told to take any certificate of this host."""
    trusted = " ".join(str(_property(settings, name)) for name in TRUST).split()
    return "*" in trusted or settings["host"] in trusted
