"""SMTP options that are no fields: the list of strings that they hide in, and how TLS begins.

Source: docs/contracts/pingone_aic.md#smtp.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from tenant_email.inputs.mail_ports import begins_with_tls
from tenant_email.inputs.unknowns import UNKNOWN
from tenant_email.json_types import is_object

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tenant_email.json_types import Props, PropsView


PROTOCOLS: Final = ("mail.smtp.ssl.protocols", "mail.smtps.ssl.protocols")
UTF8: Final = "mail.mime.allowutf8"
_TRUE: Final = "true"
_REQUIRED: Final = ("mail.smtp.starttls.required",)
TRUST: Final = ("mail.smtp.ssl.trust", "mail.smtps.ssl.trust")
"""Properties of JavaMail: hosts, or `*`, whose certificates are not looked at."""
OWN: Final = {
    **dict.fromkeys(PROTOCOLS, "tls_protocols"),
    UTF8: "international_addresses",
    **{
        f"mail.{protocol}.{name}": setting
        for protocol in ("smtp", "smtps")
        for name, setting in {
            "host": "host",
            "port": "port",
            "auth": "username",
            "user": "username",
            "ssl.enable": "ssl",
            "starttls.enable": "starttls",
            "timeout": "timeout",
            "writetimeout": "write_timeout",
            "connectiontimeout": "connection_timeout",
        }.items()
    },
}
"""Properties of JavaMail that a setting of ours stands for: with it, the two may contradict each other."""


def from_properties(properties: Iterable[str]) -> Props:
    """Returns the settings that a stored list stands for; None for what is not there."""
    pairs = _pairs(properties)
    protocols = next((pairs[name] for name in PROTOCOLS if name in pairs), None)
    others = {name: value for name, value in pairs.items() if name not in {*PROTOCOLS, UTF8}}
    return {
        "tls_protocols": protocols.split() if protocols else None,
        "international_addresses": pairs.get(UTF8) == _TRUE,
        "smtp_properties": others or None,
    }


def to_properties(settings: PropsView, before: Iterable[str], removed: frozenset[str]) -> list[str]:
    """Returns the list to store: the settings laid over what is there, what the user removed taken out."""
    old = from_properties(before)
    wanted = {
        name: settings.get(name) if settings.get(name) is not None or name in removed else value
        for name, value in old.items()
    }
    pairs: dict[str, str] = dict(wanted["smtp_properties"] or {})
    if wanted["tls_protocols"]:
        # which of the two applies depends on `ssl`, which may be a placeholder
        pairs |= dict.fromkeys(PROTOCOLS, " ".join(wanted["tls_protocols"]))
    if wanted["international_addresses"]:
        pairs[UTF8] = _TRUE
    return [f"{name}={value}" for name, value in pairs.items()]


def _pairs(properties: Iterable[str]) -> dict[str, str]:
    return {name: value for name, _, value in (text.partition("=") for text in properties)}


def property_of(settings: PropsView, name: str) -> object:
    """Returns one of the further properties; empty when it is not given."""
    properties = settings.get("smtp_properties")
    return properties.get(name, "") if is_object(properties) else ""


def requires_starttls(settings: PropsView) -> bool:
    """Returns whether JavaMail is told to end where STARTTLS is not offered, or may be, as far as a preview knows."""
    given = [property_of(settings, name) for name in _REQUIRED]
    return settings["starttls"] is True and any(each is UNKNOWN or str(each).lower() == "true" for each in given)


def tls_of(port: object, ssl: object, starttls: object) -> Props:
    """Returns `ssl` and `starttls`, each derived from the port where it is not given; unknown with an unknown port.

    A port of which nobody can tell, a placeholder among them, gets STARTTLS.
    """
    if ssl is None:
        ssl = port if port is UNKNOWN else begins_with_tls(port)
    if starttls is None:
        starttls = ssl if ssl is UNKNOWN else ssl is not True
    return {"ssl": ssl, "starttls": starttls}
