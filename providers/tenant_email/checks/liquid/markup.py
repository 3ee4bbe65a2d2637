"""Cuts a text into what stands outside of braces, outputs and tags, as LiquidJS does, in one pass."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final, TypeAlias

from tenant_email.checks.liquid.reading import BLANK, Reader, end_of_quoted
from tenant_email.checks.liquid_words import LiquidError

MOST: Final = 1000  # tags and outputs in a text: a mail with more is none that someone wrote
LONGEST: Final = 4000  # characters between the braces of one
MOST_INSIDE: Final = 20_000  # characters between all braces
MOST_BRACKETS: Final = 40  # in one
_OPENING: Final = re.compile(r"\{[{%]")
_IN_OUTPUT: Final = re.compile(r"\}\}|['\"]")
_END_OF_RAW: Final = re.compile(rf"\{{%[{BLANK}]*endraw(?![A-Za-z0-9_?-])")
_DELIMITER: Final = re.compile(r"%\}|\{%")


@dataclass(slots=True)
class Html:
    """What stands outside of braces."""

    text: str


@dataclass(frozen=True, slots=True)
class Braces:
    """An output, whose `name` is empty, or a tag; `reader` is at its expression."""

    name: str
    reader: Reader
    begin: int
    end: int
    trims: tuple[bool, bool]

    @property
    def text(self) -> str:
        """The whole as it is written."""
        return self.reader.text[self.begin : self.end]

    @property
    def rest(self) -> str:
        """What stands behind a tag's name."""
        return self.reader.text[self.reader.at : self.reader.end]

    @property
    def named_at(self) -> int:
        """Where a tag's name stands."""
        return self.reader.text.index(self.name, self.begin)


Token: TypeAlias = Html | Braces


def cut(text: str) -> list[Token]:
    """Returns a text's tokens; raises LiquidError."""
    tokens = list[Token]()
    position = count = inside = 0
    while opening := _OPENING.search(text, position):
        start, count = opening.start(), count + 1
        if count > MOST:
            raise LiquidError(start, f"more than {MOST} tags and outputs")
        tokens.append(Html(text[position:start]))
        token = _braces(text, start)
        inside += token.end - start
        if inside > MOST_INSIDE:
            raise LiquidError(start, f"more than {MOST_INSIDE} characters between all braces")
        tokens.append(token)
        position = token.end
        if token.name == "raw":
            end = _end_of_raw(text, position)
            tokens += [Html(text[position : end.begin]), end]
            position = end.end
    tokens.append(Html(text[position:]))
    _trim(tokens)
    return tokens


def _trim(tokens: list[Token]) -> None:
    """Takes the blanks at a dash, which leaves the inside of `raw` as it is."""
    raw = False
    for index, token in enumerate(tokens):
        if not isinstance(token, Braces):
            continue
        before, after = tokens[index - 1], tokens[index + 1]
        if not raw and token.trims[0] and isinstance(before, Html):
            before.text = before.text.rstrip(BLANK)
        raw = token.name == "raw" or (raw and token.name != "endraw")
        if not raw and token.trims[1] and isinstance(after, Html):
            after.text = after.text.lstrip(BLANK)


def _braces(text: str, start: int) -> Braces:
    closing = "}}" if text[start + 1] == "{" else "%}"
    end = _end_of_output(text, start) if closing == "}}" else text.find(closing, start + 1)
    if end < 0:
        raise LiquidError(start, f"expected '{closing}', found end of file")
    if end - start > LONGEST:
        raise LiquidError(start, f"more than {LONGEST} characters between braces")
    if text.count("[", start, end) > MOST_BRACKETS:
        raise LiquidError(start, f"more than {MOST_BRACKETS} brackets between braces")
    return read_braces(text, start, end + 2, is_tag=closing == "%}")


def _end_of_output(text: str, start: int) -> int:
    """Returns where an output's closing braces begin, which may stand in quotes before that."""
    at = start + 1
    while found := _IN_OUTPUT.search(text, at):
        if found[0] == "}}":
            return found.start()
        at = end_of_quoted(text, found.start(), len(text))
        if at >= len(text):
            raise LiquidError(found.start(), "unexpected quote, found end of file before it is closed")
    return -1


def read_braces(text: str, start: int, end: int, *, is_tag: bool, marks: int = 2) -> Braces:
    """Returns an output or a tag, which has so many marks at its ends: a line of the tag `liquid` has none."""
    begin, finish = start + marks, end - marks
    trims = (text[begin] == "-", text[finish - 1] == "-")
    begin, finish = begin + trims[0], finish - trims[1]
    while begin < finish and text[begin] in BLANK:
        begin += 1
    while finish > begin and text[finish - 1] in BLANK:
        finish -= 1
    reader = Reader(text, begin, finish)
    return Braces(_tag_name(reader) if is_tag else "", reader, start, end, trims)


def _tag_name(reader: Reader) -> str:
    """Reads the name of a tag."""
    reader.skip_blanks()
    name = reader.peek() if reader.peek() == "#" else reader.word()
    if not name:
        raise reader.error("expected the name of a tag")
    reader.at += name == "#"
    reader.skip_blanks()
    return name


def _end_of_raw(text: str, position: int) -> Braces:
    found = _END_OF_RAW.search(text, position)
    start = found.start() if found else 0
    while found and (closing := _DELIMITER.search(text, found.end())):
        if closing[0] == "%}":
            return read_braces(text, start, closing.end(), is_tag=True)
        found = _END_OF_RAW.search(text, closing.start())
        if found and found.start() > closing.start():
            start = found.start()
    raise LiquidError(max(text.rfind("{%", 0, position), 0), "expected tag endraw, found end of file")
