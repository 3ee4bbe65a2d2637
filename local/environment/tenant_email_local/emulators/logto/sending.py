"""How a tenant sends: which text, rendered how, through which connector.

Source: docs/contracts/logto.md#test-send and #templates.
"""

from __future__ import annotations

import json
import re
import urllib.error
import urllib.request
from dataclasses import dataclass
from email.errors import MessageError
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import formatdate, make_msgid, parseaddr
from typing import TYPE_CHECKING, Any, Final, cast
from urllib.parse import urlsplit

from tenant_email_local.emulators.delivery import DeliveryFailed, ServiceRefused
from tenant_email_local.emulators.logto import refusals, smtp
from tenant_email_local.ports import LOOPBACK

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tenant_email_local.emulators.logto.factories import Factory
    from tenant_email_local.emulators.logto.tenant import LogtoTenant
    from tenant_email_local.emulators.server import Refusal

_VARIABLE: Final = re.compile(r"\{\{\s*([\w.]+)\s*\}\}")
_OWN_TEXTS: Final = frozenset({"postmark-mail", "http-email", "logto-email"})
"""Factories that never read /api/email-templates: they pass type and payload on."""
_RETHROWING: Final = frozenset({"aws-ses-mail", "aliyun-direct-mail", "logto-email"})
"""Factories that pass on what went wrong where they did not reach the service, which becomes a server error."""
_HTTP_SECONDS: Final = 10


@dataclass(frozen=True)
class Mail:
    """What is to be sent: to whom, of which usage type, with which values for its variables."""

    to: str
    usage: str
    payload: dict[str, Any]


def deliver(tenant: LogtoTenant, factory: Factory, config: dict[str, Any], mail: Mail) -> None:
    """Sends one mail; refuses as Logto does when config, text or server are not right."""
    if issues := factory.schema.issues(config):
        raise refusals.invalid_config(issues)
    try:
        if factory.id == "http-email":
            _post(config, {"to": mail.to, "type": mail.usage, "payload": mail.payload, "ip": "::ffff:127.0.0.1"})
            return
        text = _from_api(tenant, factory, mail) or _from_config(factory, config, mail.usage)
        message = _compose(factory, config, mail, text)
        message["Date"] = formatdate(tenant.clock())
        _send(tenant, factory, config, message)
    except ServiceRefused as error:
        raise refusals.refusal(400, "connector.invalid_response", data={"message": str(error)}) from None
    except DeliveryFailed as error:
        if factory.id in _RETHROWING:
            raise refusals.internal() from None
        raise _general({"message": str(error)}) from None


def render(text: str, payload: Mapping[str, Any]) -> str:
    """Fills in variables: an unknown root leaves the text as it stands, an unknown part below it leaves nothing."""

    def value(match: re.Match[str]) -> str:
        root, *rest = match[1].split(".")
        if root not in payload:
            return match[0]
        found: Any = payload[root]
        for part in rest:
            found = cast("dict[str, Any]", found).get(part) if isinstance(found, dict) else None
        return "" if found is None else str(found)

    return _VARIABLE.sub(value, text)


def _from_api(tenant: LogtoTenant, factory: Factory, mail: Mail) -> dict[str, Any] | None:
    """Returns the email template that takes precedence over the connector's texts, if there is one."""
    if factory.id in _OWN_TEXTS:
        return None
    fallback = tenant.state.sign_in.get("languageInfo", {}).get("fallbackLanguage", "en")
    stored = {(entry["templateType"], entry["languageTag"]): entry["details"] for entry in tenant.state.templates}
    wanted = ((mail.usage, mail.payload.get("locale")), (mail.usage, fallback), ("Generic", fallback))
    return next((stored[key] for key in wanted if key in stored), None)


def _from_config(factory: Factory, config: Mapping[str, Any], usage: str) -> dict[str, Any]:
    """Returns the connector's own text: of this type, else Generic."""
    if factory.id == "mailgun-email":
        texts: dict[str, dict[str, Any]] = config["deliveries"]
    else:
        texts = {entry["usageType"]: entry for entry in reversed(config["templates"])}
    found = texts.get(usage) or texts.get("Generic")
    if found is None:
        raise refusals.refusal(400, "connector.template_not_found")
    return found


def _compose(factory: Factory, config: Mapping[str, Any], mail: Mail, text: Mapping[str, Any]) -> EmailMessage:
    """Returns the mail. What is no address in From is left out, as the mail library does, without an error."""
    smtp_details = factory.target == "smtp"
    message = EmailMessage()
    headers: dict[str, str | list[str]] = config.get("customHeaders", {})
    for name, value in headers.items():
        for each in value if isinstance(value, list) else [value]:
            message[name] = each
    sender = (text.get("sendFrom") if smtp_details else None) or config.get("fromEmail") or config.get("emailAddress")
    if sender and _is_address(sender):
        message["From"] = sender
    message["To"] = mail.to
    reply_to = (text.get("replyTo") or config.get("replyTo")) if smtp_details else None
    if reply_to:
        message["Reply-To"] = render(reply_to, mail.payload)
    message["Subject"] = re.sub(r"[\r\n]+", " ", render(text["subject"], mail.payload))
    message["Message-ID"] = make_msgid(domain="logto.local")
    plain = smtp_details and text.get("contentType") == "text/plain"
    message.set_content(render(text["content"], mail.payload), subtype="plain" if plain else "html")
    return message


def _send(tenant: LogtoTenant, factory: Factory, config: dict[str, Any], message: EmailMessage) -> None:
    match factory.id:
        case "simple-mail-transfer-protocol":
            smtp.send(config, message, tenant.delivery)
        case "aws-ses-mail":
            tenant.delivery.send_ses(
                message,
                region=config["region"],
                access_key_id=config["accessKeyId"],
                secret_access_key=config["accessKeySecret"],
                configuration_set=config.get("configurationSetName"),
                simple=True,
            )
        case name:
            raise DeliveryFailed(f"{name} has no endpoint on this machine")


def _post(config: Mapping[str, Any], document: dict[str, Any]) -> None:
    """Posts to a connector's own endpoint; a failure shows the whole request, authorization and recipient included."""
    url = urlsplit(str(config["endpoint"]))
    body = json.dumps(document)
    headers = {"Content-Type": "application/json", "Authorization": config.get("authorization")}
    sent = {name: value for name, value in headers.items() if value}
    dump = {"options": {"url": config["endpoint"], "body": body, "headers": sent, "method": "POST"}}
    if not url.hostname:
        raise _general({"input": config["endpoint"], "code": "ERR_INVALID_URL", **dump})
    if url.scheme != "http" or url.hostname != LOOPBACK:
        raise _general({"code": "ENOTFOUND", **dump})
    request = urllib.request.Request(url.geturl(), body.encode(), sent)  # noqa: S310 - it was just checked to be http
    direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        direct.open(request, timeout=_HTTP_SECONDS).close()
    except urllib.error.HTTPError as error:
        with error:
            raise _general({"message": error.read().decode(errors="replace")}) from None
    except OSError:
        raise _general({"code": "ECONNREFUSED", "name": "RequestError", **dump}) from None


def _general(data: dict[str, Any]) -> Refusal:
    message = f"Error occurred in connector: {json.dumps(data, separators=(',', ':'), ensure_ascii=False)}"
    return refusals.refusal(400, "connector.general", message, data=data)


def _is_address(text: str) -> bool:
    try:
        return bool(Address(addr_spec=parseaddr(text)[1]).domain)
    except (MessageError, ValueError, IndexError):
        return False
