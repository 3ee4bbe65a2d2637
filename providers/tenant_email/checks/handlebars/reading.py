"""Reads Handlebars as its grammar does (handlebars.l and handlebars.yy of 4.7)."""

from __future__ import annotations

import re
from typing import Final, NamedTuple

from tenant_email.checks.handlebars.nodes import (
    Block,
    Body,
    Call,
    Constant,
    HandlebarsError,
    Name,
    Remark,
    Shown,
    Text,
    Tildes,
    Value,
)
from tenant_email.checks.handlebars.spaces import control

DEEPEST: Final = 100  # blocks, or parentheses, in each other
MOST_TAGS: Final = 10_000
MOST_VALUES: Final = 1000  # in one tag
_OPENING: Final = re.compile(
    r"\{\{(?P<tilde>~)?(?P<kind>\{|&|#>|#\*|#|/|\^(?=\s*~?\}\})|\s*else(?=\s*~?\}\})|\^|\s*else\b|>|\*|!--|!)?"
)
_REMARKS: Final = {
    "!--": re.compile(r"(?s)\{\{~?.*?--(~)?\}\}"),
    "!": re.compile(r"(?s)\{\{~?!.*?(~)?\}\}"),
}
_ESCAPED: Final = re.compile(r"(?s).{2,}?(?=\{\{|\\\{\{|\\\\\{\{|\Z)")
_END: Final = re.compile(r"\s*~?\}\}")
_KEY: Final = re.compile(r"\s*=")
_ENDS: Final = r"(?=[=~}\s/.)|\]])"
_ENDS_CONSTANT: Final = r"(?=[~}\s)\]])"
_TOKEN: Final = re.compile(
    rf"""\s*(?:
    (?P<unescaped>\}}(?P<tilde3>~)?\}}\}}) | (?P<close>(?P<tilde>~)?\}}\}}) | (?P<open>\() | (?P<shut>\)) | (?P<is>=)
    | (?P<up>\.\.) | (?P<dot>\.){_ENDS} | (?P<separator>[/.]) | (?P<text>"(?:\\"|[^"])*"|'(?:\\'|[^'])*') | (?P<data>@)
    | (?P<word>true|false|undefined|null){_ENDS_CONSTANT} | (?P<number>-?[0-9]+(?:\.[0-9]+)?){_ENDS_CONSTANT}
    | (?P<names>as\s+\|[^|]*\|) | (?P<name>[^\s!"\#%-,./;->@\[-^`{{-~]+){_ENDS} | (?P<segment>\[(?:\\\]|[^\]])*\])
    )""",
    re.VERBOSE,
)
_WORDS: Final[dict[str, bool | None]] = {"true": True, "false": False, "undefined": None, "null": None}


class _Token(NamedTuple):
    kind: str
    text: str
    begin: int
    tilde: bool


class _Ending(NamedTuple):
    """A tag that ends a body: `/`, `else` or `else if`."""

    kind: str
    begin: int
    tilde: bool


def parse(text: str) -> Body:
    """Returns the nodes of a text; raises HandlebarsError."""
    reader = _Reader(text)
    body, ending = reader.body(0)
    if ending:
        what = "a closing tag without a block" if ending.kind == "/" else "an else without a block"
        raise HandlebarsError(ending.begin, what, certain=True)
    control(body)
    return body


