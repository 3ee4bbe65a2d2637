"""Reads the expressions between braces as LiquidJS does, character by character."""

from __future__ import annotations

import re
from typing import Final

from tenant_email.checks.liquid.javascript import Special
from tenant_email.checks.liquid.nodes import Expression, Filter, Filtered, Literal, Operator, Path, Range
from tenant_email.checks.liquid_words import LiquidError

BLANK: Final = (
    "\t\n\v\f\r \u00a0\u1680\u180e\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u2028\u2029"
    "\u202f\u205f\u3000"
)
_BLANKS: Final = re.compile(f"[{BLANK}]*")
_WORD_CHARACTER: Final = re.compile(rf"[A-Za-z0-9_?-]|[^\x00-\x7f{BLANK}\u201c\u201d]")
_WORD: Final = re.compile(rf"(?:{_WORD_CHARACTER.pattern})*")
_NUMBER: Final = re.compile(r"[+-]?[0-9]+(?:\.(?!\.)[0-9]*)?")
_LITERALS: Final = {
    "true": True,
    "false": False,
    "nil": Special.NIL,
    "null": Special.NIL,
    "empty": Special.EMPTY,
    "blank": Special.BLANK,
}
_OPERATORS: Final = ("==", "!=", ">=", "<=", ">", "<", "contains", "not", "and", "or")
_OPERATOR: Final = re.compile("|".join(_OPERATORS))
_LITERAL: Final = re.compile("|".join(_LITERALS))
WORDS_OF_THE_LANGUAGE: Final = frozenset({*_OPERATORS, *_LITERALS})
_PRECEDENCE: Final = {"not": 1, "and": 0, "or": 0}  # all others 2
_ESCAPED: Final = {"b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "v": "\v"}
_ESCAPE: Final = re.compile(r"\\(?:u([0-9a-fA-F]{0,4})|([0-7]{1,3})|(.))", re.DOTALL)
_DEEPEST: Final = 40  # parentheses or brackets in each other


class Reader:
    """A part of a text, from `at` up to `end`."""

    def __init__(self, text: str, at: int, end: int) -> None:
        self.text, self.at, self.end, self._depth = text, at, end, 0

    def error(self, what: str, at: int | None = None) -> LiquidError:
        """Returns what to raise for this place."""
        return LiquidError(self.at if at is None else at, what)

    def peek(self, ahead: int = 0) -> str:
        """Returns a character, or an empty text behind the end."""
        return self.text[self.at + ahead] if self.at + ahead < self.end else ""

    def done(self) -> bool:
        """Returns whether all is read."""
        return self.at >= self.end

    def skip_blanks(self) -> None:
        """Goes on to what is not blank."""
        self.at = max(self.at, self._match(_BLANKS))

    def word(self) -> str:
        """Reads a name, which may be empty."""
        self.skip_blanks()
        begin = self.at
        self.at = max(begin, self._match(_WORD))
        return self.text[begin : self.at]

    def past(self, what: str) -> bool:
        """Goes past the next occurrence of a text, or to the end."""
        found = self.text.find(what, max(self.at + 1 - len(what), 0), self.end)
        self.at = self.end if found < 0 else found + len(what)
        return found >= 0

    def filtered(self) -> Filtered:
        """Reads an expression with its filters."""
        begin = self.at
        postfix = tuple(self._postfix())
        if not postfix:
            raise self.error("missing expression")
        filters = tuple(self._filters())
        return Filtered(postfix, filters, begin, self.text[begin : self.at])

    def value(self) -> Expression | None:
        """Reads a literal, a range or a variable, if there is one."""
        self.skip_blanks()
        begin = self.at
        root = self._literal() or self.quoted() or self._number() or self._range()
        segments = self._segments(begins=root is None)
        if not segments:
            return root
        return Path(root, tuple(segments), begin, self.text[begin : self.at])

    def path(self) -> Path | None:
        """Reads a path of names alone, as filters of lists take it, if there is one."""
        self.skip_blanks()
        begin = self.at
        segments = self._segments(begins=True)
        return Path(None, tuple(segments), begin, self.text[begin : self.at]) if segments else None

    def needed(self) -> Expression:
        """Reads a value that has to be there."""
        value = self.value()
        if value is None:
            raise self.error("expected a value")
        return value

    def quoted(self) -> Literal | None:
        """Reads a text in quotes, if there is one; one without an end goes on to the end."""
        self.skip_blanks()
        begin, quote = self.at, self.peek()
        if not quote or quote not in "'\"":
            return None
        self.at = end_of_quoted(self.text, begin, self.end)
        return Literal(unescape(self.text[begin : self.at]), begin, self.text[begin : self.at])

    def parameters(self) -> dict[str, Expression | None]:
        """Reads `limit: 2, reversed` and the like, up to what is none."""
        found: dict[str, Expression | None] = {}
        while True:
            self.skip_blanks()
            self.at += self.peek() == ","
            name = self.word()
            if not name:
                return found
            self.skip_blanks()
            found[name] = None
            if self.peek() == ":":
                self.at += 1
                found[name] = self.value()

    def _match(self, pattern: re.Pattern[str]) -> int:
        found = pattern.match(self.text, self.at, max(self.end, self.at))
        return found.end() if found else -1

    def _keyword(self, pattern: re.Pattern[str]) -> int:
        """Returns where a keyword ends; -1 where there is none, or only the beginning of a longer word."""
        end = self._match(pattern)
        return -1 if end < 0 or (self.text[end - 1].isalpha() and self._is_word(end)) else end

    def _is_word(self, at: int) -> bool:
        """Returns whether a character is one of a name."""
        return at < self.end and bool(_WORD_CHARACTER.match(self.text, at))

    def _postfix(self) -> list[Expression | Operator]:
        found: list[Expression | Operator] = []
        waiting: list[str] = []
        while not self.done():
            if name := self._operator():
                while waiting and _PRECEDENCE.get(waiting[-1], 2) > _PRECEDENCE.get(name, 2):
                    found.append(Operator(waiting.pop()))
                waiting.append(name)
            elif (operand := self.value()) is not None:
                found.append(operand)
            else:
                break
        return [*found, *map(Operator, reversed(waiting))]

    def _operator(self) -> str:
        self.skip_blanks()
        begin, end = self.at, self._keyword(_OPERATOR)
        self.at = max(begin, end)
        return self.text[begin : self.at]

    def _filters(self) -> list[Filter]:
        found = list[Filter]()
        while (each := self._filter()) is not None:
            found.append(each)
        return found

    def _filter(self) -> Filter | None:
        self.skip_blanks()
        if self.done() or self.peek() in "),":
            return None
        if self.peek() != "|":
            raise self.error("expected end of expression")
        self.at += 1
        self.skip_blanks()
        begin = self.at
        name = self.word()
        if not name:
            if not self.done():
                raise self.error("expected the name of a filter")
            return None
        self.skip_blanks()
        arguments = list[tuple[str | None, Expression | None]]()
        if self.peek() == ":":
            self._arguments(arguments)
        elif not self.done() and self.peek() not in "|),":
            raise self.error("expected ':' after the name of a filter")
        return Filter(name, tuple(arguments), begin)

    def _arguments(self, into: list[tuple[str | None, Expression | None]]) -> None:
        while True:
            self.at += 1
            if (key := self.value()) is not None:
                self.skip_blanks()
                if self.peek() == ":":
                    self.at += 1
                    into.append((key.source, self.value()))
                else:
                    into.append((None, key))
            self.skip_blanks()
            if not self.done() and self.peek() not in ",|)":
                raise self.error("unexpected character")
            if self.peek() != ",":
                return

    def _literal(self) -> Literal | None:
        begin, end = self.at, self._keyword(_LITERAL)
        if end < 0:
            return None
        self.at = end
        name = self.text[begin:end]
        return Literal(_LITERALS[name], begin, name)

    def _number(self) -> Literal | None:
        begin, end = self.at, self._match(_NUMBER)
        if end < 0 or (self.text[end : end + 1] == "." and self.text[end : end + 2] != ".." and end < self.end):
            return None
        if self._is_word(end):
            return None
        self.at = end
        return Literal(float(self.text[begin:end]), begin, self.text[begin:end])

    def _range(self) -> Range | None:
        begin = self.at
        if self.peek() != "(":
            return None
        self.at += 1
        self._depth += 1
        if self._depth > _DEEPEST:
            raise self.error("disallowed parentheses in each other")
        low = self.needed()
        self.skip_blanks()
        if self.text[self.at : min(self.at + 2, self.end)] != "..":
            raise self.error("disallowed parentheses; they are for a range such as (1..3)", begin)
        self.at += 2
        high = self.needed()
        self.skip_blanks()
        if self.peek() != ")":
            raise self.error("expected ')'")
        self.at += 1
        self._depth -= 1
        return Range(low, high, begin, self.text[begin : self.at])

    def _segments(self, *, begins: bool) -> list[Expression]:
        found = list[Expression]()
        while True:
            if self.peek() == "[":
                self.at, begins = self.at + 1, False
                found.append(self._bracketed())
            elif begins:
                name = self.word()
                if not name and (self.peek() != "." or self.peek(1) == "."):
                    return found
                begins = False
                if name:
                    found.append(Literal(name, self.at - len(name), name))
            elif self.peek() == "." and self.peek(1) != ".":
                self.at += 1
                name = self.word()
                if not name:
                    return found
                found.append(Literal(name, self.at - len(name), name))
            else:
                return found

    def _bracketed(self) -> Expression:
        self._depth += 1
        if self._depth > _DEEPEST:
            raise self.error(f"more than {_DEEPEST} brackets in each other")
        value = self.value()
        if not self.past("]"):
            raise self.error("expected ']'")
        self._depth -= 1
        return Literal("", self.at, "") if value is None else value


def end_of_quoted(text: str, begin: int, end: int) -> int:
    """Returns where a text in quotes ends: behind its quote, or at the end."""
    quote, at = text[begin], begin + 1
    while at < end:
        at += 1
        if text[at - 1] == quote:
            return at
        if text[at - 1] == "\\":
            at += 1
    return end


def unescape(quoted: str) -> str:
    """Returns what stands in quotes; JavaScript's escapes mean what they mean there."""
    inside = quoted[1:-1]
    return _ESCAPE.sub(_unescaped, inside) if "\\" in inside else inside


def _unescaped(found: re.Match[str]) -> str:
    code, octal, other = found.groups()
    if code is not None:
        return chr(int(code or "0", 16))
    return chr(int(octal, 8)) if octal else _ESCAPED.get(other, other)
