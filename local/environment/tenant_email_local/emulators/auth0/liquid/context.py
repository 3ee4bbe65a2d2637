"""What a template finds while it is rendered: variables, what it assigned, and how much it may still do."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, Protocol

from tenant_email_local.emulators.auth0.liquid.errors import LiquidError
from tenant_email_local.emulators.auth0.liquid.values import (
    UNDEFINED,
    Drop,
    Value,
    is_list,
    is_nil,
    is_object,
    to_text,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

MOST_WORK: Final = 1_000_000
"""Steps, elements and characters that a template may cost: LiquidJS has no bound by itself, one machine needs one."""


class Filter(Protocol):
    """What a filter makes of a value and its arguments; it leaves alone those that it does not know."""

    def __call__(self, context: Context, value: Value, /, *given: Value) -> Value:
        """Returns the filtered value."""
        ...


_INDEX: Final = re.compile("0|[1-9][0-9]{0,8}")


@dataclass
class Context:
    """The state of one rendering."""

    environment: Value
    filters: Mapping[str, Filter]
    scopes: list[dict[str, Value]] = field(default_factory=lambda: [{}])
    registers: dict[str, Any] = field(default_factory=dict)
    is_broken: bool = False
    is_continued: bool = False
    spent: list[float] = field(default_factory=lambda: [0])

    def spawn(self, item: Value) -> Context:
        """Returns a context in which an item's own names are the variables."""
        return Context(item, self.filters, spent=self.spent)

    @property
    def is_stopped(self) -> bool:
        """Whether a `break` or `continue` waits for its loop."""
        return self.is_broken or self.is_continued

    def spend(self, work: float) -> None:
        """Counts work; LiquidError when it is too much."""
        self.spent[0] += work
        if self.spent[0] > MOST_WORK:
            raise LiquidError("template render limit exceeded")

    def assign(self, name: str, value: Value) -> None:
        """Sets a variable of the template."""
        self.scopes[0][name] = value

    def find(self, path: list[Value]) -> Value:
        """Returns what a path leads to from the innermost scope that has its first name."""
        name = to_text(path[0])
        for scope in reversed(self.scopes):
            if name in scope:
                return self.follow(scope, path)
        has = own(self.environment, path[0]) is not UNDEFINED
        return self.follow(self.environment if has else {}, path)

    def follow(self, value: Value, path: list[Value]) -> Value:
        """Returns what a path leads to from a value."""
        self.spend(1)
        for step in path:
            value = _read(value, step)
        return value


def work_on(value: Value) -> int:
    """Returns what it costs to go through a value."""
    return len(value) if isinstance(value, str) or is_list(value) else 0


def own(value: Value, name: Value) -> Value:
    """Returns a property of a value's own; UNDEFINED when it has none of the name."""
    if is_object(value):
        return value.get(to_text(name), UNDEFINED)
    if isinstance(value, str) or is_list(value):
        key = to_text(name)
        if key == "length":
            return float(len(value))
        if _INDEX.fullmatch(key) and int(key) < len(value):
            return value[int(key)]
    return UNDEFINED


def _read(value: Value, name: Value) -> Value:
    if is_nil(value):
        return value
    if is_list(value) and isinstance(name, float):
        return element(value, name)
    if isinstance(value, Drop):
        return value.read(to_text(name))
    found = own(value, name)
    if found is not UNDEFINED or name not in ("size", "first", "last"):
        return found
    if name == "size":
        return float(len(value)) if (isinstance(value, str) or is_list(value) or is_object(value)) else UNDEFINED
    return element(value, 0 if name == "first" else -1) if is_list(value) else UNDEFINED


def element(value: Value, index: float) -> Value:
    """Returns an element of an array or a text, counted from the end below 0; UNDEFINED when there is none."""
    at = len(value) + index if index < 0 else index
    if math.isnan(at) or at != math.floor(at) or not 0 <= at < len(value):
        return UNDEFINED
    return value[int(at)]
