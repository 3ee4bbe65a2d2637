"""What an expression is: values, operators, filters; and what each gives in a context."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Protocol, TypeAlias

from tenant_email_local.emulators.auth0.liquid.context import work_on
from tenant_email_local.emulators.auth0.liquid.drops import Comparable, equals
from tenant_email_local.emulators.auth0.liquid.values import (
    UNDEFINED,
    Value,
    is_at_most,
    is_falsy,
    is_less,
    is_list,
    plain,
    to_number,
    to_text,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from tenant_email_local.emulators.auth0.liquid.context import Context


class Node(Protocol):
    """A value in a template; `text` is how it is written."""

    @property
    def text(self) -> str:
        """How it is written."""
        ...

    def evaluate(self, context: Context) -> Value:
        """Returns the value, which may be a Drop."""
        ...


Argument: TypeAlias = "Node | tuple[str, Node | None]"


@dataclass(frozen=True)
class Literal:
    """A number, a text in quotes, a word of the language, or a name within a path."""

    value: Value
    text: str
    is_quoted: bool = False

    def evaluate(self, context: Context) -> Value:
        """Returns the value."""
        return self.value


@dataclass(frozen=True)
class Access:
    """A path: names and indices from the context, or from a value that stands before them."""

    root: Node | None
    steps: tuple[Node, ...]
    text: str

    def evaluate(self, context: Context) -> Value:
        """Returns what is found."""
        path = [plain(step.evaluate(context)) for step in self.steps]
        return context.find(path) if self.root is None else context.follow(self.root.evaluate(context), path)


@dataclass(frozen=True)
class Range:
    """Numbers from one to another: `(1..3)`."""

    low: Node
    high: Node
    text: str

    def evaluate(self, context: Context) -> Value:
        """Returns the numbers, in steps of 1 from the lower, which may have a fraction."""
        low = to_number(self.low.evaluate(context))
        high = to_number(self.high.evaluate(context))
        size = high + 1 - low
        if math.isnan(size) or size <= 0:
            return []
        context.spend(size)
        return [low + step for step in range(math.ceil(size))]


@dataclass(frozen=True)
class Operator:
    """A word or a mark between values."""

    name: str


def _contains(left: Value, right: Value) -> bool:
    left = plain(left)
    if is_list(left):
        return any(equals(each, right) for each in left)
    return isinstance(left, str) and to_text(plain(right)) in left


def _compared(compare: Callable[[Value, Value], bool]) -> Callable[[Value, Value], bool]:
    """Returns it for all but words such as `nil`, which are neither more nor less than anything."""
    return lambda left, right: (
        not isinstance(left, Comparable) and not isinstance(right, Comparable) and compare(left, right)
    )


_BINARY: Final[dict[str, Callable[[Value, Value], bool]]] = {
    "==": equals,
    "!=": lambda left, right: not equals(left, right),
    "<": _compared(is_less),
    ">": _compared(lambda left, right: is_less(right, left)),
    "<=": _compared(is_at_most),
    ">=": _compared(lambda left, right: is_at_most(right, left)),
    "contains": _contains,
    "and": lambda left, right: not is_falsy(left) and not is_falsy(right),
    "or": lambda left, right: not is_falsy(left) or not is_falsy(right),
}
_PRECEDENCE: Final = {"and": 0, "or": 0, "not": 1}
_HIGHEST: Final = 2


class Expression:
    """Values and operators, in the order in which they are worked off. What lacks a value has undefined."""

    def __init__(self, tokens: list[Operator | Node]) -> None:
        self.postfix: list[Operator | Node] = []
        waiting: list[Operator] = []
        for token in tokens:
            if not isinstance(token, Operator):
                self.postfix.append(token)
                continue
            while waiting and _precedence(waiting[-1]) > _precedence(token):
                self.postfix.append(waiting.pop())
            waiting.append(token)
        self.postfix += reversed(waiting)

    def evaluate(self, context: Context) -> Value:
        """Returns the value; the first one, when there are several without an operator."""
        values: list[Value] = []
        for token in self.postfix:
            if not isinstance(token, Operator):
                values.append(token.evaluate(context))
                continue
            right = values.pop() if values else UNDEFINED
            if token.name == "not":
                values.append(is_falsy(right))
                continue
            left = values.pop() if values else UNDEFINED
            context.spend(1 + work_on(left))
            values.append(_BINARY[token.name](left, right))
        return values[0]


def _precedence(operator: Operator) -> int:
    return _PRECEDENCE.get(operator.name, _HIGHEST)


@dataclass(frozen=True)
class FilterCall:
    """A filter with its arguments, of which some have a name."""

    name: str
    arguments: tuple[Argument, ...]

    def apply(self, context: Context, value: Value) -> Value:
        """Returns the filtered value; the value itself from a filter that nobody knows."""
        context.spend(1 + work_on(value))
        given = [_given(argument, context) for argument in self.arguments]
        known = context.filters.get(self.name)
        return known(context, value, *given) if known else value


def _given(argument: Argument, context: Context) -> Value:
    if isinstance(argument, tuple):
        name, value = argument
        return [name, UNDEFINED if value is None else value.evaluate(context)]
    return argument.evaluate(context)


@dataclass(frozen=True)
class Filtered:
    """An expression with filters."""

    expression: Expression
    filters: tuple[FilterCall, ...]
    text: str

    def evaluate(self, context: Context) -> Value:
        """Returns the filtered value."""
        value = self.expression.evaluate(context)
        for each in self.filters:
            value = each.apply(context, value)
        return value
