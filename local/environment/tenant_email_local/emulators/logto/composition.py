"""The mail that a tenant sends: which text, rendered how, with which headers (docs/contracts/logto.md#templates)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from email.headerregistry import HeaderRegistry, UnstructuredHeader
from email.message import EmailMessage
from email.policy import EmailPolicy
from email.utils import make_msgid
from typing import TYPE_CHECKING, Any, Final, cast

from tenant_email_local.emulators.logto.addresses import Mailbox, mailboxes

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tenant_email_local.emulators.logto.factories import Factory

_VARIABLE: Final = re.compile(r"\{\{\s*([A-Za-z0-9_.]+)\s*\}\}")
_HEADERS: Final = HeaderRegistry()
for _header in ("From", "To", "Reply-To"):
    _HEADERS.map_to_type(_header, cast("Any", UnstructuredHeader))
POLICY: Final = EmailPolicy(header_factory=_HEADERS, max_line_length=998)
"""Writes addresses as they are given, whatever is wrong with them."""
_LARGE: Final = 1e21  # from here on JavaScript writes a number with its exponent


@dataclass(frozen=True)
class Mail:
    """What is to be sent: to whom, of which usage type, with which values for its variables."""

    to: str
    usage: str
    payload: dict[str, Any]


@dataclass(frozen=True)
class Envelope:
    """A message, and whom the server is told of: that need not be what its headers say."""

    sender: str
    recipients: tuple[str, ...]
    message: EmailMessage
    wide: bool
    """Whether an address has letters that only SMTPUTF8 knows (RFC 6531)."""


def render(text: str, payload: Mapping[str, Any]) -> str:
    """Fills in variables: an unknown root leaves the text as it stands, an unknown part below it leaves nothing."""

    def value(match: re.Match[str]) -> str:
        root, *rest = match[1].split(".")
        if root not in payload:
            return match[0]
        found: Any = payload[root]
        for part in rest:
            found = _part(found, part)
        return _text(found)

    return _VARIABLE.sub(value, text)


def compose(factory: Factory, config: Mapping[str, Any], mail: Mail, text: Mapping[str, Any]) -> Envelope:
    """Returns the mail. What is no address is left out, in From too, and the sender is then whom to reply to."""
    smtp = factory.target == "smtp"
    details = {name: render(text[name], mail.payload) for name in ("sendFrom", "replyTo") if smtp and text.get(name)}
    sender = details.get("sendFrom") or config.get("fromEmail") or config.get("emailAddress") or ""
    message = EmailMessage(POLICY)
    plain = smtp and text.get("contentType") == "text/plain"
    message.set_content(render(text["content"], mail.payload), subtype="plain" if plain else "html")
    blind = _add_own(message, config.get("customHeaders", {}) if smtp else {})
    own = {
        "From": mailboxes(sender),
        "To": mailboxes(mail.to),
        "Reply-To": mailboxes(details.get("replyTo") or config.get("replyTo") or "") if smtp else [],
    }
    for name, found in own.items():
        if found:
            del message[name]
            message[name] = ", ".join(map(str, found))
    if subject := re.sub(r"\r\n|[\r\n]", " ", render(text["subject"], mail.payload)):
        del message["Subject"]
        message["Subject"] = subject
    if not message["Message-ID"]:
        message["Message-ID"] = make_msgid(domain="logto.local")
    senders = [address for each in (*own["From"], *own["Reply-To"]) for address in each.addresses]
    recipients = dict.fromkeys(address for each in (*blind, *own["To"]) for address in each.addresses)
    wide = not all(str(each.addresses).isascii() for found in own.values() for each in found)
    return Envelope(senders[0] if senders else "", tuple(recipients), message, wide)


def _add_own(message: EmailMessage, headers: Mapping[str, str | list[str]]) -> list[Mailbox]:
    """Adds a configuration's own headers, and returns whom they name as Bcc, which no header shows."""
    blind: list[Mailbox] = []
    for name, value in headers.items():
        for each in value if isinstance(value, list) else [value]:
            if name.lower() == "bcc":
                blind += mailboxes(each)
            elif each:
                if name.lower() == "content-type":
                    del message[name]
                message[name] = re.sub(r"\r?\n|\r", " ", each)
    return blind


def _part(value: Any, name: str) -> Any:
    """Returns a part of an object, or of a list, as JavaScript finds it."""
    if isinstance(value, dict):
        return cast("dict[str, Any]", value).get(name)
    if not isinstance(value, list):
        return None
    items: list[Any] = cast("Any", value)
    if name == "length":
        return len(items)
    return items[int(name)] if name.isdecimal() and int(name) < len(items) else None


def _text(value: Any) -> str:
    """Returns what JavaScript makes of a value in a text."""
    match value:
        case None:
            return ""
        case bool():
            return "true" if value else "false"
        case int() | float():
            return f"{value:.17g}" if abs(value) >= _LARGE else str(int(value) if value == int(value) else value)
        case list():
            items: list[Any] = value  # pyright: ignore[reportUnknownVariableType]
            return ",".join(_text(item) for item in items)
        case dict():
            return "[object Object]"
        case _:
            return str(value)
