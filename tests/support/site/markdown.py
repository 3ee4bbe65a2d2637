"""A document of the repository as a page: links lead to pages, and lists are as Python-Markdown wants them.

GitHub takes a list without a blank line above it and what belongs to an item at two spaces; Python-Markdown, which
makes the pages, wants the blank line, and four. GitHub has no tabs: there the languages stand one below the other.
"""

from __future__ import annotations

import os
import re
from textwrap import indent
from typing import TYPE_CHECKING, Final

from support.site.sources import destination

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_LINK: Final = re.compile(r"(`[^`\n]*`)|\[((?:[^\[\]]|\[[^\]]*\])*)\]\((?![a-z]+:)([^)#\s]*)(#[^)\s]*)?\)")
_ITEM: Final = re.compile(r"( *)(?:[-*]|\d+\.) ")
_DEEP: Final = 4
_TAB: Final = re.compile(r"^\*\*([^*\n]+)\*\*\n\n(```.*?^```)\n\n", re.MULTILINE | re.DOTALL)
_TABS: Final = re.compile(r"(?:^\*\*[^*\n]+\*\*\n\n```(?:(?!^```$).)*^```\n\n){2,}", re.MULTILINE | re.DOTALL)


def page_of(text: str, document: str, page: str) -> str:
    """Returns a document's text as the page at a path."""
    blocks = re.split(r"(^ *```.*?^ *```$)", text, flags=re.MULTILINE | re.DOTALL)
    parts = [part if odd else _LINK.sub(_linker(document, page), part) for part, odd in _numbered(blocks)]
    return _TABS.sub(_tabs, "\n".join(_lists("".join(parts).split("\n"))))


def _tabs(found: re.Match[str]) -> str:
    """Returns blocks of code one after the other, each below its language in bold, as tabs."""
    each = ((name, indent(code, " " * _DEEP)) for name, code in _TAB.findall(found[0]))
    return "".join(f'=== "{name}"\n\n{code}\n\n' for name, code in each)


def _numbered(blocks: list[str]) -> Iterator[tuple[str, bool]]:
    """Yields texts and, between them, blocks of code."""
    for number, block in enumerate(blocks):
        yield block, number % 2 == 1


def _linker(document: str, page: str) -> Callable[[re.Match[str]], str]:
    def to_page(found: re.Match[str]) -> str:
        code, label, target, anchor = found.groups()
        if code:
            return code
        there = destination(document, target)
        if there is None:
            return label
        way = os.path.relpath(there, os.path.dirname(page)) if there != page or not anchor else ""  # noqa: PTH120
        return f"[{label}]({way}{anchor or ''})"

    return to_page


def _lists(lines: list[str]) -> Iterator[str]:
    """Yields the lines, lists with a blank line above and with what belongs to an item at four spaces."""
    before, in_list, in_code = "", False, False
    for line in lines:
        found, fence = _ITEM.match(line), line.lstrip().startswith("```")
        if found and not in_code:
            if not in_list and before.strip() and not found[1]:
                yield ""
            in_list = True
        elif line and not line.startswith(" ") and not before.strip():
            in_list = False
        spaces = len(line) - len(line.lstrip(" "))
        yield " " * (_DEEP - spaces) + line if in_list and 1 < spaces < _DEEP else line
        in_code ^= fence
        before = line
