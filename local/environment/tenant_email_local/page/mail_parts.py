"""What is in a mail: headers, the text, the HTML as a frame may show it, attachments. No mail is too broken for it."""

from __future__ import annotations

import base64
import re
from contextlib import suppress
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import TYPE_CHECKING, Final, cast
from urllib.parse import urlsplit

from tenant_email_local.page.texts import harmless, on_one_line

if TYPE_CHECKING:
    from collections.abc import Iterator

_LONGEST_HEADER: Final = 2000
_MOST_PARTS: Final = 200
_LARGEST_IMAGE: Final = 2_000_000
_MOST_LINKS: Final = 50
_CID: Final = re.compile(r"cid:([^\s\"'<>)]{1,256})", re.IGNORECASE)
_HREF: Final = re.compile(r"<a\b[^<>]{0,4096}?\bhref\s*=\s*(?:\"([^\"]{1,4096})\"|'([^']{1,4096})')", re.IGNORECASE)
_PLAIN_LINK: Final = re.compile(r"https?://[^\s<>\"']{1,2048}")
_ENTITIES: Final = (("&amp;", "&"), ("&#38;", "&"), ("&quot;", '"'))


@dataclass(frozen=True, slots=True, repr=False)
class Attachment:
    """A file in a mail."""

    name: str
    kind: str
    data: bytes


@dataclass(frozen=True, slots=True, repr=False)
class MailParts:
    """A mail, read; `problem` says why not all of it is there."""

    headers: tuple[tuple[str, str], ...] = ()
    text: str = ""
    html: str = ""
    attachments: tuple[Attachment, ...] = ()
    problem: str = ""
    images: dict[str, str] = field(default_factory=dict[str, str])

    def header(self, name: str) -> str:
        """Returns the first header of a name on one line, or nothing."""
        found = (value for key, value in self.headers if key.lower() == name.lower())
        return on_one_line(next(found, ""))[:_LONGEST_HEADER]

    def framed_html(self) -> str:
        """Returns the HTML with the images that are in the mail itself in their places."""
        return _CID.sub(lambda found: self.images.get(found[1], found[0]), self.html)

    def links(self) -> list[str]:
        """Returns where its links lead, each once; none that a browser would run."""
        found = [one or other for one, other in _HREF.findall(self.html)] or _PLAIN_LINK.findall(self.text)
        for entity, meant in _ENTITIES:
            found = [each.replace(entity, meant) for each in found]
        kept = dict.fromkeys(harmless(each.strip()) for each in found if _is_web(each.strip()))
        return list(kept)[:_MOST_LINKS]


def parts_of(raw: bytes) -> MailParts:
    """Returns what is in a mail."""
    try:
        message = message_from_bytes(raw, EmailMessage, policy=policy.default)
        headers = tuple((harmless(name), value) for name, value in _headers(message))
        return _read(message, headers)
    except Exception as error:  # noqa: BLE001 - the parser fails on broken mail in ways that nobody lists
        return MailParts(problem=f"It cannot be read as a mail ({type(error).__name__}); see it as it came.")


def _read(message: EmailMessage, headers: tuple[tuple[str, str], ...]) -> MailParts:
    text, html, problem = "", "", ""
    attachments, images = list[Attachment](), dict[str, str]()
    for count, part in enumerate(_leaves(message)):
        if count == _MOST_PARTS:
            problem = f"Only its first {_MOST_PARTS} parts are shown."
            break
        kind = part.get_content_type()
        if part.get_content_disposition() != "attachment" and kind == "text/html" and not html:
            html = _text_of(part)
        elif part.get_content_disposition() != "attachment" and kind == "text/plain" and not text:
            text = harmless(_text_of(part))
        else:
            attachment = _attachment(part, kind, len(attachments))
            attachments.append(attachment)
            images |= _image(part, attachment)
    return MailParts(headers, text, html, tuple(attachments), problem, images)


def _leaves(message: EmailMessage) -> Iterator[EmailMessage]:
    """Yields the parts that hold something, without recursion: a mail may be nested as deep as it likes."""
    waiting = [message]
    while waiting:
        part = waiting.pop(0)
        if part.get_content_maintype() == "multipart" and part.is_multipart():
            inner: object = part.get_payload()
            parts = cast("list[object]", inner) if isinstance(inner, list) else []
            waiting[:0] = [each for each in parts if isinstance(each, EmailMessage)]
        else:
            yield part


def _headers(message: EmailMessage) -> Iterator[tuple[str, str]]:
    for name, value in message.raw_items():
        shown = str(value)
        with suppress(Exception):  # the parser of a header fails on some of them
            shown = str(message.policy.header_fetch_parse(name, value))
        yield name, harmless(shown)[:_LONGEST_HEADER]


def _text_of(part: EmailMessage) -> str:
    data = _data_of(part)
    charset = part.get_content_charset() or "utf-8"
    try:
        return data.decode(charset, errors="replace")
    except LookupError:
        return data.decode(errors="replace")


def _data_of(part: EmailMessage) -> bytes:
    if part.get_content_maintype() == "message":
        return part.as_bytes()
    data = part.get_payload(decode=True)
    return data if isinstance(data, bytes) else b""


def _attachment(part: EmailMessage, kind: str, count: int) -> Attachment:
    name = ""
    with suppress(Exception):  # as above
        name = on_one_line(part.get_filename() or "")
    return Attachment(name[:200] or f"part {count + 1}", on_one_line(kind)[:100], _data_of(part))


def _image(part: EmailMessage, attachment: Attachment) -> dict[str, str]:
    """Returns the address of an image that the HTML names by its id, as the image itself."""
    shown = attachment.kind in ("image/png", "image/jpeg", "image/gif", "image/webp")
    content_id = str(part.get("Content-ID", "")).strip().strip("<>")
    if not (shown and content_id and len(attachment.data) <= _LARGEST_IMAGE):
        return {}
    return {content_id: f"data:{attachment.kind};base64,{base64.b64encode(attachment.data).decode()}"}


def _is_web(link: str) -> bool:
    try:
        return urlsplit(link).scheme.lower() in ("http", "https")
    except ValueError:
        return False
