"""LiquidJS's filters of numbers, which count in floating point and divide by zero."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final, TypeAlias

from tenant_email.checks.liquid import javascript as js

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

_Function: TypeAlias = "Callable[[js.Value, list[js.Value]], js.Value]"
_LARGEST: Final = 2**53 - 1


def is_true(value: js.Value) -> bool:
    """Returns whether JavaScript takes a value for true."""
    if isinstance(value, js.Special | js.Loop):
        return value is not js.UNDEFINED
    if js.is_number(value):
        return bool(value) and not math.isnan(value)
    return js.is_list(value) or js.is_dict(value) or bool(value)


def ceil_to(number: float, most: int) -> int:
    """Returns how often a count from 0 stays below a number, at most so often."""
    if math.isnan(number) or number <= 0:
        return 0
    return most if number >= most else math.ceil(number)


def _of(function: Callable[[float], float]) -> _Function:
    return lambda value, _: function(js.count_of(value))


def _of_two(function: Callable[[float, float], float]) -> _Function:
    """Without an argument there is no number."""
    return lambda value, rest: function(js.count_of(value), js.count_of(rest[0]) if rest else math.nan)


def _of_many(function: Callable[..., float]) -> _Function:
    return lambda value, rest: function([js.count_of(each) for each in (value, *rest)])


def _whole(function: Callable[[float], int]) -> Callable[[float], float]:
    return lambda number: float(function(number)) if math.isfinite(number) else number


def _divided_by(value: js.Value, rest: list[js.Value]) -> js.Value:
    if not rest:
        return math.nan
    whole = len(rest) > 1 and js.count_of(rest[1]) != 0
    return js.divide(js.count_of(value), js.count_of(rest[0]), whole=whole)


def _modulo(one: float, other: float) -> float:
    if math.isinf(other) and math.isfinite(one):
        return math.nan
    return js.remainder(js.remainder(one, other) + other, other)


def _times(one: float, other: float) -> float:
    return one * other


def _round(value: js.Value, rest: list[js.Value]) -> js.Value:
    number, digits = js.count_of(value), js.count_of(rest[0]) if rest else 0.0
    scaled = _shift(abs(number), digits)
    if not scaled <= _LARGEST:
        return number
    rounded = _shift(float(math.floor(scaled) + (scaled - math.floor(scaled) >= 1 / 2)), -digits)
    return -rounded if number < 0 else rounded


def _shift(number: float, digits: float) -> float:
    """Returns a number with its decimal point moved, in decimal digits as they are printed."""
    mantissa, _, power = js.string_of(number).partition("e")
    return js.parse_number(f"{mantissa}e{js.string_of(int(power or 0) + digits)}")


FILTERS: Final[Mapping[str, _Function]] = {
    "abs": _of(abs),
    "at_least": _of_many(max),
    "at_most": _of_many(min),
    "ceil": _of(_whole(math.ceil)),
    "divided_by": _divided_by,
    "floor": _of(_whole(math.floor)),
    "minus": _of_two(lambda one, other: one - other),
    "modulo": _of_two(_modulo),
    "plus": _of_two(lambda one, other: one + other),
    "round": _round,
    "times": _of_two(_times),
}
