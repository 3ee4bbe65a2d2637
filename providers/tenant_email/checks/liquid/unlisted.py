"""LiquidJS's filters of texts and lists that Auth0 does not list; a template with one is warned about."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import math
import random
import re
import unicodedata
from typing import TYPE_CHECKING, Final, TypeAlias
from urllib.parse import quote

from tenant_email.checks.liquid import javascript as js
from tenant_email.checks.liquid import numbers
from tenant_email.checks.liquid.dates import date
from tenant_email.checks.liquid.json_text import json_text

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

_Arguments: TypeAlias = list[js.Value]
_Function: TypeAlias = "Callable[[js.Value, _Arguments], js.Value]"
_SPACES: Final = re.compile(f"[{js.WHITESPACE}]+")
_CJK: Final = "\u4e00-\u9fff\uf900-\ufaff\u3400-\u4dbf\u3040-\u309f\u30a0-\u30ff\uac00-\ud7af"
_CJK_CHARACTER: Final = re.compile(f"[{_CJK}]")
_OTHER_WORD: Final = re.compile(f"[^{_CJK}{js.WHITESPACE}]+")
_UNRESERVED: Final = "!~*'()"
_BASE64: Final = re.compile("[A-Za-z0-9+/]*")
_GROUP: Final = 4  # characters of Base64 that are three bytes
_PLAIN: Final = {
    "àáâãäå": "a", "èéêë": "e", "ìíîï": "i", "òóôõöø": "o", "ùúûü": "u", "ýÿ": "y", "ç": "c", "ð": "d", "ñ": "n",
    "æ": "ae", "œ": "oe", "ß": "ss", "þ": "th", "Œ": "OE", "ẞ": "SS", "Þ": "TH",
}  # fmt: skip
_ACCENTS: Final = str.maketrans({letter: plain for letters, plain in _PLAIN.items() for letter in letters})


def _is_word(character: str) -> bool:
    category = unicodedata.category(character)
    return category[0] in "LM" or category == "Nd"


_KEPT: Final[Mapping[str, Callable[[str], bool]]] = {
    "raw": lambda each: each not in js.WHITESPACE,
    "default": _is_word,
    "latin": _is_word,
    "pretty": lambda each: each in "._~!$&'()+,;=@" or _is_word(each),
    "ascii": lambda each: each.isascii() and each.isalnum(),
}


def _slugify(value: js.Value, arguments: _Arguments) -> js.Value:
    text, mode = js.text_of(value), js.argument(arguments, 0, "default")
    kept = _KEPT.get(js.string_of(mode))
    if kept:
        text = text.translate(_ACCENTS) if mode == "latin" else text
        parts = re.split("\0+", "".join(each if kept(each) else "\0" for each in text))
        text = "-".join(parts)
        text = text[text.startswith("-") :]
        text = text.removesuffix("-")
    return text if numbers.is_true(js.argument(arguments, 1)) else text.lower()


def _encoded(text: str, safe: str) -> str:
    try:
        return quote(text, safe=safe)
    except UnicodeEncodeError:
        raise js.Unrenderable("half a character in an address") from None


def _uri_escape(value: js.Value, _: _Arguments) -> js.Value:
    return _encoded(js.text_of(value), f"{_UNRESERVED};/?:@&=+$,#").replace("%5B", "[").replace("%5D", "]")


def _cgi_escape(value: js.Value, _: _Arguments) -> js.Value:
    return _encoded(js.text_of(value), "").replace("%20", "+")


def _squeeze(value: js.Value, _: _Arguments) -> js.Value:
    return _SPACES.sub(" ", js.text_of(value))


def _squish(value: js.Value, _: _Arguments) -> js.Value:
    return _SPACES.sub(" ", js.text_of(value)).strip(js.WHITESPACE)


def _replace_last(value: js.Value, arguments: _Arguments) -> js.Value:
    text, old = js.text_of(value), js.text_of(js.argument(arguments, 0))
    at = text.rfind(old)
    return text if at < 0 else js.fuse(text[:at] + js.text_of(js.argument(arguments, 1)) + text[at + len(old) :])


def _remove_last(value: js.Value, arguments: _Arguments) -> js.Value:
    return _replace_last(value, [*arguments[:1], ""] if arguments else [])


def _number_of_words(value: js.Value, arguments: _Arguments) -> js.Value:
    text, mode = js.text_of(value).strip(js.WHITESPACE), js.argument(arguments, 0)
    characters = len(_CJK_CHARACTER.findall(text))
    if mode == "cjk" or (mode == "auto" and characters):
        return characters + len(_OTHER_WORD.findall(text))
    return len(_SPACES.split(text)) if text else 0


def _sentence(value: js.Value, arguments: _Arguments) -> js.Value:
    items, word = js.list_of(value), js.text_of(js.argument(arguments, 0, "and"))
    if len(items) < 2:  # noqa: PLR2004 - a sentence begins with two
        return items[0] if items else ""
    *others, last = items
    if len(others) == 1:
        return f"{js.string_of(others[0])} {word} {js.string_of(last)}"
    start = ", ".join("" if js.is_nil(each) else js.string_of(each) for each in others)
    return f"{start}, {word} {js.string_of(last)}"


def _bytes(value: js.Value) -> bytes:
    return js.text_of(value).encode("utf-16-be", "surrogatepass").decode("utf-16-be", "replace").encode()


def _base64_decode(value: js.Value, _: _Arguments) -> js.Value:
    text = re.sub("[\t\n\f\r ]", "", js.text_of(value))
    bare = text if len(text) % _GROUP else re.sub("==?$", "", text)
    if len(bare) % _GROUP == 1 or not _BASE64.fullmatch(bare):
        raise js.Unrenderable("base64_decode: the text is not encoded")
    return binascii.a2b_base64(bare + "=" * (-len(bare) % _GROUP)).decode(errors="replace")


def _hmac(value: js.Value, arguments: _Arguments) -> js.Value:
    return hmac.new(_bytes(js.argument(arguments, 0)), _bytes(value), hashlib.sha256).hexdigest()


def _uniq(value: js.Value, _: _Arguments) -> js.Value:
    kept: dict[object, js.Value] = {}
    for each in js.list_of(value):
        kept.setdefault(js.identity(each), each)
    return list(kept.values())


def _sample(value: js.Value, arguments: _Arguments) -> js.Value:
    value = js.plain(value)
    if js.is_nil(value):
        return []
    items = list[js.Value](value if js.is_list(value) else js.text_of(value))
    random.shuffle(items)
    count = js.argument(arguments, 0, 1.0)
    return js.part_of(items, 0, count) if count != 1.0 else items[0] if items else js.UNDEFINED


def _sum(value: js.Value, arguments: _Arguments) -> js.Value:
    by, items = js.argument(arguments, 0), js.list_of(value)
    if numbers.is_true(by):
        items = [js.follow(item, js.text_of(by).split(".")) for item in items]
    counted = [js.number_of(item) for item in items]
    return sum(0.0 if math.isnan(number) else number for number in counted)


def _dated(form: str) -> _Function:
    return lambda value, _: date(value, [form])


def _date_in_words(month: str) -> _Function:
    def function(value: js.Value, arguments: _Arguments) -> js.Value:
        form = f"%d {month} %Y"
        if js.argument(arguments, 0) == "ordinal":
            form = f"{month} %-d%q, %Y" if js.argument(arguments, 1) == "US" else f"%-d%q {month} %Y"
        return date(value, [form])

    return function


FILTERS: Final[Mapping[str, _Function]] = {
    "array_to_sentence_string": _sentence,
    "base64_decode": _base64_decode,
    "base64_encode": lambda value, _: base64.b64encode(_bytes(value)).decode(),
    "cgi_escape": _cgi_escape,
    "compact": lambda value, _: [each for each in js.list_of(value) if not js.is_nil(js.plain(each))],
    "concat": lambda value, arguments: [*js.list_of(value), *js.list_of(js.argument(arguments, 0))],
    "date_to_long_string": _date_in_words("%B"),
    "date_to_rfc822": _dated("%a, %d %b %Y %H:%M:%S %z"),
    "date_to_string": _date_in_words("%b"),
    "date_to_xmlschema": _dated("%Y-%m-%dT%H:%M:%S%:z"),
    "hmac_sha256": _hmac,
    "inspect": lambda value, arguments: json_text(value, js.argument(arguments, 0)),
    "json": lambda value, arguments: json_text(value, js.argument(arguments, 0)),
    "jsonify": lambda value, arguments: json_text(value, js.argument(arguments, 0)),
    "normalize_whitespace": _squeeze,
    "number_of_words": _number_of_words,
    "pop": lambda value, _: js.list_of(value)[:-1],
    "push": lambda value, arguments: [*js.list_of(value), js.argument(arguments, 0)],
    "raw": lambda value, _: value,
    "remove_last": _remove_last,
    "replace_last": _replace_last,
    "sample": _sample,
    "sha256": lambda value, _: hashlib.sha256(_bytes(value)).hexdigest(),
    "shift": lambda value, _: js.list_of(value)[1:],
    "slugify": _slugify,
    "squish": _squish,
    "sum": _sum,
    "to_integer": lambda value, _: js.number_of(value),
    "uniq": _uniq,
    "unshift": lambda value, arguments: [js.argument(arguments, 0), *js.list_of(value)],
    "uri_escape": _uri_escape,
}
