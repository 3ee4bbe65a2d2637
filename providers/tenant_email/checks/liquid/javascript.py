"""JavaScript's values as LiquidJS has them: how they print, compare, count and are looked into."""

from __future__ import annotations

import math
import re
from enum import Enum
from typing import TYPE_CHECKING, Final, TypeAlias, TypeGuard

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

Value: TypeAlias = object
"""A text, number, Boolean, list, dictionary or None as JSON has them, a `Special`, or a `Loop`."""
LONGEST: Final = 5_000_000  # characters of a text, items of a list: more is a template that nobody wrote
WHITESPACE: Final = (
    "\t\n\v\f\r \u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u2028\u2029\u202f"
    "\u205f\u3000\ufeff"
)
_BLANK: Final = re.compile(f"[{WHITESPACE}]*")
_DECIMAL: Final = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?")
_OF_BASE: Final = re.compile(r"0(?:[xX][0-9a-fA-F]+|[oO][0-7]+|[bB][01]+)")
_INFINITE: Final = {"Infinity": math.inf, "+Infinity": math.inf, "-Infinity": -math.inf}
_INDEX: Final = re.compile(r"0|[1-9][0-9]{0,9}")
_DECIMALS: Final = 21  # digits before the point that are printed without an exponent
_LEADING_ZEROS: Final = -6
_COMPARING: Final = frozenset({"gt", "geq", "lt", "leq"})  # methods of the special words, which LiquidJS calls
_BEYOND_PLANE: Final = 0xFFFF


class Special(Enum):
    """What is no value of JSON: the absent, and three words that compare by rules of their own."""

    UNDEFINED = "undefined"
    NIL = "nil"
    EMPTY = "empty"
    BLANK = "blank"


UNDEFINED: Final = Special.UNDEFINED


def argument(arguments: Sequence[Value], index: int, default: Value = UNDEFINED) -> Value:
    """Returns an argument, or its default where it is missing or undefined."""
    value = arguments[index] if index < len(arguments) else UNDEFINED
    return default if value is UNDEFINED else value


class Unrenderable(ValueError):
    """Raised where LiquidJS fails while it renders, or where a text would grow without end.

    `index` is the character of the text, from 0, once a node of it is known to be the reason.
    """

    index = 0


class Loop:
    """`forloop` or `tablerowloop`; `columns` is None for the former."""

    def __init__(self, length: int, name: str, columns: Value = None) -> None:
        self.at, self.length, self.name, self.columns = 0, length, name, columns

    def get(self, key: str) -> Value:
        """Returns a property; to read `next`, a method that LiquidJS calls, is to go on."""
        self.at += key == "next"
        at, length = self.at, self.length
        found: dict[str, Value] = {"i": at, "length": length, "name": self.name, "index": at + 1, "index0": at}
        found |= {"first": at == 0, "last": at == length - 1, "rindex": length - at, "rindex0": length - at - 1}
        if self.columns is not None:
            found |= {"cols": self.columns, "row": self.row(), "col": self.column() + 1, "col0": self.column()}
            found |= {"col_first": self.column() == 0, "col_last": equal(self.column() + 1, self.columns)}
        return found.get(key, UNDEFINED)

    def row(self) -> float:
        """Returns the row, from 1."""
        return divide(self.at, number_of(self.columns), whole=True) + 1

    def column(self) -> float:
        """Returns the column, from 0."""
        return remainder(self.at, number_of(self.columns))

    def own(self) -> dict[str, Value]:
        """Returns what JSON shows of it."""
        shown: dict[str, Value] = {"i": self.at, "length": self.length, "name": self.name}
        return shown if self.columns is None else {**shown, "cols": self.columns}

    def __str__(self) -> str:
        from tenant_email.checks.liquid.json_text import json_text  # noqa: PLC0415 - nobody prints a loop

        return str(json_text(self))


def is_number(value: Value) -> TypeGuard[float]:
    """Returns whether a value is of JavaScript's type number."""
    return isinstance(value, int | float) and not isinstance(value, bool)


def is_list(value: Value) -> TypeGuard[list[Value]]:
    """Returns whether a value is an array."""
    return isinstance(value, list)


def is_dict(value: Value) -> TypeGuard[dict[str, Value]]:
    """Returns whether a value is an object."""
    return isinstance(value, dict)


def is_nil(value: Value) -> bool:
    """Returns whether a value is null or undefined."""
    return value is None or value is UNDEFINED


def plain(value: Value) -> Value:
    """Returns what a special word or a loop stands for."""
    if value is Special.NIL:
        return None
    if value is Special.EMPTY or value is Special.BLANK:
        return ""
    return str(value) if isinstance(value, Loop) else value


def is_false(value: Value) -> bool:
    """Returns whether a condition does not hold: only for false and nothing."""
    value = plain(value)
    return value is False or is_nil(value)


def text_of(value: Value) -> str:
    """Returns a value as an output prints it."""
    value = plain(value)
    if isinstance(value, str):
        return value
    if is_nil(value):
        return ""
    return fuse("".join(text_of(each) for each in value)) if is_list(value) else string_of(value)


