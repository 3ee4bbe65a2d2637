"""Takes the secrets out of what is shown: by where they are, and then wherever else the same text is.

A mask says nothing of a secret, its length included.
"""

from __future__ import annotations

import html
import json
import re
import threading
from base64 import b64decode, b64encode
from typing import TYPE_CHECKING, Any, Final, cast
from urllib.parse import quote, quote_plus, unquote

from tenant_email_local.page.secret_names import holds_secrets, is_passing, is_plain, is_secret, is_secret_at

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

MASK: Final = "••••••"
_SHORTEST: Final = 6
"""What is shorter is masked only where it is known to be a secret: it may be part of any word."""
_MOST: Final = 2000
_DEEPEST: Final = 100
_USERINFO: Final = re.compile(
    r"(?P<before>(?<![a-z0-9+.-])[a-z][a-z0-9+.-]{0,30}:/{1,3}[^/\s:@?#\"'<>]{0,256}:)(?P<secret>[^@/\s\"'<>]{1,1024})(?=@)",
    re.IGNORECASE,
)
_PARAMETER: Final = re.compile(r"(?P<before>(?:^|[?&;])(?P<name>[\w.%-]{1,64})=)(?P<secret>[^&#\s\"'<>;]+)")
_ELEMENT: Final = re.compile(r"(?P<before><(?P<name>[A-Za-z][\w.:-]{0,64})(?:\s[^<>]{0,256})?>)(?P<secret>[^<]+)(?=</)")
_PLACEHOLDERS: Final = ("{{", "{%", "${", "&{", MASK)
_REFERENCE: Final = re.compile(r"&\{[\w.-]+\}")


class Secrets:
    """The secrets that were seen so far, which are masked wherever they turn up; the oldest are forgotten first."""

    def __init__(self) -> None:
        self._known: dict[str, tuple[str, ...]] = {}
        self._lock = threading.Lock()

    def learn(self, value: object) -> None:
        """Remembers a secret."""
        text = str(value).strip()
        if len(text) < _SHORTEST or text in self._known or text == MASK:
            return
        forms = {form for each in (text, *_inside(text)) for form in _forms(each)}
        with self._lock:
            self._known[text] = tuple(sorted(forms, key=len, reverse=True))
            while len(self._known) > _MOST:
                del self._known[next(iter(self._known))]

    def document(self, document: Any, path: str = "") -> Any:
        """Returns a JSON document without secrets; `path` is that of the call it belongs to."""
        masked = self._value(document, path, secret=False, depth=0)
        forms = self._found_in(json.dumps(masked, ensure_ascii=False, default=str))
        return _scrubbed(masked, forms) if forms else masked

    def text(self, text: str) -> str:
        """Returns a text without secrets: in urls, in the elements of XML, and those that are known."""
        text = self._by_place(text)
        return _replaced(text, self._found_in(text))

    def header(self, value: str) -> str:
        """Returns a header that has a login or a signature in it: its scheme, and of AWS the id of the key."""
        scheme, _, rest = value.strip().partition(" ")
        if scheme == "AWS4-HMAC-SHA256":
            found = re.search(r"Credential=([A-Za-z0-9]+/[\w/-]+)", rest)
            return f"{scheme} Credential={found[1] if found else MASK}, Signature={MASK}"
        if scheme.lower() == "bearer":
            return f"{scheme} {MASK}"
        self.learn(rest if scheme.lower() == "basic" else value)
        return f"{scheme} {MASK}" if scheme.lower() == "basic" else MASK

    def _found_in(self, text: str) -> list[str]:
        """Returns the forms of known secrets that are in a text."""
        with self._lock:
            known = tuple(self._known.values())
        return [form for forms in known for form in forms if form in text]

    def _value(self, value: Any, path: str, *, secret: bool, depth: int) -> Any:
        if depth > _DEEPEST:
            return MASK
        if isinstance(value, dict):
            items = cast("Mapping[Any, Any]", value).items()
            return {
                str(name): self._field(str(name), item, path, within=secret, depth=depth + 1) for name, item in items
            }
        if isinstance(value, list | tuple):
            return [self._value(item, path, secret=secret, depth=depth + 1) for item in cast("Sequence[Any]", value)]
        if secret:
            return self._secret_value(value, learns=True)
        return self._by_place_in(value, depth) if isinstance(value, str) else value

    def _field(self, name: str, value: Any, path: str, *, within: bool, depth: int) -> Any:
        secret = is_secret(name) or is_secret_at(path, name)
        if isinstance(value, dict | list):
            below = secret or holds_secrets(name) or (within and not is_plain(name))
            return self._value(value, path, secret=below, depth=depth)
        if secret or (within and not is_plain(name)):
            return self._secret_value(value, learns=not is_passing(name))
        return self._value(value, path, secret=False, depth=depth)

    def _secret_value(self, value: Any, *, learns: bool) -> Any:
        """Returns the mask, but for what is no secret: nothing, a switch, a reference to an ESV."""
        if value is None or isinstance(value, bool) or value in ("", MASK):
            return value
        if isinstance(value, str) and _REFERENCE.fullmatch(value):
            return value
        if learns:
            self.learn(value)
        return MASK

    def _by_place_in(self, text: str, depth: int) -> str:
        """Returns a text of a document, which may be a document itself."""
        if text.startswith(("{", "[")):
            try:
                inner = json.loads(text)
            except (ValueError, RecursionError):
                return self._by_place(text)
            masked = self._value(inner, "", secret=False, depth=depth + 1)
            return text if masked == inner else json.dumps(masked, ensure_ascii=False)
        return self._by_place(text)

    def _by_place(self, text: str) -> str:
        text = _USERINFO.sub(self._masked, text)
        text = _PARAMETER.sub(self._masked_if_named, text)
        return _ELEMENT.sub(self._masked_if_named, text)

    def _masked(self, found: re.Match[str]) -> str:
        secret = found["secret"]
        if secret.startswith(_PLACEHOLDERS):
            return found[0]
        self.learn(unquote(html.unescape(secret)))
        return found["before"] + MASK

    def _masked_if_named(self, found: re.Match[str]) -> str:
        return self._masked(found) if is_secret(found["name"]) and found["secret"].strip() else found[0]


