"""Renders nodes as LiquidJS does; nothing else is loaded, and no text grows without end."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final, TypeVar

from tenant_email.checks.liquid import javascript as js
from tenant_email.checks.liquid import numbers
from tenant_email.checks.liquid.filters import FILTERS
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
    Operator,
    Output,
    Range,
    TagUse,
    Text,
)
from tenant_email.checks.liquid.reading import Reader
from tenant_email.checks.liquid.searching import FILTERS as SEARCHING
from tenant_email.checks.liquid_words import LiquidError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

STEPS: Final = 500_000  # parts of a text that are rendered: more is a template that nobody wrote
_LONG_RANGE: Final = 100_000
_OFFSET: Final = 0.0
_T = TypeVar("_T")


def render(nodes: Iterable[Node], variables: Mapping[str, js.Value]) -> str:
    """Returns what a recipient would see; raises LiquidError."""
    renderer = _Renderer(dict(variables))
    try:
        shown = renderer.capture(nodes)
    except js.Unrenderable as error:
        raise LiquidError(error.index, str(error), rendering=True) from None
    return shown if shown.isascii() else shown.encode("utf-16-be", "surrogatepass").decode("utf-16-be", "replace")


class _Renderer:
    def __init__(self, variables: js.Value) -> None:
        self._variables = variables
        self._scopes: list[dict[str, js.Value]] = [{}]
        self._cycles: dict[str, int] = {}
        self._continued: dict[str, js.Value] = {}
        self._left: Leave | None = None
        self._steps = self._written = 0

    def capture(self, nodes: Iterable[Node]) -> str:
        """Renders into a text of its own."""
        into = list[str]()
        self._all(nodes, into)
        return js.fuse("".join(into))

    def _all(self, nodes: Iterable[Node], into: list[str]) -> None:
        for node in nodes:
            self._spend()
            try:
                _RENDERERS[type(node)](self, node, into)
            except js.Unrenderable as error:
                error.index = error.index or _begin(node)
                raise
            if self._left:
                return

    def _spend(self, steps: int = 1) -> None:
        self._steps += steps
        if self._steps > STEPS:
            raise js.Unrenderable(f"more than {STEPS} steps")

    def _spend_on(self, value: js.Value, times: int = 1) -> None:
        """Counts what goes through a whole list, or through a text, which is a hundred times as quick."""
        size = len(value) if js.is_list(value) else len(value) // 100 if isinstance(value, str) else 0
        self._spend(size * times)

    def _write(self, text: str, into: list[str]) -> None:
        self._written += len(text)
        if self._written > js.LONGEST:
            raise js.Unrenderable(f"a text grows beyond {js.LONGEST} characters")
        into.append(text)

    def show_text(self, node: Text, into: list[str]) -> None:
        """Shows a text."""
        self._write(node.text, into)

    def show_output(self, node: Output, into: list[str]) -> None:
        """Shows an output."""
        if node.value:
            self._write(js.text_of(self._filtered(node.value)), into)

    def show_assign(self, node: Assign, _: list[str]) -> None:
        """Shows nothing, and names a value."""
        self._scopes[0][node.name] = self._filtered(node.value)

    def show_capture(self, node: Capture, _: list[str]) -> None:
        """Shows nothing, and names what is in the block."""
        self._scopes[0][node.name] = self.capture(node.body)

    def show_condition(self, node: Condition, into: list[str]) -> None:
        """Shows the branch that holds."""
        for value, holds, body in node.branches:
            if js.is_false(self._filtered(value)) is not holds:
                self._all(body, into)
                return
        self._all(node.otherwise, into)

    def show_case(self, node: Case, into: list[str]) -> None:
        """Shows every branch that fits."""
        value, hit = js.plain(self._filtered(node.value)), False
        for choices, body in node.branches:
            self._spend_on(value, len(choices))
            if any(js.equal(value, self.evaluate(choice)) for choice in choices):
                hit = True
                self._all(body, into)
        if not hit:
            self._all(node.otherwise, into)

    def show_for(self, node: For, into: list[str]) -> None:
        """Shows a loop, or a table."""
        items = js.items_of(self.evaluate(node.items))
        if node.table:
            self._table(node, items, into)
        elif not items:
            self._all(node.otherwise, into)
        else:
            self._loop(node, items, into)

    def _parameters(self, node: For) -> dict[str, js.Value]:
        return {name: True if value is None else self.evaluate(value) for name, value in node.parameters.items()}

    def _loop(self, node: For, items: list[js.Value], into: list[str]) -> None:
        name = f"{node.variable}-{node.items.source}"
        self._scopes.append({"continue": self._continued.get(name, {})})
        given = self._parameters(node)
        self._scopes.pop()
        offset = given.get("offset", js.UNDEFINED)
        if offset is not js.UNDEFINED:
            items = js.part_of(items, offset, js.UNDEFINED)
        if (limit := given.get("limit", js.UNDEFINED)) is not js.UNDEFINED:
            items = js.part_of(items, 0, limit)
        if given.get("reversed", js.UNDEFINED) is not js.UNDEFINED:
            items = items[::-1]
        self._continued[name] = _added(offset, len(items))
        loop = js.Loop(len(items), name)
        scope: dict[str, js.Value] = {"forloop": loop}
        self._scopes.append(scope)
        for item in items:
            scope[node.variable] = item
            self._spend()
            self._all(node.body, into)
            left, self._left = self._left, None
            if left and left.whole:
                break
            loop.at += 1
        self._scopes.pop()

    def _table(self, node: For, items: list[js.Value], into: list[str]) -> None:
        given = self._parameters(node)
        offset = js.count_of(given.get("offset", _OFFSET))
        limit = given.get("limit", js.UNDEFINED)
        end = offset + (len(items) if limit is js.UNDEFINED else js.number_of(limit))
        items = js.part_of(items, offset, end)
        columns = given.get("cols", js.UNDEFINED)
        columns = columns if numbers.is_true(columns) else len(items)
        loop = js.Loop(len(items), f"{node.variable}-{node.items.source}", columns)
        scope: dict[str, js.Value] = {"tablerowloop": loop}
        self._scopes.append(scope)
        for index, item in enumerate(items):
            scope[node.variable], loop.at = item, index
            self._spend()
            if loop.column() == 0:
                row = js.string_of(loop.row())
                self._write(f'{"</tr>" if loop.row() != 1 else ""}<tr class="row{row}">', into)
            self._write(f'<td class="col{js.string_of(loop.column() + 1)}">', into)
            self._all(node.body, into)
            self._write("</td>", into)
        self._write("</tr>" if items else "", into)
        self._scopes.pop()

    def show_cycle(self, node: Cycle, into: list[str]) -> None:
        """Shows the next candidate."""
        group = js.string_of(self.evaluate(node.group)) if node.group else "undefined"
        name = f"cycle:{group}:{','.join(each.source for each in node.candidates)}"
        at = self._cycles.get(name, 0)
        self._cycles[name] = (at + 1) % len(node.candidates)
        value = js.plain(self._filtered(node.candidates[at]))
        self._write(js.text_of(value) if numbers.is_true(value) else "", into)

    def show_count(self, node: Count, into: list[str]) -> None:
        """Shows a number, and counts."""
        value = js.own(self._variables, node.name)
        number = float(value) if js.is_number(value) else 0.0
        if js.is_dict(self._variables):
            self._variables[node.name] = number + node.step
        self._write(js.string_of(number if node.step > 0 else number - 1), into)

    def show_leave(self, node: Leave, _: list[str]) -> None:
        """Shows nothing, and leaves the loop or its turn."""
        self._left = node

    def show_block(self, node: Block, into: list[str]) -> None:
        """Shows what is in it."""
        self._all(node.body, into)

    def show_nothing(self, *_: object) -> None:
        """Renders what is not there."""

    def _filtered(self, filtered: Filtered) -> js.Value:
        value = self._postfix(filtered.postfix)
        for each in filtered.filters:
            arguments = list[js.Value]()
            for name, argument in each.arguments:
                given = js.UNDEFINED if argument is None else self.evaluate(argument)
                arguments.append(given if name is None else [name, given])
            self._spend_on(value)
            if each.name in FILTERS:
                value = FILTERS[each.name](value, arguments)
            elif each.name in SEARCHING:
                value = SEARCHING[each.name](self, value, arguments)
        return value

    def _postfix(self, postfix: tuple[Expression | Operator, ...]) -> js.Value:
        if len(postfix) == 1 and not isinstance(postfix[0], Operator):
            return self.evaluate(postfix[0])
        operands = list[js.Value]()
        for each in postfix:
            if not isinstance(each, Operator):
                operands.append(self.evaluate(each))
                continue
            right = operands.pop() if operands else js.UNDEFINED
            if each.name == "not":
                operands.append(js.is_false(right))
            else:
                left = operands.pop() if operands else js.UNDEFINED
                self._spend_on(left)
                operands.append(_OPERATORS[each.name](left, right))
        return operands[0]

    def evaluate(self, expression: Expression) -> js.Value:
        """Returns the value of an expression."""
        if isinstance(expression, Literal):
            return expression.value
        if isinstance(expression, Range):
            return self._range(expression)
        keys = [js.plain(self.evaluate(each)) for each in expression.segments]
        root = expression.root
        return js.follow(self._scope(keys[0]) if root is None else self.evaluate(root), keys)

    def _scope(self, key: js.Value) -> js.Value:
        """Returns what has a name: a scope, the variables, or else an empty object."""
        name = js.string_of(key)
        scope = next((scope for scope in reversed(self._scopes) if name in scope), None)
        if scope is None:
            return self._variables if js.own(self._variables, name) is not js.UNDEFINED else {}
        return scope

    def by_property(self, items: list[js.Value], path: str) -> Iterator[js.Value]:
        """Returns what a path leads to from each item, whose own names are then the variables."""
        found = self._read(path, Reader.path)
        for item in items:
            self._spend()
            yield js.UNDEFINED if found is None else _Renderer(item).evaluate(found)

    def by_expression(self, items: list[js.Value], name: str, expression: str) -> Iterator[js.Value]:
        """Returns what an expression says of each item, which has a name in it."""
        filtered = self._read(expression, Reader.filtered)
        for item in items:
            self._spend()
            self._scopes.append({name: item})
            said = self._filtered(filtered)
            self._scopes.pop()
            yield said

    def _read(self, text: str, how: Callable[[Reader], _T]) -> _T:
        self._spend(len(text) // 10)
        try:
            return how(Reader(text, 0, len(text)))
        except LiquidError as error:
            raise js.Unrenderable(f"a filter's own text: {error.what}") from None

    def _range(self, expression: Range) -> js.Value:
        low, high = (js.number_of(self.evaluate(each)) for each in (expression.low, expression.high))
        if not low < high + 1:
            return []
        if not high - low <= _LONG_RANGE:
            raise js.Unrenderable(f"a range of more than {_LONG_RANGE} numbers")
        count = math.ceil(high + 1 - low)
        self._spend(count)
        return [low + step for step in range(count)]


def _begin(node: Node) -> int:
    """Returns where a node stands, as far as it says."""
    match node:
        case Output(begin=begin) | Cycle(begin=begin):
            return begin
        case Assign(value=value) | Case(value=value):
            return value.begin
        case For(items=items):
            return items.begin
        case Condition(branches=[(value, _, _), *_]):
            return value.begin
        case _:
            return 0


def _added(offset: js.Value, count: int) -> js.Value:
    """Returns where a loop would go on: JavaScript puts a text and a number together as texts."""
    value = js.plain(offset)
    if numbers.is_true(offset) and (isinstance(value, str) or js.is_list(value) or js.is_dict(value)):
        return f"{js.string_of(value)}{count}"
    return js.count_of(value) + count


def _not_less(one: js.Value, other: js.Value) -> bool:
    return js.less(one, other) is False


_OPERATORS: Final[Mapping[str, Callable[[js.Value, js.Value], bool]]] = {
    "==": js.equal,
    "!=": lambda left, right: not js.equal(left, right),
    "<": lambda left, right: bool(js.less(left, right)),
    ">": lambda left, right: bool(js.less(right, left)),
    "<=": lambda left, right: _not_less(right, left),
    ">=": _not_less,
    "contains": js.contains,
    "and": lambda left, right: not js.is_false(left) and not js.is_false(right),
    "or": lambda left, right: not js.is_false(left) or not js.is_false(right),
}
_RENDERERS: Final[Mapping[type, Callable[..., None]]] = {
    Text: _Renderer.show_text,
    Output: _Renderer.show_output,
    Assign: _Renderer.show_assign,
    Capture: _Renderer.show_capture,
    Condition: _Renderer.show_condition,
    Case: _Renderer.show_case,
    For: _Renderer.show_for,
    Cycle: _Renderer.show_cycle,
    Count: _Renderer.show_count,
    Leave: _Renderer.show_leave,
    Block: _Renderer.show_block,
    Loading: _Renderer.show_nothing,
    TagUse: _Renderer.show_nothing,
}
