"""JavaScript's values and what it does with them: texts, numbers, comparing.

`undefined` is UNDEFINED, `null` None, a boolean `bool`, a number `float`, a text `str` of UTF-16 units, an array `list`
and an object `dict`, its keys in JavaScript's order. What the language itself brings, `nil` or a loop, is a Drop.
"""

from __future__ import annotations

import math
import re
from typing import Any, Final, TypeAlias, TypeGuard

from tenant_email_local.emulators.auth0.liquid.characters import SPACES, to_units

Value: TypeAlias = Any


class Undefined:
    """The type of UNDEFINED."""

    def __repr__(self) -> str:
        return "undefined"


UNDEFINED: Final = Undefined()


class Drop:
    """A value of the language's own."""

    def read(self, name: str) -> Value:
        """Returns what a template reads of it by name."""
        return UNDEFINED

    def own(self) -> dict[str, Value]:
        """Returns what JSON shows of it."""
        return {}

    def plain(self) -> Value:
        """Returns what filters and tags see of it."""
        raise NotImplementedError


_DECIMAL: Final = re.compile(r"[+-]?(?:Infinity|(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?)")
_WITH_BASE: Final = re.compile(r"0(?:[xX][0-9a-fA-F]+|[oO][0-7]+|[bB][01]+)")
_ARRAY_INDEX: Final = re.compile(r"0|[1-9][0-9]{0,9}")
_EXPONENT_FROM: Final = 21
_EXPONENT_BELOW: Final = -6


def is_list(value: Value) -> TypeGuard[list[Value]]:
    """Returns whether it is an array."""
    return isinstance(value, list)


def is_object(value: Value) -> TypeGuard[dict[str, Value]]:
    """Returns whether it is an object of JSON's."""
    return isinstance(value, dict)


def imported(value: Value) -> Value:
    """Returns a value of JSON as JavaScript's."""
    if is_object(value):
        named = {to_units(name): imported(each) for name, each in value.items()}
        indices = sorted((name for name in named if _ARRAY_INDEX.fullmatch(name)), key=int)
        return {name: named[name] for name in [*indices, *named]}
    if is_list(value):
        return [imported(each) for each in value]
    if isinstance(value, str):
        return to_units(value)
    return value if value is None or isinstance(value, bool) else float(value)


def plain(value: Value) -> Value:
    """Returns a value without what the language brings (LiquidJS: toValue)."""
    return value.plain() if isinstance(value, Drop) else value


def is_nil(value: Value) -> bool:
    """Returns whether it is null or undefined."""
    return value is None or value is UNDEFINED


def is_falsy(value: Value) -> bool:
    """Returns whether Liquid takes it for false: false, null and undefined alone."""
    value = plain(value)
    return value is False or is_nil(value)


def is_js_truthy(value: Value) -> bool:
    """Returns whether JavaScript takes it for true."""
    if isinstance(value, float):
        return value != 0.0 and not math.isnan(value)
    return isinstance(value, Drop) or (not is_falsy(value) and value != "")


def is_number(value: Value) -> bool:
    """Returns whether it is a number."""
    return isinstance(value, float)


def number_text(number: float) -> str:
    """Returns a number as JavaScript prints it."""
    if not math.isfinite(number):
        return "NaN" if math.isnan(number) else "Infinity" if number > 0 else "-Infinity"
    sign = "-" if number < 0 else ""
    mantissa, _, power = repr(abs(number)).partition("e")
    whole, _, fraction = mantissa.partition(".")
    digits = (whole + fraction).lstrip("0")
    point = len(whole) + int(power or 0) - (len(whole + fraction) - len(digits))
    digits = digits.rstrip("0")
    return sign + _placed(digits, point) if digits else "0"


def _placed(digits: str, point: int) -> str:
    """Returns digits with a point, or in powers of ten where JavaScript does."""
    if len(digits) <= point <= _EXPONENT_FROM:
        return digits + "0" * (point - len(digits))
    if 0 < point <= _EXPONENT_FROM:
        return f"{digits[:point]}.{digits[point:]}"
    if _EXPONENT_BELOW < point <= 0:
        return f"0.{'0' * -point}{digits}"
    rest = f".{digits[1:]}" if len(digits) > 1 else ""
    return f"{digits[0]}{rest}e{point - 1:+d}"


