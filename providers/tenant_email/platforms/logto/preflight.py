"""A test mail before the write, with the config as it will be stored (contracts/logto.md section 5).

Logto's own test is green where real mail fails: it skips the login when the server offers none. That is asked of the
server first. What else it misses (the sender's syntax, texts other than Generic, values that are stripped when the
config is saved) is checked before this module is called.
"""

from __future__ import annotations

import smtplib
import ssl
from typing import TYPE_CHECKING, Any, Final

from tenant_email.errors import PlatformError, Rejected

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tenant_email.http import Client

_SMTP: Final = "simple-mail-transfer-protocol"
_LONGEST: Final = 5000  # milliseconds; all four can pass one after the other, and the client waits 30 s
_TIMEOUTS: Final = ("connectionTimeout", "greetingTimeout", "socketTimeout", "dnsTimeout")
_PROBE_SECONDS: Final = 8.0


def send(client: Client, factory: str, config: Mapping[str, Any], recipient: str) -> None:
    """Has Logto send a mail of type Generic; raises what it says when that fails."""
    if factory == _SMTP:
        _require_login_offered(client.who, config)
    body = {"email": recipient, "config": hurried(factory, config)}
    try:
        client.call("POST", f"/api/connectors/{factory}/test", body)
    except PlatformError as error:
        error.sent = False  # at most a mail went out: the tenant is as it was
        raise


def hurried(factory: str, config: Mapping[str, Any]) -> dict[str, Any]:
    """Returns the config with short time-outs: a silent server would else be waited for up to ten minutes."""
    short = {name: min(config.get(name, _LONGEST), _LONGEST) for name in _TIMEOUTS} if factory == _SMTP else {}
    return {**config, **short}


def _require_login_offered(who: str, config: Mapping[str, Any]) -> None:
    auth: Mapping[str, Any] = config["auth"]
    if not auth.get("user") or _offers_login(config):
        return
    raise Rejected(
        f"{who}: {config['host']}:{config['port']} offers no login, so the credentials would not be used",
        remedy="Use a port or TLS setting under which the server asks for a login, or auth='none'.",
    )


def _offers_login(config: Mapping[str, Any]) -> bool:
    """Tells whether the server offers AUTH; where it cannot be reached from here, the tenant's own test decides."""
    host, port, context = config["host"], config["port"], ssl.create_default_context()
    secure = bool(config.get("secure"))
    try:
        with (
            smtplib.SMTP_SSL(host, port, timeout=_PROBE_SECONDS, context=context)
            if secure
            else smtplib.SMTP(host, port, timeout=_PROBE_SECONDS)
        ) as server:
            server.ehlo()
            if not secure and server.has_extn("starttls") and not config.get("ignoreTLS"):
                server.starttls(context=context)
                server.ehlo()
            return server.has_extn("auth")
    except (OSError, smtplib.SMTPException):
        return True
