"""What no platform takes and no state can hold, whatever input it is in; found before anything else reads it.

Pulumi carries inputs as protobuf structs: text is Unicode, a number is a double, and messages nest no deeper than
about thirty objects. What does not fit fails there without a word of where, or is rounded in silence.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping, Sequence
from pathlib import PurePath
from typing import TYPE_CHECKING, Final, NoReturn

from tenant_email.errors import Problem
from tenant_email.inputs.unknowns import UNKNOWN, Unknown

if TYPE_CHECKING:
    from tenant_email.json_types import Json, Props, PropsView

DEEPEST: Final = 30  # objects in each other; protobuf's limit of 100 messages is reached at 33
LARGEST: Final = 2**53 - 1  # a double holds every whole number up to it
LONGEST: Final = 2 * 1024 * 1024  # characters; no platform takes an email of half of it
MOST: Final = 10_000  # values in one resource
_TOO_MANY: Final = (f"holds more than {MOST} values", "Make it smaller.")
_LONGEST_NAME: Final = 200
_WHOLE: Final = (str, bytes, bytearray, memoryview, range)  # sequences that are not lists
_SURROGATE: Final = re.compile("[\ud800-\udfff]")

_REMEDIES: Final[Mapping[type, str]] = {
    bytes: "Pass a string: decode it, as in value.decode().",
    bytearray: "Pass a string: decode it, as in value.decode().",
    set: "Pass a list.",
    frozenset: "Pass a list.",
    PurePath: "Pass a string; for a file's content: path.read_text().",
    type: "Pass an instance: add parentheses with its arguments to the class.",
}

_NONE: Final[Mapping[type, str]] = {}


def drop_unusable(
    values: PropsView, at: str = "", passing: tuple[type, ...] = (), remedies: Mapping[type, str] = _NONE
) -> tuple[Props, list[Problem]]:
    """Returns inputs with `UNKNOWN` in place of what cannot be carried, and a problem for each, under the path `at`.

    Values of the types `passing` are left as they are, but for those of the types in `remedies`, which say what to do
    about types of the caller's. It ends quickly whatever it is given: it looks at `MOST` values at most, and no deeper
    than `DEEPEST`.
    """
    sifter = _Sifter((*passing, type(UNKNOWN)), {**remedies, **_REMEDIES})
    fit: Props = sifter.sift(dict(values), at, 0)
    return fit, sifter.problems


class _Sifter:
    """One walk through the inputs of a resource."""

    def __init__(self, passing: tuple[type, ...], remedies: Mapping[type, str]) -> None:
        self._passing, self._remedies, self._left = (bool, *passing), remedies, MOST
        self._refused = tuple(remedies)
        self._problems: dict[Problem, None] = {}

    @property
    def problems(self) -> list[Problem]:
        """Returns what was refused, once each."""
        return list(self._problems)

    def sift(self, value: Json, at: str, depth: int) -> Json:
        """Returns the value without what cannot be carried."""
        self._left -= 1
        if self._left < 0:
            return self._refuse(at.partition(".")[0], *_TOO_MANY)
        # Texts first, which most values are: a look at an abstract type takes longer than all else here.
        if isinstance(value, str):
            what = unfit_text(value)
        elif value is None or (isinstance(value, self._passing) and not isinstance(value, self._refused)):
            return value
        elif _has_parts(value):
            return self._parts(value, at, depth)
        else:
            what = _unfit_number(value) if isinstance(value, int | float) else _unfit_type(value, self._remedies)
        return self._refuse(at, *what) if what else value

    def _parts(self, value: Json, at: str, depth: int) -> Json:
        if len(value) > MOST:
            return self._refuse(at, *_TOO_MANY)
        if depth > DEEPEST:
            return self._refuse(at, f"is nested deeper than {DEEPEST} objects", "Reduce the nesting.")
        if not isinstance(value, Mapping):
            return [self.sift(item, f"{at}.{number}", depth + 1) for number, item in self._each(enumerate(value))]
        found: Props = {}
        for name, item in self._each(value.items()):
            if not isinstance(name, str):
                self._refuse(at, f"has the key {_short(repr(name))}, which is not a string", "Write keys in quotes.")
            elif what := unfit_text(name) or (
                (f"is {len(name)} characters long", "Shorten it.") if len(name) > _LONGEST_NAME else None
            ):
                self._refuse(at, f"has a key that {what[0]}", what[1])
            else:
                found[name] = self.sift(item, f"{at}.{name}" if at else name, depth + 1)
        return found

    def _each(self, items: Json) -> Json:
        for item in items:
            if self._left < 0:
                return
            yield item

    def _refuse(self, at: str, what: str, remedy: str) -> Unknown:
        self._problems[Problem(at, what, remedy)] = None
        return UNKNOWN


def _has_parts(value: object) -> bool:
    return isinstance(value, Mapping | Sequence) and not isinstance(value, _WHOLE)


def unfit_text(text: str) -> tuple[str, str] | None:
    """Returns fault and remedy of a string that is not valid Unicode, holds NUL or is too long; else None."""
    if len(text) > LONGEST:
        return f"is {len(text)} characters long", (
            f"Use at most {LONGEST}; link to images instead of embedding them in texts."
        )
    if "\0" in text:
        return "holds a NUL character (\\0), which no text of an email can have", "Remove it; is it a binary file?"
    if not text.isascii() and (found := _SURROGATE.search(text)):
        what = f"holds half a character (\\u{ord(found[0]):04x}), which is not valid Unicode"
        return what, "Read the text as UTF-8; write an emoji as itself, not as two \\u escapes."
    return None


def _unfit_number(value: float) -> tuple[str, str] | None:
    if value != value or value in (math.inf, -math.inf):  # noqa: PLR0124 - NaN; isfinite fails at a huge int
        return f"is {value}, which is not a number that can be sent", "Use a finite number, or omit it."
    if not -LARGEST <= value <= LARGEST and value == value // 1:
        what = "is a whole number of more than 53 bits, which Pulumi would round"
        return what, "Use a smaller number, or a string where one is accepted."
    return None


def _unfit_type(value: object, remedies: Mapping[type, str]) -> tuple[str, str]:
    kind = type(value)
    remedy = next((text for base, text in remedies.items() if isinstance(value, base)), "")
    if isinstance(value, type):
        return f"is the class {value.__name__}, not an instance of it", remedy
    if callable(value):
        return f"is the function {_short(getattr(value, '__name__', kind.__name__))}", "Call it, and pass its result."
    article = "an" if kind.__name__[:1].lower() in "aeiou" else "a"
    return f"is {article} {kind.__name__}", remedy or "Pass a string, a number, True or False, a list or a dict."


def _short(text: str) -> str:
    return text if len(text) <= 40 else f"{text[:39]}…"  # noqa: PLR2004 - enough to find it by


def read_json(text: str) -> Json:
    """Parses JSON as the standard has it: without NaN and Infinity, and never deeper than the interpreter goes.

    Raises:
        ValueError: it is not JSON.
    """
    try:
        return json.loads(text, parse_constant=_no_constant, parse_float=_finite)
    except RecursionError:
        raise ValueError("is nested too deeply") from None


def _finite(text: str) -> float:
    return float(text) if math.isfinite(float(text)) else _no_constant(text)


def _no_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not JSON")