def to_text(value: Value) -> str:
    """Returns a value as `String()` does."""
    if isinstance(value, str):
        return value
    if isinstance(value, float):
        return number_text(value)
    if is_list(value):
        return ",".join("" if is_nil(each) else to_text(each) for each in value)
    words = ((None, "null"), (True, "true"), (False, "false"), (UNDEFINED, "undefined"))
    return next((word for known, word in words if value is known), "[object Object]")


def shown(value: Value) -> str:
    """Returns a value as it is written into a mail (LiquidJS: stringify)."""
    value = plain(value)
    if is_nil(value):
        return ""
    if is_list(value):
        return "".join(map(shown, value))
    return to_text(value)


def primitive(value: Value) -> Value:
    """Returns a value as operators of JavaScript see it."""
    value = plain(value)
    return to_text(value) if isinstance(value, (list, dict)) else value


def to_number(value: Value) -> float:
    """Returns a value as `Number()` does."""
    match primitive(value):
        case None:
            return 0.0
        case bool() | float() as number:
            return float(number)
        case str() as text:
            return _number_of(text.strip(SPACES))
        case _:
            return math.nan


def number_or_zero(value: Value) -> float:
    """Returns a value as filters for numbers take it (LiquidJS: toNumber)."""
    number = to_number(value)
    return 0.0 if number == 0 or math.isnan(number) else number


def _number_of(text: str) -> float:
    if not text:
        return 0.0
    if _WITH_BASE.fullmatch(text):
        return float(int(text, 0))
    return float(text) if _DECIMAL.fullmatch(text) else math.nan


def to_integer(value: Value) -> float:
    """Returns a value as a count or an index: without a fraction, 0 for what is no number."""
    number = to_number(value)
    if math.isnan(number):
        return 0.0
    return number if math.isinf(number) else float(math.trunc(number))


def added(left: Value, right: Value) -> Value:
    """Returns what `+` does: texts are joined, all else is added."""
    left, right = primitive(left), primitive(right)
    if isinstance(left, str) or isinstance(right, str):
        return to_text(left) + to_text(right)
    return to_number(left) + to_number(right)


def divided(left: float, right: float) -> float:
    """Returns what `/` does."""
    if right == 0 or math.isnan(right):
        sign = math.copysign(1, left) * math.copysign(1, right)
        return math.nan if left == 0 or math.isnan(left) or math.isnan(right) else sign * math.inf
    return left / right


def remainder(left: float, right: float) -> float:
    """Returns what `%` does: the sign is the left one's."""
    return math.nan if right == 0 or math.isinf(left) else math.fmod(left, right)


def is_less(left: Value, right: Value) -> bool:
    """Returns what `<` does."""
    left, right = primitive(left), primitive(right)
    if isinstance(left, str) and isinstance(right, str):
        return left < right
    return to_number(left) < to_number(right)


def is_at_most(left: Value, right: Value) -> bool:
    """Returns what `<=` does."""
    left, right = primitive(left), primitive(right)
    if isinstance(left, str) and isinstance(right, str):
        return left <= right
    return to_number(left) <= to_number(right)


def is_same(left: Value, right: Value) -> bool:
    """Returns what `===` does."""
    if isinstance(left, (float, str)):
        return type(left) is type(right) and bool(left == right)
    return left is right


def identity(value: Value) -> tuple[str, object]:
    """Returns what two values share that a Set or a Map takes for one."""
    match value:
        case float():
            return "number", "NaN" if math.isnan(value) else value
        case str():
            return "text", value
        case _:
            return "object", id(value)


def sliced(sequence: Value, start: Value, end: Value = UNDEFINED) -> Value:
    """Returns what `slice` does to an array or a text."""
    size = len(sequence)

    def bounded(index: float) -> int:
        return int(max(size + index, 0) if index < 0 else min(index, size))

    first = bounded(to_integer(start))
    last = size if end is UNDEFINED else bounded(to_integer(end))
    return sequence[first : max(last, first)]


def as_list(value: Value) -> list[Value]:
    """Returns an array, a value as the only one of an array, or none (LiquidJS: toArray)."""
    value = plain(value)
    if is_nil(value):
        return []
    return value if is_list(value) else [value]


def entries(value: Value) -> list[Value]:
    """Returns what a loop goes through (LiquidJS: toEnumerable)."""
    value = plain(value)
    if is_list(value):
        return value
    if is_object(value):
        return [[name, each] for name, each in value.items()]
    return [value] if isinstance(value, str) and value else []
