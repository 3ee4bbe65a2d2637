"""Renders Handlebars as its own implementation does, with its built-in helpers; no text grows without end."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from itertools import zip_longest
from typing import Final

from tenant_email.checks.handlebars.nodes import Block, Body, Call, Constant, HandlebarsError, Name, Shown, Text, Value
from tenant_email.checks.handlebars.reading import parse
from tenant_email.checks.liquid import javascript as js

STEPS: Final = 50_000  # nodes that are rendered and turns of loops: more is a template that nobody wrote
_ESCAPES: Final = str.maketrans(
    {"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#x27;", "`": "&#x60;", "=": "&#x3D;"}
)


def render(text: str, values: Mapping[str, js.Value]) -> str:
    """Returns what a recipient would see; raises HandlebarsError where the text is broken or fails."""
    root = dict(values)
    shown = _Renderer().body(parse(text), _Frame((root,), {"root": root}))
    return shown.encode("utf-16-be", "surrogatepass").decode("utf-16-be", "replace")


@dataclass(frozen=True, slots=True)
class _Frame:
    """Where names are looked up: the values of the blocks around, the innermost first; `@` names; those of `as |…|`."""

    values: tuple[js.Value, ...]
    data: dict[str, js.Value]
    names: dict[str, js.Value] = field(default_factory=dict[str, js.Value])
    outer: _Frame | None = None

    def into(self, value: js.Value, data: dict[str, js.Value] | None = None) -> _Frame:
        """Returns the frame inside of a block; the same value again is no further step for `..`."""
        here = self.values[0]
        same = value is here or (
            not (js.is_dict(value) or js.is_list(value)) and type(value) is type(here) and value == here
        )
        values = self.values if same else (value, *self.values)
        if data is None:
            return replace(self, values=values)
        return _Frame(values, {**self.data, **data}, self.names, self)


class _Renderer:
    def __init__(self) -> None:
        self._steps = self._written = 0

    def body(self, body: Body | None, frame: _Frame, *given: js.Value) -> str:
        """Renders nodes; `given` are the values of the names that the body asks for."""
        if body is None:
            return ""
        if body.names:
            named = dict(zip_longest(body.names, given[: len(body.names)]))
            frame = replace(frame, names={**frame.names, **named})
        return "".join([self._node(node, frame) for node in body.nodes])

    def _step(self) -> None:
        self._steps += 1
        if self._steps > STEPS:
            raise HandlebarsError(-1, f"more than {STEPS} steps")

    def _node(self, node: object, frame: _Frame) -> str:
        self._step()
        match node:
            case Text(shown=shown):
                self._count(shown, 0)
                return shown
            case Shown(call, escaped):
                shown = _printed(self._value(call, frame))
                shown = shown.translate(_ESCAPES) if escaped else shown
                self._count(shown, call.begin)
                return shown
            case Block():
                return self._block(node, frame)
            case _:
                return ""

    def _count(self, shown: str, begin: int) -> None:
        self._written += len(shown)
        if self._written > js.LONGEST:
            raise HandlebarsError(begin, f"the text grows beyond {js.LONGEST} characters")

    def _value(self, value: Value, frame: _Frame) -> js.Value:
        match value:
            case Constant():
                return value.value
            case Name():
                return _found(value, frame)
            case Call(head, arguments, options):
                name = head.plain
                if name is None or name in frame.names:
                    return self._of_name(value, frame)
                if name in _BLOCK_HELPERS:
                    raise HandlebarsError(value.begin, f"{name} has to be a block: {{{{#{name} …}}}}")
                if name == "log":
                    return None
                if name == "lookup":
                    return self._lookup(value, frame)
                if arguments or options or value.nested:
                    raise HandlebarsError(value.begin, f'Missing helper: "{name[:40]}"')
                return _property(frame.values[0], name)

    def _of_name(self, call: Call, frame: _Frame) -> js.Value:
        if call.arguments or call.options or call.nested:
            raise HandlebarsError(call.begin, f'Missing helper: "{call.head.source[:40]}"')
        return _found(call.head, frame) if isinstance(call.head, Name) else call.head.value

    def _lookup(self, call: Call, frame: _Frame) -> js.Value:
        if len(call.arguments) < 2:  # noqa: PLR2004
            raise HandlebarsError(call.begin, "lookup takes a value and a name")
        whole, key = (self._value(each, frame) for each in call.arguments[:2])
        return _property(whole, js.string_of(key)) if _is_true(whole) else whole

    def _block(self, block: Block, frame: _Frame) -> str:
        call = block.call
        name = call.head.plain
        if name is not None and name not in frame.names and name in _BLOCK_HELPERS:
            if len(call.arguments) != 1:
                raise HandlebarsError(call.begin, f"#{name} takes one value")
            return _BLOCK_HELPERS[name](self, block, self._value(call.arguments[0], frame), frame)
        value = self._value(call, frame)
        if value is True:
            return self.body(block.main, frame)
        if value is False or js.is_nil(value) or value == []:
            return self.body(block.otherwise, frame)
        if js.is_list(value):
            return self.each(block, value, frame)
        return self.body(block.main, frame.into(value))

    def if_(self, block: Block, value: js.Value, frame: _Frame) -> str:
        """Shows the main body where a value holds."""
        holds = self._holds(block.call, value, frame)
        return self.body(block.main if holds else block.otherwise, frame)

    def unless(self, block: Block, value: js.Value, frame: _Frame) -> str:
        """Shows the main body where a value does not hold."""
        holds = self._holds(block.call, value, frame)
        return self.body(block.otherwise if holds else block.main, frame)

    def _holds(self, call: Call, value: js.Value, frame: _Frame) -> bool:
        zero = "includeZero" in call.options and _is_true(self._value(call.options["includeZero"], frame))
        return (zero or _is_true(value)) and not _is_empty(value)

    def with_(self, block: Block, value: js.Value, frame: _Frame) -> str:
        """Goes into a value."""
        if _is_empty(value):
            return self.body(block.otherwise, frame)
        return self.body(block.main, frame.into(value), value)

    def each(self, block: Block, value: js.Value, frame: _Frame) -> str:
        """Goes into each item."""
        pairs = list[tuple[js.Value, js.Value]]()
        if js.is_list(value):
            pairs.extend(enumerate(value))
        elif js.is_dict(value):
            pairs.extend(js.pairs_of(value))
        shown = list[str]()
        for at, (key, item) in enumerate(pairs):
            self._step()  # also where there is nothing to render
            data: dict[str, js.Value] = {"key": key, "index": at, "first": at == 0, "last": at == len(pairs) - 1}
            shown.append(self.body(block.main, frame.into(item, data), item, key))
        return "".join(shown) if pairs else self.body(block.otherwise, frame)


_Helper = Callable[[_Renderer, Block, js.Value, _Frame], str]
_BLOCK_HELPERS: Final[Mapping[str, _Helper]] = {
    "if": _Renderer.if_,
    "unless": _Renderer.unless,
    "with": _Renderer.with_,
    "each": _Renderer.each,
}


def _found(name: Name, frame: _Frame) -> js.Value:
    parts = name.parts
    found: js.Value = None
    if name.data:
        of: _Frame | None = frame
        for _ in range(name.up):
            of = of.outer if of else None
        found = of.data if of else None
    elif parts and not name.up and not name.scoped and parts[0] in frame.names:
        found, parts = frame.names[parts[0]], parts[1:]
    elif name.up < len(frame.values):
        found = frame.values[name.up]
    for part in parts:
        found = _property(found, part)
    return found


def _property(value: js.Value, name: str) -> js.Value:
    """Returns what a value has of its own."""
    found = js.own(value, name)
    return None if found is js.UNDEFINED else found


def _is_true(value: js.Value) -> bool:
    """Returns whether JavaScript takes a value for true: an empty object or list is."""
    return js.is_dict(value) or js.is_list(value) or (bool(value) and value == value)  # noqa: PLR0124 - NaN


def _is_empty(value: js.Value) -> bool:
    return value == [] or (not _is_true(value) and not js.is_number(value))


def _printed(value: js.Value) -> str:
    return "" if js.is_nil(value) else js.string_of(value)
