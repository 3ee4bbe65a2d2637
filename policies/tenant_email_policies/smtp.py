"""What the settings of an SMTP server say, on every platform."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from tenant_email_policies.seen import Seen
    from tenant_email_policies.values import Value

DEFAULT: Final = 587
STARTTLS: Final = frozenset({25, 587, 2525, 2587})
"""Ports whose servers begin in clear text and offer STARTTLS (RFC 6409, RFC 3207)."""
TLS: Final = frozenset({465, 2465})
"""Ports that begin with TLS (RFC 8314)."""
AUTH0: Final = "auth0.smtp"
LOGTO: Final = frozenset({"logto.smtp", "logto.smtp_anonymous", "logto.smtp_oauth2_key", "logto.smtp_oauth2_token"})
PINGONE_AIC: Final = "pingone_aic.smtp"
_LONGEST: Final = 20
"""The digits that are read: no port has as many, and of some thousands Python reads none."""


def port_of(seen: Seen) -> int | None:
    """Returns the port of an SMTP server; None for what is none, and where a preview or a placeholder hides it."""
    if seen.settings_kind not in {AUTH0, PINGONE_AIC, *LOGTO}:
        return None
    return number(seen.at("settings.port"), DEFAULT)


def number(value: Value, absent: int | None = None) -> int | None:
    """Returns a whole number, which an engine sends as a float and PingOne AIC also takes as a text; else None."""
    if value is None:
        return absent
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    if isinstance(value, float):
        return int(value) if value.is_integer() else None
    if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) <= _LONGEST:
        return int(value)
    return None


def flag(value: Value) -> Value:
    """Returns a boolean, which PingOne AIC also takes as a text; whatever else it is comes back as it is."""
    return {"true": True, "false": False}.get(value.lower(), value) if isinstance(value, str) else value