class _Reader:
    def __init__(self, text: str) -> None:
        self._text, self._at, self._tags = text, 0, 0
        self._token = _Token("", "", 0, False)

    def body(self, depth: int, names: tuple[str, ...] = ()) -> tuple[Body, _Ending | None]:
        """Reads nodes up to the end, or up to a tag that ends them, of which the opening is read."""
        body = Body(names=names)
        while self._content(body):
            begin, opening = self._at, _OPENING.match(self._text, self._at)
            self._count_tag()
            if opening is None:  # it stands at two braces
                raise self._unexpected()
            kind, tilde = (opening["kind"] or "").strip(), opening["tilde"] is not None
            if self._text.startswith("{{{{", begin) or kind in {">", "#>", "*", "#*"}:
                what = "a raw block" if self._text.startswith("{{{{", begin) else "a partial or a decorator"
                raise HandlebarsError(begin, f"{what}, of which a template of the tenant has none")
            if kind in _REMARKS:
                self._remark(body, kind, tilde)
                continue
            self._at = opening.end()
            if kind in {"/", "else"} or (kind == "^" and self._ends_here()):
                return body, _Ending("else" if kind == "^" else kind, begin, tilde)
            if kind in {"#", "^"}:
                body.nodes.append(self._block(begin, tilde, depth, inverted=kind == "^"))
            else:
                call, _, behind = self._tag(begin, unescaped=kind == "{")
                body.nodes.append(Shown(call, kind == "", Tildes(tilde, behind)))
        return body, None

    def _content(self, body: Body) -> bool:
        """Reads text up to the next tag; returns whether there is one. A backslash makes text of a tag."""
        while True:
            found = self._text.find("{{", self._at)
            text = self._text[self._at : found if found >= 0 else len(self._text)]
            self._at += len(text)
            escaped = found >= 0 and text.endswith("\\") and not text.endswith("\\\\")
            if found >= 0 and text.endswith("\\"):
                text = text[:-1]
            if text:
                body.nodes.append(Text(text))
            if not escaped:
                return found >= 0
            self._count_tag()
            if raw := _ESCAPED.match(self._text, self._at):
                body.nodes.append(Text(raw[0]))
                self._at = raw.end()

    def _count_tag(self) -> None:
        self._tags += 1
        if self._tags > MOST_TAGS:
            raise HandlebarsError(self._at, f"more than {MOST_TAGS} tags")

    def _remark(self, body: Body, kind: str, tilde: bool) -> None:
        found = _REMARKS[kind].match(self._text, self._at)
        if found is None:
            raise HandlebarsError(self._at, "a comment without an end", certain=True)
        body.nodes.append(Remark(Tildes(tilde, found[1] is not None)))
        self._at = found.end()

    def _ends_here(self) -> bool:
        return _END.match(self._text, self._at) is not None

    def _block(self, begin: int, tilde: bool, depth: int, *, inverted: bool) -> Block:
        if depth >= DEEPEST:
            raise HandlebarsError(begin, f"more than {DEEPEST} blocks in each other")
        call, names, behind = self._tag(begin)
        block = Block(call, None, None, Tildes(tilde, behind))
        ending = self._bodies(block, names, depth)
        closed, _, last = self._tag(ending.begin)
        if closed.head.source != call.head.source:
            what = f"{_short(call.head.source)} is closed by {_short(closed.head.source)}"
            raise HandlebarsError(ending.begin, what, certain=True)
        block.closing = Tildes(ending.tilde, last)
        if block.otherwise and block.otherwise.chained:
            _inner(block.otherwise).closing = block.closing
        if inverted:
            block.main, block.otherwise = block.otherwise, block.main
        return block

    def _bodies(self, block: Block, names: tuple[str, ...], depth: int) -> _Ending:
        """Reads what a block holds; returns its closing tag, of which the opening is read."""
        block.main, ending = self.body(depth + 1, names)
        if ending is None:
            raise self._unclosed(block)
        if ending.kind == "/":
            return ending
        if self._ends_here():
            self._next()
            block.middle = Tildes(ending.tilde, self._token.tilde)
            block.otherwise, last = self.body(depth + 1)
            if last is None:
                raise self._unclosed(block)
            if last.kind != "/":
                raise HandlebarsError(last.begin, "a second else", certain=True)
            return last
        if depth >= DEEPEST:
            raise HandlebarsError(ending.begin, f"more than {DEEPEST} blocks in each other")
        call, inner_names, behind = self._tag(ending.begin)
        block.middle = Tildes(ending.tilde, behind)
        inner = Block(call, None, None, block.middle)
        block.otherwise = Body([inner], chained=True)
        last = self._bodies(inner, inner_names, depth + 1)
        # As the grammar has it: an `else if` is closed by the next else; the first one by the whole block's end.
        inner.closing = inner.middle
        if inner.otherwise and inner.otherwise.chained:
            _inner(inner.otherwise).closing = inner.middle
        return last

    def _unclosed(self, block: Block) -> HandlebarsError:
        return HandlebarsError(block.call.begin, f"{_short(block.call.head.source)} is not closed", certain=True)

    def _tag(self, begin: int, *, unescaped: bool = False) -> tuple[Call, tuple[str, ...], bool]:
        """Reads a tag behind its opening; returns what it calls, the names of `as |…|`, and its tilde at the end."""
        self._next()
        call, names = self._call(begin, 0, nested=False), tuple[str, ...]()
        if self._token.kind == "names":
            names = tuple(self._token.text.partition("|")[2].rstrip("|").split())
            self._next()
        if self._token.kind != ("unescaped" if unescaped else "close"):
            raise self._unexpected()
        return call, names, self._token.tilde

    def _call(self, begin: int, depth: int, *, nested: bool) -> Call:
        head = self._name_or_constant()
        arguments, options = list[Value](), dict[str, Value]()
        while self._token.kind not in {"close", "unescaped", "names", "shut"}:
            key = self._token.text.strip("[]") if self._is_key() else None
            if key is None:
                if options:
                    raise self._unexpected()
                arguments.append(self._value(depth))
                if len(arguments) > MOST_VALUES:
                    raise HandlebarsError(begin, f"more than {MOST_VALUES} values in a tag")
                continue
            self._next()
            self._next()
            options[key] = self._value(depth)
        return Call(head, tuple(arguments), options, begin, nested)

    def _is_key(self) -> bool:
        return self._token.kind in {"name", "segment"} and _KEY.match(self._text, self._at) is not None

    def _value(self, depth: int) -> Value:
        if self._token.kind != "open":
            return self._name_or_constant()
        if depth >= DEEPEST:
            raise HandlebarsError(self._token.begin, f"more than {DEEPEST} parentheses in each other")
        begin = self._token.begin
        self._next()
        call = self._call(begin, depth + 1, nested=True)
        self._expect("shut")
        return call

    def _name_or_constant(self) -> Name | Constant:
        token = self._token
        if token.kind in {"text", "number", "word"}:
            self._next()
        if token.kind == "text":
            text = token.text[1:-1].replace(f"\\{token.text[0]}", token.text[0])
            return Constant(text, text, token.begin)
        if token.kind == "number":
            return Constant(float(token.text), token.text, token.begin)
        if token.kind == "word":
            return Constant(_WORDS[token.text], token.text, token.begin)
        return self._name()

    def _name(self) -> Name:
        begin, data = self._token.begin, self._token.kind == "data"
        if data:
            self._next()
        parts, source, up, scoped = list[str](), "@" if data else "", 0, False
        while True:
            token = self._token
            if token.kind == "segment":
                parts.append(token.text[1:-1].replace("\\]", "]").replace("\\[", "["))
            elif token.kind == "name" and token.text != "this":
                parts.append(token.text)
            elif token.kind in {"name", "up", "dot"} and not parts:
                up += token.kind == "up"
                scoped = scoped or token.kind != "up"
            else:
                raise self._unexpected()
            source += parts[-1] if token.kind == "segment" else token.text
            self._next()
            if self._token.kind != "separator":
                return Name(tuple(parts), up, data, scoped, source, begin)
            source += self._token.text
            self._next()

    def _next(self) -> None:
        found = _TOKEN.match(self._text, self._at)
        if found is None:
            begin = len(self._text) - len(self._text[self._at :].lstrip())
            ends = "}}" not in self._text[begin:]
            raise HandlebarsError(begin, "a tag without an end" if ends else "this cannot be read", certain=ends)
        kind = found.lastgroup or ""
        kind = "unescaped" if found["unescaped"] else "close" if found["close"] else kind
        tilde = found["tilde"] is not None or found["tilde3"] is not None
        self._token, self._at = _Token(kind, found[kind], found.start(kind), tilde), found.end()

    def _expect(self, kind: str) -> None:
        if self._token.kind != kind:
            raise self._unexpected()
        self._next()

    def _unexpected(self) -> HandlebarsError:
        return HandlebarsError(self._token.begin, f"{_short(self._token.text)} is not expected here")


def _inner(chained: Body) -> Block:
    (block,) = chained.nodes
    if not isinstance(block, Block):  # a chained body is made of a block
        raise TypeError
    return block


def _short(text: str) -> str:
    return repr(text if len(text) <= 40 else f"{text[:40]}…")  # noqa: PLR2004
