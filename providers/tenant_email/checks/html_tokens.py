"""Takes HTML apart as far as a mail's text, its links and what it loads need it: once through, whatever it is.

Python's own parser takes minutes for some kilobytes of `<a `, up to its releases of 2025.
"""

from __future__ import annotations

import re
from html import unescape
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_TAG: Final = re.compile(r"""<(/?)([a-zA-Z][^\s/>]{0,60}+)((?:[^>"']++|"[^"]*+"|'[^']*+')*+)>""")
_LOOSE: Final = re.compile("<+(?=<)")
_ATTRIBUTE: Final = re.compile(r"""([^\s"'>/=]{1,60}+)[^\s"'>/=]*+(?:\s*+=\s*+("[^"]*+"|'[^']*+'|[^\s"'>]++))?""")
_RAW: Final = {
    name: re.compile(rf"</{name}(?=[\s/>])", re.IGNORECASE)
    for name in ("script", "style", "title", "textarea", "iframe")
}


class Words(NamedTuple):
    """What stands between tags."""

    text: str


class Tag(NamedTuple):
    """A tag in small letters; of one that ends an element nothing but the name."""

    name: str
    closes: bool
    attributes: Mapping[str, str]


def tokens(html: str) -> Iterator[Words | Tag]:
    """Yields words and tags; comments, and what is in scripts and the like, are left out.

    What a browser would take for the inside of a tag or a comment up to the end is the end here.
    """
    at = 0
    while at < len(html):
        begin = html.find("<", at)
        if begin != at:
            yield Words(html[at : begin if begin >= 0 else len(html)])
        if begin < 0:
            return
        following = html[begin + 1 : begin + 4]
        if following.startswith(("!", "?")) or (following[:1] == "/" and not _begins_name(following[1:])):
            mark = "-->" if following == "!--" else ">"
            end = html.find(mark, begin + 2)
            at = end + len(mark)
            if end < 0:
                return
        elif _begins_name(following.removeprefix("/")):
            found = _TAG.match(html, begin)
            if found is None:
                return
            at, name = found.end(), found[2].lower()
            yield Tag(name, found[1] == "/", {} if found[1] else _attributes(found[3]))
            if name in _RAW and not found[1]:
                closing = _RAW[name].search(html, at)
                if closing is None:
                    return
                at = closing.start()
        else:
            loose = _LOOSE.match(html, begin)
            at = loose.end() if loose else begin + 1
            yield Words(html[begin:at])


def _begins_name(text: str) -> bool:
    """Returns whether the name of a tag may begin so: with a letter of ASCII, whatever follows it."""
    return text[:1].isascii() and text[:1].isalpha()


def _attributes(text: str) -> dict[str, str]:
    """Returns the attributes of a tag, of one that is there twice the first, as browsers take it."""
    found: dict[str, str] = {}
    for match in _ATTRIBUTE.finditer(text):
        value = match[2] or ""
        found.setdefault(match[1].lower(), unescaped(value[1:-1] if value[:1] in "\"'" else value))
    return found


def unescaped(markup: str) -> str:
    """Returns markup with its references to characters resolved; with one of more digits than Python reads as it is."""
    try:
        return unescape(markup)
    except ValueError:
        return markup
