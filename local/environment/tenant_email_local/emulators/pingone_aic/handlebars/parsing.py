"""From the text of a template to its parts."""

from __future__ import annotations

import re
from typing import Final

from tenant_email_local.emulators.pingone_aic.handlebars.syntax import (
    Block,
    Call,
    Comment,
    Content,
    Expression,
    HandlebarsError,
    Literal,
    Mustache,
    Part,
    Path,
    Program,
    Strip,
)
from tenant_email_local.emulators.pingone_aic.handlebars.whitespace import strip_white_space

_COMMENT: Final = re.compile(r"\{\{(~)?!(?:--(?:.*?)--(~)?\}\}|.*?(~)?\}\})", re.DOTALL)
_DASHED: Final = re.compile(r"\{\{~?!--")
_OPEN: Final = re.compile(r"\{\{(?P<strip>~)?(?P<kind>\{|&|[#/^>*]|\s*else\b)?")
_EMITTED: Final = re.compile(r"(?s).{2,}?(?=\{\{|\\\{\{|\\\\\{\{|\Z)")
_END: Final = r"(?=[=~}\s/.)|\]]|\Z)"
_TOKEN: Final = re.compile(
    rf"""\s*(?:
        (?P<close>\}}?(?P<strip>~)?\}}\}})
      | (?P<text>"(?:\\"|[^"])*"|'(?:\\'|[^'])*')
      | (?P<number>-?[0-9]+(?:\.[0-9]+)?(?=[~}}\s)\]]))
      | (?P<names>as\s+\|(?P<list>[^|]*)\|)
      | (?P<up>\.\.)(?=[=~}}\s/.)|\]])
      | (?P<dot>\.)(?=[~}}\s/)])
      | (?P<separator>[/.])
      | (?P<data>@)
      | (?P<open>\()
      | (?P<shut>\))
      | (?P<is>=)
      | \[(?P<segment>(?:\\\]|[^\]])*)\]
      | (?P<name>[^\s!"\#%-,./;->@\[-^`{{-~]+{_END})
    )""",
    re.VERBOSE,
)
_WORDS: Final[dict[str, object]] = {"true": True, "false": False, "null": None, "undefined": None}


def parse(text: str) -> Program:
    """Returns the parts of a template; raises HandlebarsError."""
    return strip_white_space(_Parser(text).whole())


