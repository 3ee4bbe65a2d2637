"""A template's text in pieces: text, outputs and tags, with blanks trimmed at dashes (LiquidJS: Tokenizer)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from tenant_email_local.emulators.auth0.liquid.characters import BLANKS
from tenant_email_local.emulators.auth0.liquid.errors import LiquidError
from tenant_email_local.emulators.auth0.liquid.reading import Reader, excerpt

if TYPE_CHECKING:
    from collections.abc import Iterator

_MARK: Final = re.compile(r"\{[%{]")
_OUTPUT_END: Final = re.compile(r"[\"']|\}\}")


@dataclass
class Piece:
    """A part of a template, from `start` to `end` of the whole text; `shown` is a text's, without what dashes trim."""

    whole: str
    start: int
    end: int
    shown: str = ""

    @property
    def text(self) -> str:
        """The part as it is written."""
        return self.whole[self.start : self.end]


class Braces(Piece):
    """An output, or a tag: what is between its marks is read from `inner_start` to `inner_end`."""

    def __init__(self, whole: str, start: int, end: int, marks: int = 2) -> None:
        super().__init__(whole, start, end)
        inner_start, inner_end = start + marks, end - marks
        self.trims_left = whole[inner_start : inner_start + 1] == "-"
        self.trims_right = whole[inner_end - 1 : inner_end] == "-"
        first = inner_start + self.trims_left
        last = inner_end - self.trims_right
        inner = whole[first : max(last, first)]
        self.inner_start = first + len(inner) - len(inner.lstrip(BLANKS))
        self.inner_end = self.inner_start + len(inner.strip(BLANKS))

    def reader(self) -> Reader:
        """Returns a reader of what is between the marks."""
        return Reader(self.whole, self.inner_start, self.inner_end)


class Output(Braces):
    """`{{ … }}`."""


class Tag(Braces):
    """`{% … %}`, or a line of a `liquid` tag; `arguments` is a reader of what follows the name."""

    def __init__(self, whole: str, start: int, end: int, marks: int = 2) -> None:
        super().__init__(whole, start, end, marks)
        self.arguments = self.reader()
        if self.arguments.peek() == "#":
            self.arguments.at += 1
            self.name = "#"
        else:
            self.name = self.arguments.word().text
        if not self.name:
            words = "illegal tag syntax, tag name expected" if marks else "illegal liquid tag syntax"
            raise self.arguments.error(words)
        self.arguments.skip_blanks()
        self.rest = whole[self.arguments.at : self.inner_end]


def pieces(whole: str) -> list[Piece]:
    """Returns a template's parts in order; LiquidError for what is not closed."""
    parts = list(_split(whole))
    _trim(parts)
    return parts


def lines(reader: Reader) -> Iterator[Piece]:
    """Returns the lines of a `liquid` tag as tags."""
    while True:
        reader.skip_blanks()
        if reader.is_done:
            return
        start = reader.at
        reader.skip_past("\n")
        yield Tag(reader.text, start, reader.at, marks=0)


def _split(whole: str) -> Iterator[Piece]:
    at = 0
    while at < len(whole):
        mark = _MARK.search(whole, at)
        start = mark.start() if mark else len(whole)
        if start > at:
            yield Piece(whole, at, start, whole[at:start])
        if not mark:
            return
        part = _tag(whole, start) if mark[0] == "{%" else _output(whole, start)
        yield part
        at = part.end
        if isinstance(part, Tag) and part.name == "raw" and at < len(whole):
            for raw in _raw(whole, at, start):
                yield raw
                at = raw.end


def _tag(whole: str, start: int) -> Tag:
    end = whole.find("%}", start + 1)
    if end < 0:
        raise LiquidError(f"tag {excerpt(whole[start:])} not closed", whole, start)
    return Tag(whole, start, end + 2)


def _output(whole: str, start: int) -> Output:
    at = start + 1
    while found := _OUTPUT_END.search(whole, at):
        if found[0] == "}}":
            return Output(whole, start, found.end())
        reader = Reader(whole, found.start())
        reader.quoted()
        at = reader.at
    raise LiquidError(f"output {excerpt(whole[start:])} not closed", whole, start)


def _raw(whole: str, start: int, tag_start: int) -> Iterator[Piece]:
    """Returns the text of a `raw` tag, and the tag that ends it.

    The end's own mark may be missing: then it reaches to that of the tag that follows it.
    """
    reader = Reader(whole, start)
    at = _mark_before(reader)
    while not reader.is_done:
        if reader.word().text != "endraw":
            at = _mark_before(reader)
            continue
        closed, opened = whole.find("%}", reader.at - 2), whole.find("{%", reader.at - 2)
        if closed >= 0 and (opened < 0 or closed < opened):
            if at > start:
                yield Piece(whole, start, at, whole[start:at])
            yield Tag(whole, at, closed + 2)
            return
        reader.at = len(whole) if opened < 0 else opened + 2
    raise LiquidError(f"raw {excerpt(whole[tag_start:])} not closed", whole, start)


def _mark_before(reader: Reader) -> int:
    reader.skip_past("{%")
    return reader.at - 2


def _trim(parts: list[Piece]) -> None:
    """Takes away the blanks that dashes trim; within `raw` there are none."""
    is_raw = False
    for before, part, after in zip([None, *parts], parts, [*parts[1:], None], strict=False):
        if not isinstance(part, Braces):
            continue
        if part.trims_left and not is_raw and before and not isinstance(before, Braces):
            before.shown = before.shown.rstrip(BLANKS)
        if isinstance(part, Tag) and part.name in {"raw", "endraw"}:
            is_raw = part.name == "raw"
        if part.trims_right and not is_raw and after and not isinstance(after, Braces):
            after.shown = after.shown.lstrip(BLANKS)
