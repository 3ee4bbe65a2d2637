"""One mail as the page shows it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from tenant_email_local.page.texts import harmless, on_one_line

if TYPE_CHECKING:
    from tenant_email_local.page.mails import Mail

LONGEST: Final = 300_000
"""The characters of a text, and the bytes of a mail as it came, that are shown."""
_LARGEST_HTML: Final = 10_000_000
EMPTY_FRAME: Final = "<!doctype html><meta charset=utf-8><title>No HTML</title><p>This mail has no HTML."


def shown_mail(mail: Mail) -> dict[str, Any]:
    """Returns everything of a mail but its HTML, which is shown in a frame of its own."""
    parts = mail.parts()
    raw = mail.raw[:LONGEST].decode(errors="replace")
    return {
        **mail.listed,
        "login": on_one_line(mail.login),
        "sender": on_one_line(mail.sender),
        "recipients": [on_one_line(each) for each in mail.recipients],
        "headers": [list(each) for each in parts.headers],
        "text": parts.text[:LONGEST],
        "textCut": len(parts.text) > LONGEST,
        "hasHtml": bool(parts.html),
        "problem": parts.problem,
        "links": parts.links(),
        "signatures": list(mail.dkim),
        "files": [{"name": each.name, "kind": each.kind, "bytes": len(each.data)} for each in parts.attachments],
        "raw": harmless(raw),
        "rawCut": len(mail.raw) > LONGEST,
        "bytes": len(mail.raw),
    }


def framed(mail: Mail) -> str:
    """Returns the HTML for the frame; without any the text, as a receiver shows it; empty where there is neither."""
    parts = mail.parts()
    if len(parts.html) > _LARGEST_HTML:
        return "<!doctype html><meta charset=utf-8><title>Too long</title><p>This HTML is too long to be shown here."
    return parts.framed_html()
