"""What a mail is to those who receive it: its first words in a list, its size, what it loads and what it runs."""

from __future__ import annotations

import re
from dataclasses import dataclass
from html.parser import HTMLParser
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator

PREHEADER: Final = 140  # characters; no list of mails shows more of one
_SILENT: Final = frozenset(
    {"head", "style", "script", "title", "template", "noscript", "object", "iframe", "svg", "math"}
)
_ACTIVE: Final = frozenset({"script", "form", "iframe", "frame", "object", "embed", "applet", "base"})
_FILLING: Final = re.compile("[\u034f\u200b-\u200f\u2007\u2060\ufeff\u00ad\u00a0]+")
_REMOTE: Final = re.compile(r"\s*(?:https?:)?//", re.IGNORECASE)
_CSS_ADDRESS: Final = re.compile(
    r"""url\(\s*['"]?\s*((?:https?:)?//[^'")\s]{0,2000})|@import\s+['"]((?:https?:)?//[^'"]{0,2000})""", re.IGNORECASE
)
_DARK: Final = re.compile(r"prefers-color-scheme\s*:\s*dark|light-dark\(", re.IGNORECASE)
_LOADED: Final = frozenset({"src", "background", "poster", "data", "srcset"})
_BLOCKS: Final = frozenset(
    {"p", "div", "td", "th", "tr", "li", "br", "h1", "h2", "h3", "h4", "h5", "h6", "table", "hr"}
)


@dataclass(frozen=True, slots=True)
class MailText:
    """What is seen of a mail's body.

    preheader: what a list of mails shows behind the subject. size: bytes. remote: addresses that it would load, each
    once. active: what of it would run or send, by name. dark: it has styles of its own for a dark screen. images:
    how many it has, and `untold` of them without an alternative text.
    """

    preheader: str
    size: int
    remote: tuple[str, ...] = ()
    active: tuple[str, ...] = ()
    dark: bool = False
    images: int = 0
    untold: int = 0


def read_mail(body: str, *, html: bool) -> MailText:
    """Returns what is seen of a body."""
    size = len(body.encode("utf-8", "replace"))
    if not html:
        return MailText(_preheader(body[: PREHEADER * 20]), size)
    reader = _Reader()
    reader.feed(body)
    reader.close()
    remote = [*reader.remote, *(found[1] or found[2] for found in _CSS_ADDRESS.finditer(body))]
    return MailText(
        _preheader("".join(reader.words)),
        size,
        tuple(dict.fromkeys(remote)),
        tuple(dict.fromkeys(reader.active)),
        _DARK.search(body) is not None,
        reader.images,
        reader.untold,
    )


def _preheader(text: str) -> str:
    shown = " ".join(_FILLING.sub(" ", text).split())
    return shown if len(shown) <= PREHEADER else f"{shown[:PREHEADER].rstrip()}…"


class _Reader(HTMLParser):
    """Reads the words that a reader sees first, hidden ones too: a list of mails shows those as well."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.words, self.remote, self.active = list[str](), list[str](), list[str]()
        self.images = self.untold = 0
        self._silent = list[str]()
        self._length = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Notes what a tag loads, runs or hides."""
        given = {name: value or "" for name, value in attrs}
        if tag in _SILENT and tag not in self._silent:
            self._silent.append(tag)
        elif tag == "body":
            self._silent.clear()  # a head that nobody closed ends here
        if tag in _BLOCKS and self._length < PREHEADER * 4:
            self.words.append(" ")
        if tag in _ACTIVE:
            self.active.append(f"<{tag}>")
        if tag == "meta" and given.get("http-equiv", "").strip().lower() == "refresh":
            self.active.append("<meta http-equiv=refresh>")
        if tag == "img":
            self.images += 1
            self.untold += "alt" not in given
        self.active += _running(given)
        self.remote += [value.strip() for name, value in given.items() if name in _LOADED and _REMOTE.match(value)]
        if tag == "link" and _REMOTE.match(given.get("href", "")):
            self.remote.append(given["href"].strip())

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Takes `<br/>` for what it is, and `<script/>` for a beginning, as browsers do."""
        self.handle_starttag(tag, attrs)
        if tag in {"svg", "math"}:
            self.handle_endtag(tag)

    def handle_endtag(self, tag: str) -> None:
        """Notes the end of what is not shown."""
        if tag in self._silent:
            del self._silent[self._silent.index(tag) :]

    def handle_data(self, data: str) -> None:
        """Keeps the first words."""
        if not self._silent and self._length < PREHEADER * 4:
            self.words.append(data[: PREHEADER * 20])
            self._length += len(data.strip())


def _running(attributes: dict[str, str]) -> Iterator[str]:
    for name, value in attributes.items():
        if name.startswith("on") and len(name) > 2:  # noqa: PLR2004
            yield f"{name[:30]}="
        elif name in {"href", "src", "action", "formaction"} and re.match(r"\s*javascript:", value, re.IGNORECASE):
            yield "javascript:"
