"""Filters for texts. Arguments that are not given are empty."""

from __future__ import annotations

import math
import re
from typing import TYPE_CHECKING, Final

from tenant_email_local.emulators.auth0.liquid import characters
from tenant_email_local.emulators.auth0.liquid.characters import SPACES, code_points
from tenant_email_local.emulators.auth0.liquid.errors import LiquidError
from tenant_email_local.emulators.auth0.liquid.values import (
    UNDEFINED,
    Value,
    as_list,
    is_at_most,
    is_js_truthy,
    is_nil,
    shown,
    sliced,
    to_number,
    to_text,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from tenant_email_local.emulators.auth0.liquid.context import Context

_LINE_END: Final = re.compile(r"\r?\n")
_CJK: Final = "\u4e00-\u9fff\uf900-\ufaff\u3400-\u4dbf\u3040-\u309f\u30a0-\u30ff\uac00-\ud7af"
_CJK_CHARACTER: Final = re.compile(f"[{_CJK}]")
_OTHER_WORD: Final = re.compile(f"[^{_CJK}{SPACES}]+")


def _append(value: Value, *given: Value) -> str:
    return shown(value) + shown(_only("append", given))


def _prepend(value: Value, *given: Value) -> str:
    return shown(_only("prepend", given)) + shown(value)


def _only(name: str, given: tuple[Value, ...]) -> Value:
    if len(given) != 1:
        raise LiquidError(f"{name} expect 2 arguments")
    return given[0]


def _capitalize(value: Value) -> str:
    text = shown(value)
    return characters.upper(text[:1]) + characters.lower(text[1:])


def _lstrip(value: Value, marks: Value = UNDEFINED) -> str:
    return _stripped(shown(value), marks, is_start=True, is_end=False)


def _rstrip(value: Value, marks: Value = UNDEFINED) -> str:
    return _stripped(shown(value), marks, is_start=False, is_end=True)


def _strip(value: Value, marks: Value = UNDEFINED) -> str:
    return _stripped(shown(value), marks, is_start=True, is_end=True)


def _stripped(text: str, marks: Value, *, is_start: bool, is_end: bool) -> str:
    """Returns a text without spaces, or without a set of characters, at its ends."""
    if not is_js_truthy(marks):
        text = text.lstrip(SPACES) if is_start else text
        return text.rstrip(SPACES) if is_end else text
    unwanted = set(code_points(shown(marks)))
    kept = code_points(text)
    start, end = 0, len(kept)
    while is_start and start < end and kept[start] in unwanted:
        start += 1
    while is_end and end > start and kept[end - 1] in unwanted:
        end -= 1
    return "".join(kept[start:end])


def split(text: str, mark: str) -> list[str]:
    """Returns the parts of a text as JavaScript splits it: without a mark its units."""
    return text.split(mark) if mark else list(text)


def _split(value: Value, mark: Value = UNDEFINED) -> list[Value]:
    parts = split(shown(value), shown(mark))
    while parts and not parts[-1]:
        parts.pop()
    return list(parts)


def _replace(context: Context, value: Value, old: Value = UNDEFINED, new: Value = UNDEFINED) -> str:
    parts = split(shown(value), shown(old))
    text = shown(new)
    context.spend(len(parts) * len(text))
    return text.join(parts)


def _replace_first(value: Value, old: Value = UNDEFINED, new: Value = UNDEFINED) -> str:
    return shown(value).replace(shown(old), shown(new), 1)


def _replace_last(value: Value, old: Value = UNDEFINED, new: Value = UNDEFINED) -> str:
    text, before = shown(value), shown(old)
    at = text.rfind(before)
    return text if at < 0 else text[:at] + shown(new) + text[at + len(before) :]


def passed(points: list[str], count: Value) -> int:
    """Returns how many of a text's characters a count goes past."""
    number = to_number(count)
    return 0 if math.isnan(number) else math.ceil(min(max(number, 0), len(points)))


def _truncate(value: Value, length: Value = UNDEFINED, end: Value = UNDEFINED) -> Value:
    length = 50.0 if length is UNDEFINED else length
    ending = "..." if end is UNDEFINED else shown(end)
    text = shown(value)
    points = code_points(text)
    if is_at_most(float(len(text)), length) or passed(points, length) >= len(points):
        return value
    return "".join(points[: passed(points, to_number(length) - len(code_points(ending)))]) + ending


def _truncatewords(value: Value, count: Value = UNDEFINED, end: Value = UNDEFINED) -> str:
    count = 15.0 if count is UNDEFINED else count
    words = characters.SPACE_RUN.split(shown(value).lstrip(SPACES))
    if is_at_most(count, 0.0):
        count = 1.0
    kept = " ".join(sliced(words, 0.0, count))
    is_cut = is_at_most(count, float(len(words)))
    return kept + ("..." if end is UNDEFINED else shown(end)) if is_cut else kept


def _normalize_whitespace(value: Value) -> str:
    return characters.SPACE_RUN.sub(" ", shown(value))


def _number_of_words(value: Value, mode: Value = UNDEFINED) -> float:
    text = shown(value).strip(SPACES)
    if not text:
        return 0.0
    cjk = len(_CJK_CHARACTER.findall(text))
    if mode == "cjk" or (mode == "auto" and cjk):
        return float(cjk + len(_OTHER_WORD.findall(text)))
    return float(len(characters.SPACE_RUN.split(text)))


def _array_to_sentence_string(value: Value, connector: Value = UNDEFINED) -> Value:
    items = as_list(value)
    word = "and" if connector is UNDEFINED else shown(connector)
    if len(items) < 2:  # noqa: PLR2004
        return items[0] if items else ""
    *others, last = items
    start = (
        to_text(others[0]) if len(others) == 1 else ", ".join("" if is_nil(each) else to_text(each) for each in others)
    )
    return f"{start}{',' if len(others) > 1 else ''} {word} {to_text(last)}"


def _remove(value: Value, old: Value = UNDEFINED) -> str:
    return "".join(split(shown(value), shown(old)))


def _remove_first(value: Value, old: Value = UNDEFINED) -> str:
    return shown(value).replace(shown(old), "", 1)


def _remove_last(value: Value, old: Value = UNDEFINED) -> str:
    return _replace_last(value, old, "")


OF_ONE: Final[dict[str, Callable[[Value], Value]]] = {
    "capitalize": _capitalize,
    "upcase": lambda value: characters.upper(shown(value)),
    "downcase": lambda value: characters.lower(shown(value)),
    "strip_newlines": lambda value: _LINE_END.sub("", shown(value)),
    "squish": lambda value: _normalize_whitespace(value).strip(SPACES),
    "normalize_whitespace": _normalize_whitespace,
}
PLAIN: Final[dict[str, Callable[..., Value]]] = {
    "append": _append,
    "prepend": _prepend,
    "strip": _strip,
    "lstrip": _lstrip,
    "rstrip": _rstrip,
    "split": _split,
    "remove": _remove,
    "remove_first": _remove_first,
    "remove_last": _remove_last,
    "replace_first": _replace_first,
    "replace_last": _replace_last,
    "truncate": _truncate,
    "truncatewords": _truncatewords,
    "number_of_words": _number_of_words,
    "array_to_sentence_string": _array_to_sentence_string,
}
NEEDING_CONTEXT: Final[dict[str, Callable[..., Value]]] = {"replace": _replace}
