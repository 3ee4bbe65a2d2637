"""What a receiver minds in the text of a mail: its parts, its links, and variables that were not filled in.

Nothing of the text is quoted: it holds a code or a link that logs someone in. Of a link only the host is.
Google: support.google.com/a/answer/81126; Yahoo: senders.yahooinc.com/best-practices; the names in capitals are
Apache SpamAssassin's rules.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from tenant_email.errors import redact_external
from tenant_email.inputs.hosts import ascii_host, is_address, is_loopback
from tenant_email.mail_proof.header_check import decoded
from tenant_email.mail_proof.html_reading import Link, Page, host_of, read_page
from tenant_email.platforms.survey import fine, problem, warning

if TYPE_CHECKING:
    from collections.abc import Iterator
    from email.message import Message

    from tenant_email.findings import Finding
    from tenant_email.mail_proof.messages import Mail

_SHORTENERS: Final = frozenset(
    {"bit.ly", "bitly.com", "buff.ly", "cutt.ly", "goo.gl", "is.gd", "lnkd.in", "ow.ly", "rb.gy", "rebrand.ly", "s.id"}
    | {"shorturl.at", "t.co", "t.ly", "tiny.cc", "tinyurl.com", "v.gd"}
)
_CLIPPED: Final = 102 * 1024
"""Bytes of HTML after which Gmail hides the rest behind a link."""
_LARGE: Final = 2**20  # bytes of images and attachments
_ADDRESS: Final = re.compile(r"https?://[^\s<>\"']+", re.IGNORECASE)
_LOOKS_LIKE_HOST: Final = re.compile(r"(?:https?://)?(?:[a-z0-9-]+\.)+[a-z]{2,24}(?:[/:?#]\S*)?", re.IGNORECASE)
_UNFILLED: Final = re.compile(
    r"\{\{[^{}]{0,80}\}\}|\{%[^{}]{0,80}%\}|\$\{[\w.]{1,60}\}|##[A-Z_]{2,40}##|@@[A-Z_]{2,40}@@"
)
_TEMPLATE: Final = "Correct the template."
_MOST_NAMED: Final = 5


@dataclass(frozen=True, slots=True)
class Content:
    """The texts of a mail, decoded; None where it has no such part. `attached`: bytes beside them."""

    plain: str | None
    html: str | None
    attached: int
    flaw: str = ""


def read_content(message: Message) -> Content:
    """Returns the texts that a reader sees."""
    texts: dict[str, str] = {}
    attached, flaw = 0, ""
    for part in message.walk():
        if part.is_multipart():
            continue
        kind = part.get_content_subtype() if part.get_content_maintype() == "text" else ""
        raw = part.get_payload(decode=True)
        size = len(raw) if isinstance(raw, bytes) else 0
        if kind in ("plain", "html") and kind not in texts and part.get_content_disposition() != "attachment":
            charset = part.get_content_charset("utf-8") or "utf-8"
            try:
                texts[kind] = (raw if isinstance(raw, bytes) else b"").decode(charset)
            except (LookupError, ValueError):  # a null character in its name is a ValueError
                texts[kind] = (raw if isinstance(raw, bytes) else b"").decode("utf-8", "replace")
                flaw = f"its {kind} text is not in the character set that it names"
        else:
            attached += size
    return Content(texts.get("plain"), texts.get("html"), attached, flaw)


def check_content(mail: Mail) -> Iterator[Finding]:
    """Yields what is wrong with the texts of a mail."""
    try:
        content = read_content(mail.parsed)
    except RecursionError:
        yield problem("content", "the mail has parts within parts, deeper than anyone reads", _TEMPLATE)
        return
    page = read_page(content.html) if content.html is not None else None
    shown = " ".join(filter(None, (content.plain, page.text if page else "")))
    if content.flaw:
        yield warning("content", content.flaw, "Have the template saved as UTF-8.")
    if not shown.strip() and not (page and page.images):
        yield problem("content", "the mail has no text", "Give the template a body.")
        return
    yield from _check_unfilled(mail, content)
    if page is not None:
        yield from _check_page(page, content)
    if content.attached > _LARGE:
        what = f"images and attachments weigh {content.attached / 2**20:.1f} MiB"
        yield warning("content", what, "Link to images instead, each of some kilobytes.")
    links = [*(page.links if page else []), *(Link(found) for found in _ADDRESS.findall(content.plain or ""))]
    yield from check_links(links)
    hosts = sorted({link.host.lower() for link in links if link.host})
    text = "HTML and a plain text" if page and content.plain is not None else "HTML" if page else "a plain text"
    yield fine("content", f"it has {text}" + (f", with links to {_list(hosts)}" if hosts else ", without links"))


def check_links(links: list[Link]) -> Iterator[Finding]:
    """Yields what is wrong with links; they are named by their hosts."""
    hosts = [link.host.lower() for link in links if link.host]
    for hidden in _named(link for link in links if _shows_another(link)):
        what = f"a link shows {redact_external(host_of(hidden.text))} and leads to {redact_external(hidden.host)}"
        remedy = "Let a link show words, or where it leads: this is what phishing looks like. Turn click tracking off."
        yield problem("links", what, remedy)
    clear = sorted({link.host for link in links if link.scheme == "http" and link.host and not is_loopback(link.host)})
    if clear:
        yield warning("links", f"a link to {_list(clear)} is http://, without TLS", "Use https:// in it.")
    if shorteners := sorted({host for host in hosts if host in _SHORTENERS}):
        what = f"a link hides where it leads behind {_list(shorteners)}"
        yield warning("links", what, "Link to the page itself: shorteners are on block lists (Spamhaus DBL).")
    if addresses := sorted({host for host in hosts if is_address(host) and not is_loopback(host)}):
        what = f"a link leads to an address instead of a name: {_list(addresses)}"
        yield warning("links", what, "Link to a name (NORMAL_HTTP_TO_IP).")
    if others := sorted({link.scheme for link in links if link.scheme in ("javascript", "data", "vbscript", "file")}):
        yield problem("links", f"a link is of {_list(others)}:, which no mail program opens", _TEMPLATE)
    if any(not link.target.strip("#") or link.target.strip() in ("http://", "https://") for link in links):
        yield problem("links", "a link leads nowhere: its address is empty", "Fill in its variable.")


def _check_unfilled(mail: Mail, content: Content) -> Iterator[Finding]:
    texts = {"subject": decoded(mail.first("subject")), "plain text": content.plain or "", "HTML": content.html or ""}
    for where, text in texts.items():
        if found := list(dict.fromkeys(_UNFILLED.findall(text))):
            what = f"the {where} holds what was not filled in: {_list(found)}"
            yield problem("content", what, "Use the variables that the platform has for this mail.")


def _check_page(page: Page, content: Content) -> Iterator[Finding]:
    size = len((content.html or "").encode("utf-8", "replace"))
    if size > _CLIPPED:
        what = f"its HTML has {size // 1024} kB, and Gmail hides what is beyond {_CLIPPED // 1024} kB"
        yield warning("content", what, "Shorten the template; take images out of the HTML.")
    if page.inline_data:
        what = "an image is in the HTML itself (data:), which Gmail and Outlook do not show"
        yield warning("content", what, "Link to the image.")
    if page.active:
        what = f"the HTML has {_list(sorted(page.active))}, which mail programs take out and filters dislike"
        yield warning("content", what, _TEMPLATE)
    if page.images and len(page.text) < _FEW:
        what = "the HTML is images with hardly any text (HTML_IMAGE_ONLY)"
        yield warning("content", what, "Write what it says as text.")
    if page.images_without_text:
        what = f"{page.images_without_text} of {page.images} images have no alt text"
        yield warning("content", what, "Add alt=, empty for an ornament.")
    if content.plain is None:
        what = "it has HTML only, which costs some filters' trust (MIME_HTML_ONLY)"
        yield warning("content", what, "Add a plain text where the platform can send one; most send HTML alone.")


_FEW: Final = 40  # characters


def _shows_another(link: Link) -> bool:
    """Returns whether a link shows an address of one host and leads to another's; sub-domains are of one."""
    if not link.host or link.scheme not in ("http", "https") or not _LOOKS_LIKE_HOST.fullmatch(link.text):
        return False
    shown, led = ascii_host(host_of(link.text).lower()), ascii_host(link.host.lower())
    return bool(shown and led) and shown != led and not (led.endswith(f".{shown}") or shown == f"www.{led}")


def _named(links: Iterator[Link]) -> list[Link]:
    return list({(link.host, link.text): link for link in links}.values())[:_MOST_NAMED]


def _list(words: list[str]) -> str:
    more = f" and {len(words) - _MOST_NAMED} more" if len(words) > _MOST_NAMED else ""
    return ", ".join(map(redact_external, words[:_MOST_NAMED])) + more