class _Parser:
    def __init__(self, text: str) -> None:
        self._text, self._at = text, 0
        self._kind, self._value, self._strip = "", "", False

    def whole(self) -> Program:
        body, ending = self._body()
        if ending:
            raise self._error(f"{ending} without a block")
        return Program(body)

    def _body(self) -> tuple[list[Part], str]:
        """Reads parts until a tag that ends them, whose kind is returned with its opening read: `/`, `else`, `^`."""
        body: list[Part] = []
        while self._at < len(self._text):
            self._content(body)
            if self._at >= len(self._text):
                break
            if comment := self._comment():
                body.append(comment)
                continue
            match = _OPEN.match(self._text, self._at)
            if match is None:
                raise self._error("a tag was expected")
            kind = (match["kind"] or "").strip()
            if kind in ("/", "else") or (kind == "^" and self._is_lone_inverse(match.end())):
                self._at = match.end()
                self._before = match["strip"] is not None
                return body, kind
            self._at, before = match.end(), match["strip"] is not None
            if kind in (">", "*"):
                raise self._error("partials and decorators are not supported")
            if kind in ("#", "^"):
                body.append(self._block(before, inverted=kind == "^"))
            else:
                call, _, after = self._tag(braces=kind == "{")
                body.append(Mustache(call, kind == "", Strip(before, after)))
        return body, ""

    def _is_lone_inverse(self, at: int) -> bool:
        return re.compile(r"\s*~?\}\}").match(self._text, at) is not None

    def _content(self, body: list[Part]) -> None:
        """Reads text up to the next tag; a backslash before a tag makes text of it, two make one backslash."""
        end = self._text.find("{{", self._at)
        text = self._text[self._at : end if end >= 0 else len(self._text)]
        self._at += len(text)
        if end >= 0 and text.endswith("\\\\"):
            text = text[:-1]
        elif end >= 0 and text.endswith("\\"):
            text = text[:-1]
            emitted = _EMITTED.match(self._text, self._at)
            if emitted is None:  # nothing follows the two braces
                raise self._error("an escaped tag was expected")
            self._at = emitted.end()
            if text:
                body.append(Content(text))
            body.append(Content(emitted[0]))
            if self._at < len(self._text):
                self._content(body)
            return
        if text:
            body.append(Content(text))

    def _comment(self) -> Comment | None:
        match = _COMMENT.match(self._text, self._at)
        if match is None:
            return None
        if _DASHED.match(self._text, self._at) and "--" not in match[0][5:]:
            raise self._error("a comment without an end")
        self._at = match.end()
        return Comment(Strip(match[1] is not None, match[2] is not None or match[3] is not None))

    def _block(self, before: bool, *, inverted: bool) -> Block:
        call, names, after = self._tag()
        block = Block(call, None, None, Strip(before, after), Strip(), Strip())
        self._rest(block, names)
        written = self._text[self._at :]
        closed, _, end = self._tag()
        if _name(closed) != _name(call):
            raise self._error(f"{_name(call)} is not closed by {written[:20]!r}")
        self._close(block, Strip(self._before, end))
        if inverted:
            block.program, block.inverse = block.inverse, block.program
        return block

    def _rest(self, block: Block, names: tuple[str, ...]) -> None:
        """Reads a block's programs up to its closing tag; an `else if` is a block in the inverse."""
        body, ending = self._body()
        block.program = Program(body, names)
        if not ending:
            raise self._error(f"{_name(block.call)} is not closed")
        if ending == "/":
            return
        before = self._before
        if ending == "^" or re.compile(r"\s*~?\}\}").match(self._text, self._at):
            self._next()
            block.between = Strip(before, self._strip)
            body, ending = self._body()
            if ending != "/":
                raise self._error(f"{_name(block.call)} is not closed")
            block.inverse = Program(body)
            return
        call, inner_names, after = self._tag()
        block.between = Strip(before, after)
        inner = Block(call, None, None, Strip(before, after), Strip(), Strip())
        block.inverse = Program([inner], chained=True)
        self._rest(inner, inner_names)

    def _close(self, block: Block, closing: Strip) -> None:
        """Gives a chain's last block the closing tag; each other is closed by the `else` of the next."""
        block.closing = closing
        while block.inverse is not None and block.inverse.chained:
            (inner,) = block.inverse.body
            if not isinstance(inner, Block):  # pragma: no cover - a chain is made of blocks
                raise TypeError
            inner.closing = inner.between if inner.inverse is not None else closing
            block = inner

    def _tag(self, *, braces: bool = False) -> tuple[Call, tuple[str, ...], bool]:
        """Reads a name, its arguments and the end of a tag; returns them, the block's names, and whether it strips."""
        self._next()
        name = self._expression()
        arguments, options = self._arguments(), self._options()
        names: tuple[str, ...] = ()
        if self._kind == "names":
            names = tuple(self._value.split())
            self._next()
        if self._kind != "close" or (self._value.replace("~", "") == "}}}") != braces:
            raise self._error("the end of a tag was expected")
        if isinstance(name, Call):
            return name if not arguments and not options else Call(name, arguments, options), names, self._strip
        return Call(name, arguments, options), names, self._strip

    def _arguments(self) -> tuple[Expression, ...]:
        found: list[Expression] = []
        while self._kind not in ("close", "names", "shut", "key"):
            found.append(self._expression())
        return tuple(found)

    def _options(self) -> dict[str, Expression]:
        found: dict[str, Expression] = {}
        while self._kind == "key":
            name = self._value
            self._next()
            found[name] = self._expression()
        return found

    def _expression(self) -> Expression:
        kind, value = self._kind, self._value
        if kind == "open":
            self._next()
            name = self._expression()
            call = Call(name, self._arguments(), self._options())
            if self._kind != "shut":
                raise self._error("`)` was expected")
            self._next()
            return call
        if kind == "text":
            self._next()
            quote = value[0]
            text = value[1:-1].replace(f"\\{quote}", quote)
            return Literal(text, text)
        if kind == "number":
            self._next()
            return Literal(float(value) if "." in value else int(value), value)
        if kind == "name" and value in _WORDS and not self._text.startswith((".", "/"), self._at):
            self._next()
            return Literal(_WORDS[value], value)
        return self._path()

    def _path(self) -> Path:
        is_data = self._kind == "data"
        if is_data:
            self._next()
        parts: list[str] = []
        depth, scoped = 0, False
        while True:
            if self._kind in ("name", "segment"):
                if self._kind == "name" and self._value == "this":
                    if parts:
                        raise self._error("`this` is not the beginning of a path")
                    scoped = True
                else:
                    parts.append(self._value)
            elif self._kind == "up" and not parts:
                depth += 1
            elif self._kind == "dot" and not parts:
                scoped = True
            else:
                raise self._error(f"a name was expected, not {self._value or self._text[self._at : self._at + 10]!r}")
            self._next()
            if not self._is("separator"):
                return Path(tuple(parts), depth, is_data, scoped)
            self._next()

    def _is(self, kind: str) -> bool:
        return self._kind == kind

    def _next(self) -> None:
        """Reads the next token of a tag; a name before `=` is a key."""
        match = _TOKEN.match(self._text, self._at)
        if match is None:
            raise self._error("the tag cannot be read")
        self._at = match.end()
        self._kind = next(
            kind
            for kind in (
                "close",
                "text",
                "number",
                "names",
                "up",
                "dot",
                "separator",
                "data",
                "open",
                "shut",
                "is",
                "segment",
                "name",
            )
            if match[kind] is not None
        )
        self._value = match["list" if self._kind == "names" else self._kind]
        self._strip = match["strip"] is not None
        if self._kind in ("name", "segment") and self._text.startswith("=", self._at):
            self._kind, self._at = "key", self._at + 1

    def _error(self, what: str) -> HandlebarsError:
        line = self._text.count("\n", 0, self._at) + 1
        return HandlebarsError(f"template, line {line}: {what}")


def _name(call: Call) -> str:
    """Returns a tag's first word as it must be repeated at its end."""
    name = call.name
    if isinstance(name, Path):
        return "/".join(("..",) * name.depth + name.parts) or "this"
    return name.text if isinstance(name, Literal) else _name(name)
