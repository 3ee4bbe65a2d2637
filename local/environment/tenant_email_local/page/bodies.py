"""Bodies and headers of a call as they are shown: laid out, without secrets, and cut where they are too long."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import parse_qsl

from tenant_email_local.page.masking import MASK
from tenant_email_local.page.secret_names import is_plain_header, is_secret
from tenant_email_local.page.texts import harmless

if TYPE_CHECKING:
    from tenant_email_local.exchanges import Headers
    from tenant_email_local.page.masking import Secrets

LONGEST: Final = 200_000
"""The characters of a body that are shown."""
_LARGEST: Final = 20_000_000
_FIELD: Final = re.compile(r"[\w.\[\]:-]{1,128}")
_BETWEEN: Final = re.compile(r"(?<=>)\s*(?=<)")
_EMPTY: Final = re.compile(r"(<([\w.:-]+)[^<>]*>)\n(</\2>)")
_XML: Final = re.compile(r"\s*<(\?xml|\w+ xmlns)")


def shown_message(secrets: Secrets, data: bytes, headers: Headers, path: str, *, sent: bool) -> dict[str, Any]:
    """Returns headers and body of a request or an answer; its length is not told where it would tell a secret's."""
    body = shown_body(secrets, data, headers, path, sent=sent)
    shown = shown_headers(secrets, headers)
    if body["bytes"] is None:
        shown = [[name, MASK if name.lower() == "content-length" else value] for name, value in shown]
    return {"headers": shown, **body}


def shown_headers(secrets: Secrets, given: Headers) -> list[list[str]]:
    """Returns names and values; what is not known to be harmless is masked."""
    return [[harmless(name), harmless(_shown_header(secrets, name, value))] for name, value in given]


def shown_query(secrets: Secrets, query: str) -> str:
    """Returns a query string without secrets."""
    return harmless(secrets.text(f"?{query}")[1:]) if query else ""


def shown_body(secrets: Secrets, data: bytes, headers: Headers, path: str, *, sent: bool) -> dict[str, Any]:
    """Returns a body: its `text`, in what `language` it is, its size in `bytes`, and `note` where it is not whole.

    What was `sent` and cannot be read is not shown, because nobody can tell its secrets; the size of what holds some is
    None, for it would tell how long they are.
    """
    kind = next((value for name, value in headers if name.lower() == "content-type"), "").partition(";")[0].strip()
    size = len(data)
    if not data:
        return {"text": "", "language": "", "bytes": 0, "note": ""}
    if size > _LARGEST:
        return _hidden(None, "It is too long to be shown.")
    found = _read(secrets, data, kind.lower(), path)
    if found is None:
        if sent:
            return _hidden(None, "It cannot be read, so it is not shown: nobody can tell whether secrets are in it.")
        return _shown(secrets.text(data.decode(errors="replace")), "text", size)
    return _shown(*found, size)


def learn(secrets: Secrets, data: bytes, headers: Headers, path: str) -> None:
    """Notes the secrets of a body."""
    if 0 < len(data) < _LARGEST:
        kind = next((value for name, value in headers if name.lower() == "content-type"), "").partition(";")[0].strip()
        _read(secrets, data, kind.lower(), path)


def _read(secrets: Secrets, data: bytes, kind: str, path: str) -> tuple[str, str] | None:
    """Returns a body's text and language, or None where it is in none that secrets can be told in."""
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return None
    begins = text.lstrip()[:1]
    if begins in ("{", "[", '"'):
        return _json(secrets, text, path)
    if kind == "application/x-www-form-urlencoded":
        return _form(secrets, text, path)
    if begins != "<":
        return None
    masked = secrets.text(text)
    is_html = kind == "text/html" or not (kind.endswith("xml") or _XML.match(text))
    return (masked, "html") if is_html else (_laid_out(masked), "xml")


def _json(secrets: Secrets, text: str, path: str) -> tuple[str, str] | None:
    try:
        return json.dumps(secrets.document(json.loads(text), path), indent=2, ensure_ascii=False), "json"
    except (ValueError, RecursionError):
        return None


def _form(secrets: Secrets, text: str, path: str) -> tuple[str, str] | None:
    pairs = parse_qsl(text, keep_blank_values=True)
    if not all(_FIELD.fullmatch(name) for name, _ in pairs):
        return None
    form = {name: _document(value) if name.endswith("Document") else value for name, value in pairs}
    return json.dumps(secrets.document(form, path), indent=2, ensure_ascii=False), "form"


def _document(text: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return text


def _shown_header(secrets: Secrets, name: str, value: str) -> str:
    if is_plain_header(name):
        return secrets.text(value)
    return secrets.header(value) if is_secret(name) else MASK


def _shown(text: str, language: str, size: int) -> dict[str, Any]:
    note = f"Only the first {LONGEST:,} characters of {len(text):,} are shown." if len(text) > LONGEST else ""
    told = None if MASK in text else size
    return {"text": harmless(text[:LONGEST]), "language": language, "bytes": told, "note": note}


def _hidden(size: int | None, note: str) -> dict[str, Any]:
    return {"text": "", "language": "", "bytes": size, "note": note}


def _laid_out(xml: str) -> str:
    """Returns XML with an element a line."""
    depth, lines = 0, list[str]()
    for part in _EMPTY.sub(r"\1\3", _BETWEEN.sub("\n", xml.strip())).splitlines():
        closes, is_whole = part.startswith("</"), "</" in part[1:] or part.endswith("/>") or part.startswith("<?")
        depth -= closes
        lines.append("  " * max(depth, 0) + part)
        depth += not closes and not is_whole
    return "\n".join(lines)