def _scrubbed(value: Any, forms: list[str]) -> Any:
    if isinstance(value, dict):
        items = cast("Mapping[str, Any]", value).items()
        return {_replaced(name, forms): _scrubbed(item, forms) for name, item in items}
    if isinstance(value, list):
        return [_scrubbed(item, forms) for item in cast("Sequence[Any]", value)]
    if isinstance(value, str):
        return _replaced(value, forms)
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return MASK if is_number and str(value) in forms else value


def _replaced(text: str, forms: list[str]) -> str:
    for form in sorted(forms, key=len, reverse=True):
        text = text.replace(form, MASK)
    return text


def _inside(text: str) -> Iterable[str]:
    """Yields what a text says in base64: the value of an ESV, or the password of a Basic login."""
    try:
        inner = b64decode(text, validate=True).decode()
    except ValueError:
        return
    for part in (inner, inner.partition(":")[2]):
        if len(part) >= _SHORTEST and part.isprintable():
            yield part


def _forms(text: str) -> Iterable[str]:
    """Yields how a text is written elsewhere: in JSON, urls, markup, and base64 wherever it begins."""
    yield text
    yield json.dumps(text)[1:-1]
    yield json.dumps(text, ensure_ascii=False)[1:-1]
    yield html.escape(text)
    yield from (quote(text), quote(text, safe=""), quote_plus(text))
    data = text.encode(errors="surrogatepass")
    for start in range(3):
        encoded = b64encode(b"\0" * start + data).decode().rstrip("=")
        # at the ends are bits of what stands beside it
        inner = encoded[4 if start else 0 : len(encoded) - (0 if (start + len(data)) % 3 == 0 else 1)]
        if len(inner) >= _SHORTEST:
            yield inner
            yield inner.replace("+", "-").replace("/", "_")
