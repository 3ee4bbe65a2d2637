"""LiquidJS's filters of texts and lists, each a function of the value and its arguments."""

from __future__ import annotations

import re
from functools import cmp_to_key
from typing import TYPE_CHECKING, Final, TypeAlias
from urllib.parse import quote, unquote_to_bytes

from tenant_email.checks.liquid import javascript as js
from tenant_email.checks.liquid import numbers, unlisted
from tenant_email.checks.liquid.dates import date

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

_Arguments: TypeAlias = list[js.Value]
_Function: TypeAlias = "Callable[[js.Value, _Arguments], js.Value]"
_ENTITIES: Final = {"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&#34;", "'": "&#39;"}
_ENTITY: Final = re.compile("&(?:amp|lt|gt|#34|#39);")
_MARKUP: Final = re.compile("[&<>\"']")
_CHARACTERS: Final = {entity: character for character, entity in _ENTITIES.items()}
_SPACES: Final = re.compile(f"[{js.WHITESPACE}]+")
_LINE: Final = re.compile(r"\r?\n")
_BAD_PERCENT: Final = re.compile("%(?![0-9A-Fa-f]{2})")
_HIDDEN: Final = (("<script", "</script>"), ("<style", "</style>"), ("<!--", "-->"), ("<", ">"))


def _on_text(function: Callable[[str], js.Value]) -> _Function:
    return lambda value, _: function(js.text_of(value))


def _with_text(function: Callable[[str, str], js.Value]) -> _Function:
    return lambda value, arguments: function(js.text_of(value), js.text_of(js.argument(arguments, 0)))


def _escape(text: str) -> str:
    return js.fuse(_MARKUP.sub(lambda found: _ENTITIES[found[0]], text))


def _escape_once(text: str) -> str:
    return _escape(_ENTITY.sub(lambda found: _CHARACTERS[found[0]], text))


def _strip_html(text: str) -> str:
    shown, at, hidden = list[str](), 0, dict(_HIDDEN)
    while (begin := text.find("<", at)) >= 0:
        shown.append(text[at:begin])
        at = begin
        for opening in [each for each in hidden if text.startswith(each, begin)]:
            end = text.find(hidden[opening], begin + len(opening))
            if end >= 0:
                at = end + len(hidden[opening])
                break
            del hidden[opening]
        if at == begin:
            break
    return "".join(shown) + text[at:]


def _url_encode(text: str) -> str:
    try:
        return quote(text, safe="!~*'()").replace("%20", "+")
    except UnicodeEncodeError:
        raise js.Unrenderable("url_encode: half a character") from None


def _url_decode(text: str) -> str:
    text = text.replace("+", " ")
    try:
        if not _BAD_PERCENT.search(text):
            return unquote_to_bytes(js.fuse(text).encode("utf-8", "surrogatepass")).decode("utf-8", "surrogatepass")
    except UnicodeDecodeError:
        pass
    raise js.Unrenderable("url_decode: the text is not encoded")


def _capitalize(text: str) -> str:
    return text[:1] + text[1:].lower() if js.units(text[:1]) > 1 else text[:1].upper() + text[1:].lower()


def _affix(name: str, joined: Callable[[str, str], str]) -> _Function:
    def function(value: js.Value, arguments: _Arguments) -> js.Value:
        if len(arguments) != 1:
            raise js.Unrenderable(f"{name} takes one argument")
        return js.fuse(joined(js.text_of(value), js.text_of(arguments[0])))

    return function


def _strip(of: Callable[[str, str], str]) -> _Function:
    def function(value: js.Value, arguments: _Arguments) -> js.Value:
        characters = js.argument(arguments, 0)
        chosen = js.text_of(characters) if numbers.is_true(characters) else js.WHITESPACE
        return of(js.text_of(value), chosen)

    return function


def _parts(text: str, separator: str) -> list[str]:
    return text.split(separator) if separator else js.split_units(text)


def _split(text: str, separator: str) -> js.Value:
    parts: list[js.Value] = list(_parts(text, separator))
    while parts and parts[-1] == "":
        parts.pop()
    return parts


def _replace(value: js.Value, arguments: _Arguments) -> js.Value:
    text, new = js.text_of(value), js.text_of(js.argument(arguments, 1))
    parts = _parts(text, js.text_of(js.argument(arguments, 0)))
    if len(text) + len(parts) * len(new) > js.LONGEST:
        raise js.Unrenderable(f"a text grows beyond {js.LONGEST} characters")
    return js.fuse(new.join(parts))


def _replace_first(value: js.Value, arguments: _Arguments) -> js.Value:
    old, new = js.text_of(js.argument(arguments, 0)), js.text_of(js.argument(arguments, 1))
    return js.fuse(js.text_of(value).replace(old, new, 1))


def _remove(text: str, part: str) -> str:
    return js.fuse("".join(_parts(text, part)))


def _truncate(value: js.Value, arguments: _Arguments) -> js.Value:
    text, ending = js.text_of(value), js.text_of(js.argument(arguments, 1, "..."))
    longest = js.number_of(js.argument(arguments, 0, 50))
    if js.units(text) <= longest or numbers.ceil_to(longest, len(text)) >= len(text):
        return value
    return text[: numbers.ceil_to(longest - len(ending), len(text))] + ending


