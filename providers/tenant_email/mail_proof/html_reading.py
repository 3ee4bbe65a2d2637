"""Reads the HTML of a mail as a filter does: its links with what they show, its visible text, its images."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from tenant_email.checks.html_tokens import Tag, Words, tokens, unescaped

if TYPE_CHECKING:
    from collections.abc import Mapping

_SILENT: Final = frozenset({"head", "script", "style", "template", "title"})
_ACTIVE: Final = frozenset({"script", "form", "iframe", "object", "embed", "applet"})
_LONGEST: Final = 2**21  # characters
_HOST: Final = re.compile(r"[\w-]+(\.[\w-]+)+\.?")


@dataclass(frozen=True, slots=True)
class Link:
    """Where a link leads, and the text that it shows."""

    target: str
    text: str = ""

    @property
    def host(self) -> str:
        """Returns the host that it leads to; empty for a mailto: and for what is no address."""
        return host_of(self.target)

    @property
    def scheme(self) -> str:
        """Returns its scheme in small letters."""
        return self.target.partition(":")[0].lower() if ":" in self.target else ""


@dataclass
class Page:
    """What is in a page; `active` are elements that mail programs take out."""

    links: list[Link] = field(default_factory=list[Link])
    text: str = ""
    images: int = 0
    images_without_text: int = 0
    inline_data: int = 0
    active: set[str] = field(default_factory=set[str])


def read_page(html: str) -> Page:
    """Reads HTML, whatever is wrong with it."""
    reader = _Reader()
    for token in tokens(html[:_LONGEST]):
        reader.read(token)
    reader.end_link()
    reader.page.text = " ".join("".join(reader.texts).split())
    return reader.page


def host_of(address: str) -> str:
    """Returns the host of an address with or without https:// before it; empty when it names none.

    What no name of a host can be is none either: a broken address may have its path, and a code in it, in that place.
    """
    text = address.strip()
    try:
        parts = urlsplit(text if "//" in text else f"//{text}")
        host = parts.hostname or ""
    except ValueError:
        return ""
    return host.removesuffix(".") if _HOST.fullmatch(host) else ""


class _Reader:
    """Collects what a page holds."""

    def __init__(self) -> None:
        self.page, self.texts = Page(), list[str]()
        self._silent = 0
        self._target = ""
        self._shown: list[str] | None = None

    def read(self, token: Words | Tag) -> None:
        """Takes note of words, or of where an element begins or ends."""
        if isinstance(token, Words):
            self._words(unescaped(token.text))
            return
        self.texts.append(" ")
        if token.closes:
            self._silent = max(0, self._silent - (token.name in _SILENT))
            if token.name == "a":
                self.end_link()
        else:
            self._begin(token.name, token.attributes)

    def _begin(self, name: str, given: Mapping[str, str]) -> None:
        self._silent += name in _SILENT
        if name in _ACTIVE:
            self.page.active.add(name)
        if name in ("a", "area") and given.get("href"):
            self.end_link()
            self._target, self._shown = given["href"].strip(), []
        if name == "img":
            self.page.images += 1
            self.page.images_without_text += "alt" not in given
            if given.get("src", "").lower().startswith("data:"):
                self.page.inline_data += len(given["src"])

    def _words(self, text: str) -> None:
        if self._silent:
            return
        self.texts.append(text)
        if self._shown is not None:
            self._shown.append(text)

    def end_link(self) -> None:
        """Ends the link that is open."""
        if self._shown is not None:
            self.page.links.append(Link(self._target, " ".join("".join(self._shown).split())))
        self._shown = None