def string_of(value: Value) -> str:
    """Returns JavaScript's String(value)."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if is_number(value):
        return _number_text(float(value))
    if is_list(value):
        return fuse(",".join("" if is_nil(each) else string_of(each) for each in value))
    if is_nil(value):
        return "null" if value is None else "undefined"
    return "[object Object]"


def _number_text(number: float) -> str:
    if not math.isfinite(number):
        return "NaN" if math.isnan(number) else "Infinity" if number > 0 else "-Infinity"
    if number == 0:
        return "0"
    mantissa, _, power = repr(abs(number)).partition("e")
    whole, _, fraction = mantissa.partition(".")
    digits = (whole + fraction).lstrip("0")
    point = int(power or 0) + len(whole) - (len(whole + fraction) - len(digits))
    digits = digits.rstrip("0")
    return ("-" if number < 0 else "") + _placed(digits, point)


def _placed(digits: str, point: int) -> str:
    """Returns digits with their decimal point, as ECMAScript's Number::toString lays them out."""
    if len(digits) <= point <= _DECIMALS:
        return digits + "0" * (point - len(digits))
    if 0 < point <= _DECIMALS:
        return f"{digits[:point]}.{digits[point:]}"
    if _LEADING_ZEROS < point <= 0:
        return f"0.{'0' * -point}{digits}"
    fraction = f".{digits[1:]}" if len(digits) > 1 else ""
    return f"{digits[0]}{fraction}e{'+' if point > 0 else '-'}{abs(point - 1)}"


def number_of(value: Value) -> float:
    """Returns JavaScript's Number(value), which may be NaN."""
    value = plain(value)
    if isinstance(value, bool) or is_number(value):
        return _float(value)
    if value is None:
        return 0.0
    if isinstance(value, str) or is_list(value):
        return parse_number(string_of(value))
    return math.nan


def _float(value: float) -> float:
    try:
        return float(value)
    except OverflowError:
        return math.inf if value > 0 else -math.inf


def count_of(value: Value) -> float:
    """Returns a value as a filter of numbers takes it: what is none is 0."""
    number = number_of(value)
    return 0.0 if math.isnan(number) else number


def parse_number(text: str) -> float:
    """Returns JavaScript's Number(text)."""
    text = text.strip(WHITESPACE)
    if _DECIMAL.fullmatch(text):
        return float(text)
    if _OF_BASE.fullmatch(text):
        return _float(int(text, 0))
    return _INFINITE.get(text, math.nan if text else 0.0)


def divide(one: float, other: float, *, whole: bool = False) -> float:
    """Returns a quotient; JavaScript divides by zero."""
    if other == 0 or math.isnan(other):
        if one == 0 or math.isnan(one) or math.isnan(other):
            return math.nan
        return math.copysign(math.inf, one) * math.copysign(1.0, other)
    quotient = one / other
    return float(math.floor(quotient)) if whole and math.isfinite(quotient) else quotient


def remainder(one: float, other: float) -> float:
    """Returns JavaScript's `one % other`."""
    return math.fmod(one, other) if math.isfinite(one) and other else math.nan


def equal(one: Value, other: Value) -> bool:
    """Returns whether two values are the same to `==`, `contains` and `when`."""
    for word, value in ((one, other), (other, one)):
        if word is Special.NIL:
            return is_nil(plain(value))
        if word is Special.EMPTY or word is Special.BLANK:
            return _is_empty(value) or (word is Special.BLANK and _is_blank(value))
    one, other = plain(one), plain(other)
    if is_list(one):
        return is_list(other) and len(one) == len(other) and all(map(equal, one, other))
    if isinstance(one, bool) or isinstance(other, bool) or is_dict(one):
        return one is other
    return one == other if is_number(one) or isinstance(one, str) else one is other


def _is_empty(value: Value) -> bool:
    if isinstance(value, Special | Loop):
        return False
    return (isinstance(value, str) or is_list(value) or is_dict(value)) and not value


def _is_blank(value: Value) -> bool:
    if value is False or is_nil(plain(value)):
        return True
    return isinstance(value, str) and _BLANK.fullmatch(value) is not None


def less(one: Value, other: Value) -> bool | None:
    """Returns whether `one < other`; None where they cannot be compared."""
    if any(isinstance(each, Special) and each is not UNDEFINED for each in (one, other)):
        return None
    one, other = _primitive(one), _primitive(other)
    if isinstance(one, str) and isinstance(other, str):
        return units_key(one) < units_key(other)
    left, right = number_of(one), number_of(other)
    return None if math.isnan(left) or math.isnan(right) else left < right


def _primitive(value: Value) -> Value:
    value = plain(value)
    return string_of(value) if is_list(value) or is_dict(value) else value


def order(one: Value, other: Value) -> int:
    """Returns how two values sort: nothing goes last."""
    if is_nil(one) or is_nil(other):
        return is_nil(one) - is_nil(other)
    return -1 if less(one, other) else int(bool(less(other, one)))


