"""/openidm/external/email: mail that really goes out, through whatever is stored.

Source: docs/contracts/pingone_aic.md#sending.
"""

from __future__ import annotations

import json
import urllib.error
import urllib.parse
import urllib.request
from dataclasses import dataclass
from email.message import EmailMessage
from email.utils import formatdate, getaddresses, make_msgid, parseaddr
from typing import TYPE_CHECKING, Any, Final

from tenant_email_local.emulators.delivery import Delivery, DeliveryFailed
from tenant_email_local.emulators.pingone_aic import refusals
from tenant_email_local.emulators.pingone_aic.encryption import decrypt, is_blob
from tenant_email_local.emulators.pingone_aic.resolver import PLACEHOLDER, Unresolved, resolve

if TYPE_CHECKING:
    from collections.abc import Callable

    from tenant_email_local.emulators.delivery import Security
    from tenant_email_local.emulators.pingone_aic.graph import GraphStandIn
    from tenant_email_local.emulators.pingone_aic.tenant import AicTenant

_TIMEOUT: Final = 10.0
_TYPES: Final = ("text/plain", "text/html", "text/xml")


@dataclass(frozen=True)
class Outlets:
    """Where mail leaves: SMTP servers, Graph, and the built-in relay, which takes one message or refuses."""

    delivery: Delivery
    graph: GraphStandIn | None
    built_in: Callable[[EmailMessage], None]


def send(tenant: AicTenant, outlets: Outlets, mail: dict[str, Any]) -> None:
    """Sends one message; every refusal of a mail server becomes a 400."""
    stored = tenant.state.config.get("external.email")
    if stored is None:
        raise refusals.config(404)
    try:
        if _is_built_in(stored):
            _through_relay(tenant, outlets, mail)
            return
        config = _resolve(tenant, stored)
        message = _compose(mail, config.get("from"), tenant.clock())
        if config.get("type") == "msgraph":
            _through_graph(outlets.graph, config, message)
        else:
            _through_smtp(outlets.delivery, config, message)
    except (DeliveryFailed, Unresolved, ValueError) as error:
        raise refusals.config(400, f"{tenant.switches.send_error}{error}") from None


def _is_built_in(stored: dict[str, Any]) -> bool:
    """Returns whether the configuration logs in with the platform's own values, which no customer can set."""
    login = json.dumps([stored.get("host"), stored.get("auth")])
    return any(not match["name"].startswith("esv.") for match in PLACEHOLDER.finditer(login))


def _resolve(tenant: AicTenant, stored: dict[str, Any]) -> dict[str, Any]:
    """Returns the configuration with placeholders and blobs as values; ValueError for another tenant's blob."""
    config: dict[str, Any] = resolve({**stored, "auth": {}}, tenant.loaded)
    auth: dict[str, Any] = stored.get("auth") or {}
    plain = {key: decrypt(value, tenant.state.key) if is_blob(value) else value for key, value in auth.items()}
    return {**config, "auth": resolve(plain, tenant.loaded)}


def _compose(mail: dict[str, Any], default_from: object, now: float) -> EmailMessage:
    """Returns the message; ValueError for what the API refuses before any server is asked."""
    sender = mail.get("from") or default_from
    if not sender or "@" not in parseaddr(str(sender))[1]:
        raise ValueError("Must provide a from email address")
    kind = mail.get("type", "text/plain")
    if kind not in _TYPES:
        raise ValueError(f"unknown type {kind}")
    message = EmailMessage()
    message["From"], message["Date"], message["Message-ID"] = sender, formatdate(now), make_msgid(domain="aic.local")
    for name in ("to", "cc", "bcc"):
        if given := mail.get(name):
            if any("@" not in address for _, address in getaddresses([str(given)])):
                raise ValueError(f"bad {name} address")
            message[name.capitalize()] = str(given)
    if "To" not in message:
        raise ValueError("bad to address")
    message["Subject"] = mail.get("subject") or "<no subject>"
    message.set_content(mail.get("body") or "<empty message>", subtype=kind.partition("/")[2])
    return message