def _truncate_words(value: js.Value, arguments: _Arguments) -> js.Value:
    words = _SPACES.split(js.text_of(value).lstrip(js.WHITESPACE))
    count = js.number_of(js.argument(arguments, 0, 15))
    most = js.part_of(list(words), 0, 1 if count <= 0 else count)
    ending = js.text_of(js.argument(arguments, 1, "..."))
    return " ".join(map(str, most)) + (ending if len(words) >= (1 if count <= 0 else count) else "")


def _slice(value: js.Value, arguments: _Arguments) -> js.Value:
    value = js.plain(value)
    if js.is_nil(value):
        return []
    whole: list[js.Value] = value if js.is_list(value) else list(js.text_of(value))
    begin, length = js.number_of(js.argument(arguments, 0)), js.number_of(js.argument(arguments, 1, 1))
    if begin < 0:
        begin += len(whole)
    if begin < 0 or length < 0:
        return [] if js.is_list(value) else ""
    if js.is_list(value):
        return js.part_of(whole, begin, begin + length)
    start = numbers.ceil_to(begin, len(whole))
    return "".join(map(str, whole[start : start + numbers.ceil_to(length, len(whole))]))


def _join(value: js.Value, arguments: _Arguments) -> js.Value:
    separator, items = js.plain(js.argument(arguments, 0)), js.list_of(value)
    between = " " if js.is_nil(separator) else js.text_of(separator)
    texts = ["" if js.is_nil(each) else js.string_of(each) for each in items]
    if sum(map(len, texts)) + len(texts) * len(between) > js.LONGEST:
        raise js.Unrenderable(f"a text grows beyond {js.LONGEST} characters")
    return js.fuse(between.join(texts))


def _end(index: int) -> _Function:
    def function(value: js.Value, _: _Arguments) -> js.Value:
        value = js.plain(value)
        if isinstance(value, str) and value:
            return js.unit(value, index % js.units(value))
        return js.look_up(value, index) if js.is_list(value) else ""

    return function


def _size(value: js.Value, _: _Arguments) -> js.Value:
    size = js.look_up(value, "length")
    return size if numbers.is_true(size) else 0


def _map(value: js.Value, arguments: _Arguments) -> js.Value:
    path = js.text_of(js.argument(arguments, 0)).split(".")
    return [js.follow(each, path) for each in js.list_of(value)]


def _sort(compare: Callable[[js.Value, js.Value], int]) -> _Function:
    def function(value: js.Value, arguments: _Arguments) -> js.Value:
        by = js.argument(arguments, 0)
        path = js.text_of(by).split(".") if numbers.is_true(by) else []
        key = cmp_to_key(compare)
        return sorted(js.list_of(value), key=lambda each: key(js.follow(each, path)))

    return function


def _order_natural(one: js.Value, other: js.Value) -> int:
    if js.is_nil(one) or js.is_nil(other):
        return js.order(one, other)
    return js.order(js.string_of(one).lower(), js.string_of(other).lower())


def _reverse(value: js.Value, _: _Arguments) -> js.Value:
    return js.list_of(value)[::-1]


def _default(value: js.Value, arguments: _Arguments) -> js.Value:
    value = js.plain(value)
    if js.is_list(value) or isinstance(value, str):
        return value or js.argument(arguments, 0)
    if value is False and _allows_false(arguments[1:]):
        return value
    return js.argument(arguments, 0) if js.is_false(value) else value


def _allows_false(arguments: _Arguments) -> bool:
    allowed = False
    for each in arguments:
        if not js.is_list(each) or not each:
            raise js.Unrenderable("default takes one argument")
        allowed = numbers.is_true(each[1]) if each[0] == "allow_false" else allowed
    return allowed


FILTERS: Final[Mapping[str, _Function]] = {
    **numbers.FILTERS,
    **unlisted.FILTERS,
    "append": _affix("append", lambda text, other: text + other),
    "capitalize": _on_text(_capitalize),
    "date": date,
    "default": _default,
    "downcase": _on_text(str.lower),
    "escape": _on_text(_escape),
    "xml_escape": _on_text(_escape),
    "escape_once": _on_text(_escape_once),
    "first": _end(0),
    "join": _join,
    "last": _end(-1),
    "lstrip": _strip(str.lstrip),
    "map": _map,
    "newline_to_br": _on_text(lambda text: _LINE.sub("<br />\n", text)),
    "prepend": _affix("prepend", lambda text, other: other + text),
    "remove": _with_text(_remove),
    "remove_first": _with_text(lambda text, part: js.fuse(text.replace(part, "", 1))),
    "replace": _replace,
    "replace_first": _replace_first,
    "reverse": _reverse,
    "rstrip": _strip(str.rstrip),
    "size": _size,
    "slice": _slice,
    "sort": _sort(js.order),
    "sort_natural": _sort(_order_natural),
    "split": _with_text(_split),
    "strip": _strip(str.strip),
    "strip_html": _on_text(_strip_html),
    "strip_newlines": _on_text(lambda text: _LINE.sub("", text)),
    "truncate": _truncate,
    "truncatewords": _truncate_words,
    "upcase": _on_text(str.upper),
    "url_decode": _on_text(_url_decode),
    "url_encode": _on_text(_url_encode),
}
"""The filters of a value and its arguments; LiquidJS hands a value on where it does not know the filter."""
