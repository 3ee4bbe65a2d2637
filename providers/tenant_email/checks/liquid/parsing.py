"""Makes nodes of a text, and refuses what LiquidJS refuses, with the place."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from tenant_email.checks.liquid.markup import Braces, Html, Token, cut, read_braces
from tenant_email.checks.liquid.nodes import (
    Assign,
    Block,
    Capture,
    Case,
    Condition,
    Count,
    Cycle,
    Expression,
    Filtered,
    For,
    Leave,
    Literal,
    Loading,
    Node,
    Output,
    TagUse,
    Text,
)
from tenant_email.checks.liquid_words import LiquidError
from tenant_email.inputs.spelling import nearest

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from tenant_email.checks.liquid.reading import Reader

MOST_NESTED: Final = 100  # blocks in each other
_START: Final = "^"  # no name of a tag: the first part of a block
INNER: Final = frozenset({"else", "elsif", "when"})
_COMMENT_LINE: Final = re.compile(r"\n\s*[^#\s]")
_ENDS: Final = frozenset(
    f"end{name}" for name in ("if", "unless", "case", "for", "tablerow", "capture", "comment", "raw", "block")
)


def parse(text: str, own_tags: frozenset[str] = frozenset()) -> list[Node]:
    """Returns a text's nodes; raises LiquidError. `own_tags` do nothing, whatever stands in them."""
    return _Parser(cut(text), own_tags).nodes()


class _Parser:
    def __init__(self, tokens: list[Token], own_tags: frozenset[str]) -> None:
        self._tokens, self._own_tags = tokens, own_tags
        self._at = self._depth = 0

    def nodes(self) -> list[Node]:
        found = list[Node]()
        while self._at < len(self._tokens):
            found += self._node(self._next())
        return found

    def _next(self) -> Token:
        self._at += 1
        return self._tokens[self._at - 1]

    def _node(self, token: Token) -> list[Node]:
        if isinstance(token, Html):
            return [Text(token.text)] if token.text else []
        if not token.name:
            return [Output(token.reader.filtered(), token.begin)]
        parse = _TAGS.get(token.name)
        if parse is None and token.name not in self._own_tags:
            raise self._unknown(token)
        self._depth += 1
        if self._depth > MOST_NESTED:
            raise LiquidError(token.begin, f"nesting of more than {MOST_NESTED} blocks")
        nodes = parse(self, token) if parse else []
        self._depth -= 1
        return [TagUse(token.name, token.named_at), *nodes]

    def _unknown(self, token: Braces) -> LiquidError:
        at = token.named_at
        if token.name in INNER | _ENDS:
            return LiquidError(at, f"unexpected tag '{token.name}'")
        choices = {*_TAGS, *self._own_tags, *INNER, *_ENDS}
        return LiquidError(at, f"unknown tag '{token.name}'. {nearest(token.name, choices)}".rstrip())

    def _until(self, opening: Braces, name: str, on: Mapping[str, Callable[[Braces], list[Node]]]) -> None:
        """Reads up to the end of a block; `on` begins another part of it, and returns where its nodes go."""
        into = list[Node]()
        if _START in on:
            into = on[_START](opening)
        while self._at < len(self._tokens):
            token = self._next()
            if isinstance(token, Braces) and token.name == f"end{name}":
                if name in {"if", "for"}:
                    _nothing_behind(token)
                return
            if isinstance(token, Braces) and token.name in on:
                into = on[token.name](token)
            else:
                into += self._node(token)
        raise self._open(opening)

    def _open(self, opening: Braces) -> LiquidError:
        return LiquidError(len(opening.reader.text), f"expected tag end{opening.name}, found end of file")

    def _skip(self, opening: Braces) -> list[Token]:
        """Returns the tokens up to the end of a block in which nothing is read."""
        start = self._at
        while self._at < len(self._tokens):
            token = self._next()
            if isinstance(token, Braces) and token.name == f"end{opening.name}":
                return self._tokens[start : self._at - 1]
        raise self._open(opening)

    def condition(self, tag: Braces) -> list[Node]:
        branches = list[tuple[Filtered, bool, list[Node]]]()
        otherwise = list[list[Node]]()
        strict = tag.name == "if"

        def branch(token: Braces) -> list[Node]:
            if otherwise:
                if strict:
                    raise LiquidError(token.begin, "unexpected tag 'elsif' after else")
                return []
            branches.append((_condition(token), strict or token is not tag, []))
            return branches[-1][2]

        def other(token: Braces) -> list[Node]:
            if strict:
                _nothing_behind(token)
                if otherwise:
                    raise LiquidError(token.begin, "unexpected second tag 'else'")
            otherwise.append([])
            return otherwise[-1]

        self._until(tag, tag.name, {_START: branch, "elsif": branch, "else": other})
        return [Condition(branches, otherwise[0] if otherwise else [])]

    def case(self, tag: Braces) -> list[Node]:
        value = _condition(tag)
        branches = list[tuple[list[Expression], list[Node]]]()
        otherwise = list[list[Node]]()

        def when(token: Braces) -> list[Node]:
            if otherwise:
                return otherwise[-1]
            branches.append((_choices(token.reader), []))
            return branches[-1][1]

        def other(_: Braces) -> list[Node]:
            otherwise.append([])
            return otherwise[-1]

        self._until(tag, "case", {"when": when, "else": other})
        return [Case(value, branches, otherwise[0] if otherwise else [])]

    def loop(self, tag: Braces) -> list[Node]:
        reader, body, otherwise = tag.reader, list[Node](), list[Node]()
        variable, word, items = reader.word(), reader.word(), reader.value()
        table = tag.name == "tablerow"
        if word != "in" or items is None or not (variable or table):
            what = "expected in" if word != "in" else "expected what the loop goes through" if variable else "no name"
            raise LiquidError(tag.begin, what)
        parameters = reader.parameters()

        def other(token: Braces) -> list[Node]:
            _nothing_behind(token)
            return otherwise

        self._until(tag, tag.name, {_START: lambda _: body} if table else {_START: lambda _: body, "else": other})
        return [For(variable, items, parameters, body, otherwise, table)]

    def capture(self, tag: Braces) -> list[Node]:
        name = tag.reader.word()
        if not name:
            quoted = tag.reader.quoted()
            if quoted is None:
                raise tag.reader.error("expected a variable's name")
            name = str(quoted.value)
        return [Capture(name, self._body(tag))]

    def block(self, tag: Braces) -> list[Node]:
        return [Block(self._body(tag))]

    def _body(self, tag: Braces) -> list[Node]:
        body = list[Node]()
        self._until(tag, tag.name, {_START: lambda _: body})
        return body

    def comment(self, tag: Braces) -> list[Node]:
        self._skip(tag)
        return []

    def line_comment(self, tag: Braces) -> list[Node]:
        if _COMMENT_LINE.search(tag.rest):
            raise LiquidError(tag.begin, "expected '#' before every line of the comment")
        return []

    def raw(self, tag: Braces) -> list[Node]:
        return [Text("".join(token.text for token in self._skip(tag)))]

    def assign(self, tag: Braces) -> list[Node]:
        reader = tag.reader
        name = reader.word()
        if not name:
            raise reader.error("expected a variable's name")
        reader.skip_blanks()
        if reader.peek() != "=":
            raise reader.error("expected '='")
        reader.at += 1
        return [Assign(name, reader.filtered())]

    def echo(self, tag: Braces) -> list[Node]:
        return [] if tag.reader.done() else [Output(tag.reader.filtered(), tag.begin)]

    def cycle(self, tag: Braces) -> list[Node]:
        reader, candidates = tag.reader, list[Filtered]()
        begin, group = reader.at, reader.value()
        reader.skip_blanks()
        if group is not None and reader.peek() == ":":
            reader.at += 1
        else:
            reader.at, group = begin, None
        while not reader.done():
            candidates.append(reader.filtered())
            reader.past(",")
        if not candidates:
            raise LiquidError(tag.begin, "expected something to cycle through")
        return [Cycle(group, candidates, tag.begin)]

    def count(self, tag: Braces) -> list[Node]:
        return [Count(tag.reader.word(), 1 if tag.name == "increment" else -1)]

    def leave(self, tag: Braces) -> list[Node]:
        return [Leave(tag.name == "break")]

    def load(self, tag: Braces) -> list[Node]:
        reader = tag.reader
        file = reader.value()
        if file is None:
            raise reader.error("expected the name of what is loaded")
        if isinstance(file, Literal) and isinstance(file.value, str) and file.source[:1] in {"'", '"'}:
            _name(file, self._own_tags)
        begin = reader.at
        values = [file]
        if reader.word() in {"with", "for"} and (with_ := reader.value()) is not None:
            values.append(with_)
        else:
            reader.at = begin
        values += [value for value in reader.parameters().values() if value is not None]
        return [Loading(values), *([Block(self.nodes())] if tag.name == "layout" else [])]

    def lines(self, tag: Braces) -> list[Node]:
        reader, tokens = tag.reader, list[Token]()
        while True:
            reader.skip_blanks()
            if reader.done():
                break
            begin = reader.at
            end = reader.text.find("\n", begin, reader.end)
            reader.at = reader.end if end < 0 else end + 1
            tokens.append(read_braces(reader.text, begin, reader.at, is_tag=True, marks=0))
        inner = _Parser(tokens, self._own_tags)
        inner._depth = self._depth
        return [Block(inner.nodes())]


