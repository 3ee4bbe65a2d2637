"""What a mail is to those who receive it: its first words in a list, its size, what it loads and what it runs."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from tenant_email.checks.html_tokens import Tag, tokens, unescaped

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
    r"""url\(\s*+['"]?+\s*+((?:https?:)?//[^'")\s]{0,2000}+)|@import\s++['"]((?:https?:)?//[^'"]{0,2000}+)""",
    re.IGNORECASE,
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
    seen = _Seen()
    for token in tokens(body):
        if isinstance(token, Tag):
            seen.tag(token)
        else:
            seen.words(token.text)
    remote = [*seen.remote, *(found[1] or found[2] for found in _CSS_ADDRESS.finditer(body))]
    return MailText(
        _preheader("".join(seen.text)),
        size,
        tuple(dict.fromkeys(remote)),
        tuple(dict.fromkeys(seen.active)),
        _DARK.search(body) is not None,
        seen.images,
        seen.untold,
    )


def _preheader(text: str) -> str:
    shown = " ".join(_FILLING.sub(" ", text).split())
    return shown if len(shown) <= PREHEADER else f"{shown[:PREHEADER].rstrip()}…"


class _Seen:
    """What was read of a mail: the words that come first, hidden ones too, which a list of mails shows as well."""

    def __init__(self) -> None:
        self.text, self.remote, self.active = list[str](), list[str](), list[str]()
        self.images = self.untold = 0
        self._silent = list[str]()
        self._length = 0

    def words(self, text: str) -> None:
        """Keeps the first words."""
        if not self._silent and self._length < PREHEADER * 4:
            shown = unescaped(text[: PREHEADER * 20])
            self.text.append(shown)
            self._length += len(shown.strip())

    def tag(self, tag: Tag) -> None:
        """Notes what a tag loads, runs or hides."""
        if tag.closes:
            if tag.name in self._silent:
                del self._silent[self._silent.index(tag.name) :]
            return
        if tag.name in _SILENT and tag.name not in self._silent:
            self._silent.append(tag.name)
        elif tag.name == "body":
            self._silent.clear()  # a head that nobody closed ends here
        if tag.name in _BLOCKS and self._length < PREHEADER * 4:
            self.text.append(" ")
        if tag.name == "img":
            self.images += 1
            self.untold += "alt" not in tag.attributes
        self.active += _running(tag)
        self.remote += _loaded(tag)


def _loaded(tag: Tag) -> Iterator[str]:
    for name, value in tag.attributes.items():
        if (name in _LOADED or (name == "href" and tag.name == "link")) and _REMOTE.match(value):
            yield value.strip()


def _running(tag: Tag) -> Iterator[str]:
    if tag.name in _ACTIVE:
        yield f"<{tag.name}>"
    if tag.name == "meta" and tag.attributes.get("http-equiv", "").strip().lower() == "refresh":
        yield "<meta http-equiv=refresh>"
    for name, value in tag.attributes.items():
        if name.startswith("on") and len(name) > 2:  # noqa: PLR2004
            yield f"{name[:30]}="
        elif name in {"href", "src", "action", "formaction"} and value.strip().lower().startswith("javascript:"):
            yield "javascript:"
