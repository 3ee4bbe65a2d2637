"""TLS, each platform's own way: what would send a password or a mail in clear text, or to whoever is in between."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from pulumi_policy import Severity

from tenant_email_policies import smtp
from tenant_email_policies.rule import Config, Finding, ResourceRule
from tenant_email_policies.values import UNKNOWN, Value, is_list, is_mapping

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from tenant_email_policies.seen import Seen

_OLD: Final = frozenset({"tlsv1", "tlsv1.0", "tlsv1.1", "sslv2", "sslv3", "sslv2hello"})
_OLD_METHODS: Final = re.compile(r"(?i)(?:tlsv1(?:_1)?|sslv[23])(?:_(?:client|server))?_method")
"""Node's older words for the same, of which each stands for one version alone."""
_TRUST: Final = ("mail.smtp.ssl.trust", "mail.smtps.ssl.trust")
_CHECKS: Final = ("mail.smtp.ssl.checkserveridentity", "mail.smtps.ssl.checkserveridentity")
_PROTOCOLS: Final = ("mail.smtp.ssl.protocols", "mail.smtps.ssl.protocols")
_URLS: Final = {
    "logto.http": ("settings.endpoint",),
    "logto.smtp_oauth2_token": ("settings.access_url",),
    "pingone_aic.ms_graph": ("settings.mail_endpoint", "settings.token_endpoint"),
}


def judge(seen: Seen, _config: Config) -> Iterator[Finding]:
    """Yields what of an email provider's settings leaves TLS out, or undoes it."""
    if seen.kind != "EmailProvider":
        return
    kind = seen.settings_kind
    if kind == smtp.AUTH0:
        yield from _auth0(seen)
    elif kind in smtp.LOGTO:
        yield from _logto(seen)
    elif kind == smtp.PINGONE_AIC:
        yield from _pingone_aic(seen)
    for path in _URLS.get(kind, ()):
        url = seen.at(path)
        if isinstance(url, str) and url.strip().lower().startswith("http:"):
            yield Finding(seen, path, "is an http url: it is called in clear text", "Use https.")


def _auth0(seen: Seen) -> Iterator[Finding]:
    """Auth0 has no setting for TLS: the port decides, and what it does on others than these nobody says."""
    port = smtp.port_of(seen)
    if port is not None and port not in {465, *smtp.STARTTLS}:
        what = f"is {port}: Auth0 has no setting for TLS, and is known to use it on 465, and by STARTTLS on 587"
        yield Finding(seen, "settings.port", what, "Set `settings.port` to 465 or 587.")


def _logto(seen: Seen) -> Iterator[Finding]:
    """Nodemailer turns to TLS where STARTTLS is offered; only requireTLS ends a connection where it is not."""
    if seen.at("settings.ignore_tls") is True:
        what = "is true: TLS is never used, and the password travels in clear text"
        yield Finding(seen, "settings.ignore_tls", what, "Omit it, and set `settings.require_tls` to true.")
    else:
        secure, required = seen.at("settings.secure"), seen.at("settings.require_tls")
        if secure is None:
            secure = _by_port(seen)
        if UNKNOWN not in (secure, required) and secure is not True and required is not True:
            what = "is not true: where nobody offers STARTTLS, the password travels in clear text"
            remedy = "Set `settings.require_tls` to true, or use port 465, which begins with TLS."
            yield Finding(seen, "settings.require_tls", what, remedy)
    tls = seen.at("settings.tls")
    if not is_mapping(tls):
        return
    if tls.get("rejectUnauthorized") is False:
        what = "is false: whoever is in between can read password and mail"
        remedy = "Omit it; name the server's own authority as `ca` in `settings.tls`."
        yield Finding(seen, "settings.tls.rejectUnauthorized", what, remedy)
    for name in ("minVersion", "maxVersion", "secureProtocol"):
        yield from _old(seen, f"settings.tls.{name}", tls.get(name))


def _pingone_aic(seen: Seen) -> Iterator[Finding]:
    """JavaMail turns to TLS where STARTTLS is offered, unless `starttls.required` is among its properties."""
    ssl, starttls = smtp.flag(seen.at("settings.ssl")), smtp.flag(seen.at("settings.starttls"))
    if ssl is None:
        ssl = _by_port(seen)
    properties = seen.at("settings.smtp_properties")
    given = {str(name): value for name, value in properties.items()} if is_mapping(properties) else {}
    required = smtp.flag(given.get("mail.smtp.starttls.required")) if properties is not UNKNOWN else UNKNOWN
    if starttls is None:
        starttls = ssl if ssl is UNKNOWN else ssl is not True
    if ssl is False and starttls is False:
        what = "and starttls are off: the password travels in clear text"
        yield Finding(seen, "settings.ssl", what, "Set `settings.ssl` to true, with port 465.")
    elif ssl is False and starttls is True and required in (None, False):
        what = "goes on in clear text where nobody offers STARTTLS"
        remedy = "Set `settings.ssl` to true, with port 465; or demand it by mail.smtp.starttls.required."
        yield Finding(seen, "settings.starttls", what, remedy)
    yield from _java_mail(seen, given)
    protocols = seen.at("settings.tls_protocols")
    for protocol in protocols if is_list(protocols) else ():
        yield from _old(seen, "settings.tls_protocols", protocol)


def _java_mail(seen: Seen, given: Mapping[str, Value]) -> Iterator[Finding]:
    """Yields what properties of JavaMail's undo of TLS."""
    for name in _TRUST:
        if isinstance(trusted := given.get(name), str) and "*" in trusted.split():
            what = f"has {name}=*: no certificate is looked at"
            yield Finding(seen, "settings.smtp_properties", what, "Take it out.")
    for name in _CHECKS:
        if smtp.flag(given.get(name)) is False:
            what = f"has {name}=false: the certificate of any other server is taken too"
            yield Finding(seen, "settings.smtp_properties", what, "Take it out.")
    for name in _PROTOCOLS:
        for protocol in listed.split() if isinstance(listed := given.get(name), str) else ():
            yield from _old(seen, "settings.smtp_properties", protocol)


def _by_port(seen: Seen) -> Value:
    """Returns whether the port begins with TLS, for settings that leave it to the port; UNKNOWN with an unknown one."""
    port = seen.at("settings.port")
    known = smtp.number(port, smtp.DEFAULT)
    return UNKNOWN if port is UNKNOWN or known is None else known in smtp.TLS


def _old(seen: Seen, path: str, protocol: Value) -> Iterator[Finding]:
    if isinstance(protocol, str) and (protocol.lower() in _OLD or _OLD_METHODS.fullmatch(protocol)):
        yield Finding(seen, path, "allows a TLS that is broken (RFC 8996)", "Demand TLSv1.2 or newer.")


RULE: Final = ResourceRule(
    name="tls-required",
    description="Mail and passwords must travel by TLS, with the server's certificate verified.",
    remediation="Use a port that begins with TLS, or demand STARTTLS, and verify certificates.",
    severity=Severity.HIGH,
    config=Config,
    judge=judge,
)