def _name(file: Literal, own_tags: frozenset[str]) -> None:
    """Reads the Liquid in a file's name."""
    try:
        parse(str(file.value), own_tags)
    except LiquidError as error:
        raise LiquidError(file.begin, error.what) from None


def _condition(token: Braces) -> Filtered:
    if token.reader.done():
        raise LiquidError(token.named_at, "missing expression")
    return token.reader.filtered()


def _choices(reader: Reader) -> list[Expression]:
    found = list[Expression]()
    while not reader.done():
        found.append(reader.needed())
        reader.skip_blanks()
        reader.past("," if reader.peek() == "," else "or")
    return found


def _nothing_behind(token: Braces) -> None:
    if token.rest:
        hint = " Did you mean elsif?" if token.name == "else" else ""
        raise LiquidError(token.begin, f"unexpected expression behind the tag '{token.name}'.{hint}")


_TAGS: Final[Mapping[str, Callable[[_Parser, Braces], list[Node]]]] = {
    "if": _Parser.condition,
    "unless": _Parser.condition,
    "case": _Parser.case,
    "for": _Parser.loop,
    "tablerow": _Parser.loop,
    "capture": _Parser.capture,
    "block": _Parser.block,
    "comment": _Parser.comment,
    "#": _Parser.line_comment,
    "raw": _Parser.raw,
    "assign": _Parser.assign,
    "echo": _Parser.echo,
    "cycle": _Parser.cycle,
    "increment": _Parser.count,
    "decrement": _Parser.count,
    "break": _Parser.leave,
    "continue": _Parser.leave,
    "include": _Parser.load,
    "render": _Parser.load,
    "layout": _Parser.load,
    "liquid": _Parser.lines,
}