def _through_relay(tenant: AicTenant, outlets: Outlets, mail: dict[str, Any]) -> None:
    """Sends as the built-in sender: its own address, ASCII only, and in development tiers only.

    Source: docs/contracts/pingone_aic.md#built-in.
    """
    if tenant.state.environment.tier not in ("dev", "sandbox", "other"):
        raise DeliveryFailed("the built-in email service is for development")
    host = urllib.parse.urlsplit(tenant.url).hostname
    message = _compose({**mail, "from": f"noreply@{host}"}, None, tenant.clock())
    if not str(message["To"]).isascii():
        raise DeliveryFailed("the relay takes ASCII addresses only")
    outlets.built_in(message)


def _through_smtp(delivery: Delivery, config: dict[str, Any], message: EmailMessage) -> None:
    """Sends over SMTP as `ssl`, `starttls` and `auth` say; STARTTLS falls back to clear text.

    Source: docs/contracts/pingone_aic.md#smtp.
    """
    properties: list[str] = config.get("smtpProperties") or []
    local = "".join(parseaddr(str(message[name]))[1].rpartition("@")[0] for name in ("From", "To"))
    if not local.isascii() and "mail.mime.allowutf8=true" not in properties:
        raise DeliveryFailed("Local address contains non-ASCII characters")
    security: Security = "none"
    if (config.get("ssl") or {}).get("enable"):
        security = "tls"
    elif (config.get("starttls") or {}).get("enable"):
        security = "opportunistic"
    auth = config["auth"]
    delivery.send_smtp(
        message,
        host=config["host"],
        port=_number(config["port"]),
        username=auth["username"] if auth.get("enable") else None,
        password=auth.get("password", ""),
        security=security,
    )


def _number(port: object) -> int:
    """Returns a port; a text is stored without complaint and fails when mail is sent.

    Source: docs/contracts/pingone_aic.md#config-4.
    """
    if not isinstance(port, int):
        raise DeliveryFailed(f"port is not a number: {type(port).__name__}")
    return port


def _through_graph(graph: GraphStandIn | None, config: dict[str, Any], message: EmailMessage) -> None:
    """Gets a token with the client secret and hands the message to sendMail (docs/contracts/pingone_aic.md#graph)."""
    auth = config["auth"]
    form = {
        "grant_type": auth.get("grantType", "client_credentials"),
        "client_id": auth["clientId"],
        "client_secret": auth["clientSecret"],
        "scope": auth.get("scopeDelimiter", " ").join(auth["scope"]),
    }
    answer = _post(graph, auth["tokenEndpoint"], urllib.parse.urlencode(form).encode(), {})
    part = message.get_body(("html", "plain"))
    kind = "HTML" if part and part.get_content_subtype() == "html" else "Text"
    body = {
        "message": {
            "subject": str(message["Subject"]),
            "body": {"contentType": kind, "content": part.get_content() if part else ""},
            "toRecipients": [{"emailAddress": {"address": a}} for _, a in getaddresses([str(message["To"])])],
        }
    }
    headers = {"Authorization": f"Bearer {answer['access_token']}", "Content-Type": "application/json"}
    _post(graph, config["mailEndpoint"], json.dumps(body).encode(), headers)


def _post(graph: GraphStandIn | None, endpoint: str, body: bytes, headers: dict[str, str]) -> dict[str, Any]:
    """Posts to the stand-in whatever host the configuration names, so that nothing leaves this machine."""
    parts = urllib.parse.urlsplit(endpoint)
    if graph is None or parts.scheme != "https":
        raise DeliveryFailed(f"{endpoint} has no address on this machine")
    request = urllib.request.Request(f"{graph.url}{parts.path}", body, headers)  # noqa: S310  # loopback
    direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with direct.open(request, timeout=_TIMEOUT) as response:
            document: dict[str, Any] = json.loads(response.read() or b"{}")
    except urllib.error.HTTPError as error:
        error.close()
        raise DeliveryFailed(f"{parts.hostname}: {error.code} {error.reason}") from None
    except OSError as error:
        raise DeliveryFailed(f"{parts.hostname}: {error}") from None
    return document