def contains(whole: Value, part: Value) -> bool:
    """Returns what the operator `contains` says: only a text and a list hold something."""
    whole = plain(whole)
    if is_list(whole):
        return any(equal(each, part) for each in whole)
    return isinstance(whole, str) and string_of(plain(part)) in whole


def look_up(value: Value, key: Value) -> Value:
    """Returns a property of a value."""
    key = plain(key)
    name = string_of(key)
    if is_nil(value):
        return value
    if isinstance(value, Loop):
        return value.get(name)
    if isinstance(value, Special):
        return False if name in _COMPARING else UNDEFINED
    if is_list(value):
        return _of_list(value, key)
    if is_dict(value):
        return value[name] if name in value else len(value) if name == "size" else UNDEFINED
    return _of_text(value, name) if isinstance(value, str) else UNDEFINED


def own(value: Value, name: str) -> Value:
    """Returns a property that a value has of its own; `size`, `first` and `last` are none."""
    if is_dict(value):
        return value.get(name, UNDEFINED)
    if name in {"size", "first", "last"}:
        return UNDEFINED
    return look_up(value, name) if isinstance(value, str) or is_list(value) else UNDEFINED


def _of_text(value: str, name: str) -> Value:
    if name in {"size", "length"}:
        return units(value)
    return unit(value, int(name)) if _INDEX.fullmatch(name) else UNDEFINED


def _of_list(value: list[Value], key: Value) -> Value:
    if is_number(key):
        index = key if key >= 0 else key + len(value)
        return value[int(index)] if 0 <= index < len(value) and index == int(index) else UNDEFINED
    name = string_of(key)
    if name in {"size", "length"}:
        return len(value)
    if name in {"first", "last"}:
        return _of_list(value, 0 if name == "first" else -1)
    return _of_list(value, int(name)) if _INDEX.fullmatch(name) else UNDEFINED


def follow(value: Value, path: Iterable[Value]) -> Value:
    """Returns what a path leads to."""
    for key in path:
        value = look_up(value, key)
    return value


def identity(value: Value) -> object:
    """Returns what two values share that are one in a Set."""
    if is_number(value):
        return "number", "NaN" if math.isnan(value) else float(value)
    return ("text", value) if isinstance(value, str) else ("object", id(value))


def items_of(value: Value) -> list[Value]:
    """Returns what a loop goes through: a text is one item, an object its pairs."""
    value = plain(value)
    if is_list(value):
        return value
    if isinstance(value, str):
        return [value] if value else []
    return [[key, each] for key, each in pairs_of(value)] if is_dict(value) else []


def pairs_of(value: dict[str, Value]) -> list[tuple[str, Value]]:
    """Returns an object's pairs in JavaScript's order: those whose keys are numbers first."""
    numbers = sorted((key for key in value if _INDEX.fullmatch(key)), key=int)
    return [(key, value[key]) for key in [*numbers, *(key for key in value if not _INDEX.fullmatch(key))]]


def list_of(value: Value) -> list[Value]:
    """Returns a value as a filter of lists takes it: a text is one item, and so is an object."""
    value = plain(value)
    return [] if is_nil(value) else value if is_list(value) else [value]


def part_of(whole: list[Value], start: Value, end: Value) -> list[Value]:
    """Returns JavaScript's `whole.slice(start, end)`."""
    last = len(whole)
    return whole[_offset(start, last, 0) : _offset(end, last, last)]


def _offset(value: Value, length: int, otherwise: int) -> int:
    if value is UNDEFINED:
        return otherwise
    number = count_of(value)
    if math.isinf(number):
        return length if number > 0 else 0
    index = math.trunc(number)
    return min(index, length) if index >= 0 else max(length + index, 0)


def units(text: str) -> int:
    """Returns the length of a text in UTF-16, where an astral character is two."""
    return len(text) if text.isascii() else len(text) + sum(ord(each) > _BEYOND_PLANE for each in text)


def split_units(text: str) -> list[str]:
    """Returns a text's units of UTF-16; those of an astral character are two halves."""
    return list(text) if text.isascii() else [half for each in text for half in _halves(each)]


def unit(text: str, index: int) -> Value:
    """Returns one unit of UTF-16."""
    found = split_units(text) if not text.isascii() else text
    return found[index] if 0 <= index < len(found) else UNDEFINED


def _halves(character: str) -> tuple[str, ...]:
    code = ord(character) - 0x10000
    return (character,) if code < 0 else (chr(0xD800 + (code >> 10)), chr(0xDC00 + (code & 0x3FF)))


def units_key(text: str) -> bytes:
    """Returns what texts are compared by."""
    return text.encode("utf-16-be", "surrogatepass")


def fuse(text: str) -> str:
    """Returns a text whose halves of astral characters are put together where they meet."""
    if len(text) > LONGEST:
        raise Unrenderable(f"a text grows beyond {LONGEST} characters")
    if text.isascii() or not any("\ud800" <= each <= "\udfff" for each in text):
        return text
    return text.encode("utf-16-be", "surrogatepass").decode("utf-16-be", "surrogatepass")
