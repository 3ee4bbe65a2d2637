"""Filters for numbers. What is no number is 0, and numbers are floating point."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final

from tenant_email_local.emulators.auth0.liquid.values import (
    UNDEFINED,
    Value,
    divided,
    number_or_zero,
    number_text,
    remainder,
    to_number,
)

if TYPE_CHECKING:
    from collections.abc import Callable

_MOST_EXACT: Final = 2**53 - 1


def _whole(number: float, rounded: Callable[[float], int]) -> float:
    return float(rounded(number)) if math.isfinite(number) else number


def _divided_by(value: Value, *given: Value) -> float:
    quotient = divided(number_or_zero(value), _first(given))
    is_whole = len(given) > 1 and number_or_zero(given[1]) != 0
    return _whole(quotient, math.floor) if is_whole else quotient


def _first(given: tuple[Value, ...]) -> float:
    return number_or_zero(given[0]) if given else math.nan


def _modulo(value: Value, *given: Value) -> float:
    divisor = _first(given)
    return remainder(remainder(number_or_zero(value), divisor) + divisor, divisor)


def _round(value: Value, places: Value = UNDEFINED) -> float:
    """Returns a number rounded as it is printed: 1.005 to two places is 1.01."""
    number = number_or_zero(value)
    to = number_or_zero(0.0 if places is UNDEFINED else places)
    scaled = _shifted(abs(number), to)
    if not scaled <= _MOST_EXACT:
        return number
    down = math.floor(scaled)
    rounded = _shifted(float(down if scaled - down < 0.5 else down + 1), -to)  # noqa: PLR2004
    return -rounded if number < 0 else rounded


def _shifted(number: float, places: float) -> float:
    """Returns a number with its point moved."""
    mantissa, _, power = number_text(number).partition("e")
    return to_number(f"{mantissa}e{number_text(float(power or 0) + places)}")


def _at_least(value: Value, *given: Value) -> float:
    return max(map(number_or_zero, (value, *given)))


def _at_most(value: Value, *given: Value) -> float:
    return min(map(number_or_zero, (value, *given)))


def _minus(value: Value, *given: Value) -> float:
    return number_or_zero(value) - _first(given)


def _plus(value: Value, *given: Value) -> float:
    return number_or_zero(value) + _first(given)


def _times(value: Value, *given: Value) -> float:
    return number_or_zero(value) * _first(given)


OF_ONE: Final[dict[str, Callable[[Value], Value]]] = {
    "abs": lambda value: abs(number_or_zero(value)),
    "ceil": lambda value: _whole(number_or_zero(value), math.ceil),
    "floor": lambda value: _whole(number_or_zero(value), math.floor),
    "to_integer": to_number,
}
PLAIN: Final[dict[str, Callable[..., Value]]] = {
    "at_least": _at_least,
    "at_most": _at_most,
    "divided_by": _divided_by,
    "minus": _minus,
    "modulo": _modulo,
    "plus": _plus,
    "round": _round,
    "times": _times,
}
NEEDING_CONTEXT: Final[dict[str, Callable[..., Value]]] = {}
