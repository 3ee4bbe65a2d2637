"""What stands between braces, read as LiquidJS's tokenizer reads it: values, filters and the arguments of tags."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from tenant_email_local.emulators.auth0.liquid.characters import BLANK_RUN, WORD_RUN
from tenant_email_local.emulators.auth0.liquid.drops import LITERALS
from tenant_email_local.emulators.auth0.liquid.errors import LiquidError
from tenant_email_local.emulators.auth0.liquid.expressions import (
    Access,
    Expression,
    FilterCall,
    Filtered,
    Literal,
    Node,
    Operator,
    Range,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

_NUMBER: Final = re.compile(r"[+-]?[0-9]+(?:\.(?!\.)[0-9]*)?")
_SECOND_POINT: Final = re.compile(r"\.(?!\.)")
_OPERATORS: Final = re.compile(r"==|!=|>=|<=|>|<|contains|not|and|or")
_LITERAL: Final = re.compile("|".join(LITERALS))
_QUOTED: Final = {mark: re.compile(rf"{mark}(?:\\[\s\S]|[^{mark}\\])*(?:{mark}|\\?\Z)?") for mark in "\"'"}
_ESCAPE: Final = re.compile(r"\\(?:u([0-9a-fA-F]{0,4})|([0-7]{1,3})|([\s\S]))")
_ESCAPED: Final = {"b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "v": "\x0b"}
_SHOWN_IN_ERRORS: Final = 32


@dataclass(frozen=True)
class Word:
    """A name as it is written, and where."""

    text: str
    at: int


def excerpt(text: str) -> str:
    """Returns the start of a text as errors show it."""
    short = text if len(text) <= _SHOWN_IN_ERRORS else text[: _SHOWN_IN_ERRORS - 3] + "..."
    return json.dumps(short, ensure_ascii=False)


class Reader:
    """Reads a part of a text, from `at` to `end`."""

    def __init__(self, text: str, at: int = 0, end: int | None = None) -> None:
        self.text = text
        self.at = at
        self.end = len(text) if end is None else end

    def error(self, words: str, at: int | None = None) -> LiquidError:
        """Returns what reading fails with."""
        return LiquidError(words, self.text, self.at if at is None else at)

    def rest(self) -> str:
        """Returns what is still to be read as errors show it."""
        return excerpt(self.text[self.at : self.end])

    @property
    def is_done(self) -> bool:
        """Whether all is read."""
        return self.at >= self.end

    def peek(self, ahead: int = 0) -> str:
        """Returns a character that is still to be read, or nothing."""
        at = self.at + ahead
        return self.text[at] if at < self.end else ""

    def skip_blanks(self) -> None:
        """Goes on to what is no blank."""
        match = BLANK_RUN.match(self.text, self.at, self.end)
        if match and match[0]:
            self.at = match.end()

    def take(self, mark: str) -> bool:
        """Reads a character if it is the next one, after blanks."""
        self.skip_blanks()
        if self.peek() != mark:
            return False
        self.at += 1
        return True

    def skip_past(self, mark: str) -> bool:
        """Goes on behind a mark; to the end, and False, when there is none."""
        found = self.text.find(mark, self.at, self.end)
        self.at = self.end if found < 0 else found + len(mark)
        return found >= 0

    def word(self) -> Word:
        """Reads a name, perhaps an empty one."""
        self.skip_blanks()
        start = self.at
        match = WORD_RUN.match(self.text, start, self.end)
        if match and match[0]:
            self.at = match.end()
        return Word(self.text[start : self.at], start)

    def filtered(self) -> Filtered:
        """Reads an expression with filters."""
        start = self.at
        expression = Expression(list(self._expression()))
        if not expression.postfix:
            raise self.error(f"invalid value expression: {self.rest()}")
        filters = tuple(self._filters())
        return Filtered(expression, filters, self.text[start : self.at])

    def value(self) -> Node | None:
        """Reads one value, without operators and filters; None when there is none."""
        self.skip_blanks()
        start = self.at
        root: Node | None = self._literal() or self.quoted() or self._number()
        if root is None and self.peek() == "(":
            root = self._range()
        steps = self._steps(is_root=root is None)
        return Access(root, tuple(steps), self.text[start : self.at]) if steps else root

    def needed_value(self) -> Node:
        """Reads one value that must be there."""
        value = self.value()
        if value is None:
            raise self.error(f"unexpected token {self.rest()}, value expected")
        return value

    def scope_value(self) -> Node | None:
        """Reads a path as filters for arrays take it: names alone."""
        self.skip_blanks()
        start = self.at
        steps = self._steps(is_root=True)
        return Access(None, tuple(steps), self.text[start : self.at]) if steps else None

    def quoted(self) -> Literal | None:
        """Reads a text in quotes; one without an end ends with the part, and loses its last character."""
        self.skip_blanks()
        pattern = _QUOTED.get(self.peek())
        match = pattern.match(self.text, self.at, self.end) if pattern else None
        if not match:
            return None
        self.at = match.end()
        return Literal(_content(match[0]), match[0], is_quoted=True)

    def options(self) -> dict[str, Node | None]:
        """Reads names with values (`limit: 3`); None for a name alone."""
        options: dict[str, Node | None] = {}
        while True:
            self.take(",")
            name = self.word().text
            if not name:
                return options
            options[name] = self.value() if self.take(":") else None

    def _expression(self) -> Iterator[Operator | Node]:
        while not self.is_done:
            token = self._operator() or self.value()
            if token is None:
                return
            yield token

    def _operator(self) -> Operator | None:
        self.skip_blanks()
        match = self._known(_OPERATORS)
        return Operator(match) if match else None

    def _literal(self) -> Literal | None:
        self.skip_blanks()
        match = self._known(_LITERAL)
        return Literal(LITERALS[match], match) if match else None

    def _known(self, pattern: re.Pattern[str]) -> str:
        """Reads one of several words that no name goes on from."""
        match = pattern.match(self.text, self.at, self.end)
        if not match or (match[0][-1].isalpha() and WORD_RUN.match(self.text, match.end(), self.end)[0]):  # type: ignore[index]
            return ""
        self.at = match.end()
        return match[0]

    def _number(self) -> Literal | None:
        self.skip_blanks()
        match = _NUMBER.match(self.text, self.at, self.end)
        if not match:
            return None
        after = match.end()
        goes_on = WORD_RUN.match(self.text, after, self.end)
        if ("." in match[0] and _SECOND_POINT.match(self.text, after, self.end)) or (goes_on and goes_on[0]):
            return None
        self.at = after
        return Literal(float(match[0]), match[0])

    def _range(self) -> Range:
        start = self.at
        self.at += 1
        low = self.needed_value()
        self.skip_blanks()
        if self.peek() != "." or self.peek(1) != ".":
            raise self.error("invalid range syntax")
        self.at += 2
        high = self.needed_value()
        self.skip_blanks()
        self.at += 1
        if self.text[self.at - 1 : self.at] != ")":
            raise self.error("invalid range syntax")
        return Range(low, high, self.text[start : self.at])

    def _steps(self, *, is_root: bool) -> list[Node]:
        steps: list[Node] = []
        while True:
            if self.peek() == "[":
                self.at += 1
                step = self.value() or Literal("", "")
                if not self.skip_past("]"):
                    raise self.error("[ not closed")
                steps.append(step)
                continue
            if is_root and not steps and (name := self.word().text):
                steps.append(Literal(name, name))
                continue
            if self.peek() != "." or self.peek(1) == ".":
                return steps
            self.at += 1
            if not (name := self.word().text):
                return steps
            steps.append(Literal(name, name))

    def _filters(self) -> Iterator[FilterCall]:
        while True:
            self.skip_blanks()
            if self.is_done or self.peek() in {")", ","}:
                return
            self.at += 1
            if self.text[self.at - 1] != "|":
                raise self.error('expected "|" before filter')
            name = self.word()
            if not name.text:
                if not self.is_done:
                    raise self.error("expected filter name")
                return
            self.skip_blanks()
            if self.peek() == ":":
                yield FilterCall(name.text, tuple(self._arguments()))
            elif self.peek() in {"|", ")", ",", ""}:
                yield FilterCall(name.text, ())
            else:
                raise self.error('expected ":" after filter name')

    def _arguments(self) -> Iterator[Node | tuple[str, Node | None]]:
        while True:
            self.at += 1
            value = self.value()
            if value is not None:
                yield (value.text, self.value()) if self.take(":") else value
            self.skip_blanks()
            if self.peek() not in {"", ",", "|", ")"}:
                raise self.error(f"unexpected character {self.rest()}")
            if self.peek() != ",":
                return


def _content(quoted: str) -> str:
    """Returns what a text in quotes says; the last character is taken for the quote."""
    parts: list[str] = []
    at = 1
    while at < len(quoted) - 1:
        escape = _ESCAPE.match(quoted, at)
        parts.append(_unescaped(escape) if escape else quoted[at])
        at = escape.end() if escape else at + 1
    return "".join(parts)


def _unescaped(match: re.Match[str]) -> str:
    hexadecimal, octal, other = match.groups()
    if hexadecimal is not None:
        return chr(int(hexadecimal or "0", 16))
    return chr(int(octal, 8)) if octal else _ESCAPED.get(other, other)
