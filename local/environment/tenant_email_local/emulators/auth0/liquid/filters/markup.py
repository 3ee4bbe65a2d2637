"""Filters for HTML and URLs."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING, Final
from urllib.parse import quote, unquote_to_bytes

from tenant_email_local.emulators.auth0.liquid import characters
from tenant_email_local.emulators.auth0.liquid.characters import SPACE_RUN, to_characters, to_units
from tenant_email_local.emulators.auth0.liquid.errors import LiquidError
from tenant_email_local.emulators.auth0.liquid.values import UNDEFINED, Value, is_js_truthy, shown, to_text

if TYPE_CHECKING:
    from collections.abc import Callable

_ENTITIES: Final = {"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&#34;", "'": "&#39;"}
_MARKS: Final = {entity: mark for mark, entity in _ENTITIES.items()}
_MARK: Final = re.compile("[&<>\"']")
_ENTITY: Final = re.compile("&(?:amp|lt|gt|#34|#39);")
_LINE_END: Final = re.compile(r"\r?\n")
_BLOCKS: Final = {"<script": "</script>", "<style": "</style>", "<!--": "-->", "<": ">"}

_COMPONENT: Final = "-_.!~*'()"
_WHOLE_URI: Final = _COMPONENT + ";/?:@&=+$,#"
_PERCENT: Final = re.compile("%(?![0-9a-fA-F]{2})")
_OUTSIDE_COMPONENT: Final = re.compile("[!'()*]")

_PRETTY: Final = frozenset("._~!$&'()+,;=@")
_PLAIN_LETTERS: Final = {
    "àáâãäå": "a", "æ": "ae", "ç": "c", "èéêë": "e", "ìíîï": "i", "ð": "d", "ñ": "n", "òóôõöø": "o", "ùúûü": "u",
    "ýÿ": "y", "ß": "ss", "œ": "oe", "þ": "th", "ẞ": "SS", "Œ": "OE", "Þ": "TH",
}  # fmt: skip
_WITHOUT_ACCENTS: Final = str.maketrans({letter: plain for some, plain in _PLAIN_LETTERS.items() for letter in some})


def _escape(value: Value) -> str:
    return _MARK.sub(lambda mark: _ENTITIES[mark[0]], shown(value))


def _escape_once(value: Value) -> str:
    return _escape(_ENTITY.sub(lambda entity: _MARKS[entity[0]], shown(value)))


def _newline_to_br(value: Value) -> str:
    return _LINE_END.sub("<br />\n", shown(value))


def _strip_html(value: Value) -> str:
    """Returns a text without tags, comments, scripts and styles; what is not closed stays."""
    text = shown(value)
    blocks = dict(_BLOCKS)
    kept: list[str] = []
    at = 0
    while (start := text.find("<", at)) >= 0:
        kept.append(text[at:start])
        for opening in [each for each in blocks if text.startswith(each, start)]:
            end = text.find(blocks[opening], start + len(opening))
            if end >= 0:
                at = end + len(blocks[opening])
                break
            del blocks[opening]
        else:
            return "".join(kept) + text[start:]
    return "".join(kept) + text[at:]


def _encoded(value: Value, safe: str) -> str:
    try:
        return quote(to_characters(shown(value), "surrogatepass"), safe=safe)
    except UnicodeEncodeError:
        raise LiquidError("URI malformed") from None


def _url_encode(value: Value) -> str:
    return _encoded(value, _COMPONENT).replace("%20", "+")


def _url_decode(value: Value) -> str:
    text = shown(value).replace("+", " ")
    if _PERCENT.search(text):
        raise LiquidError("URI malformed")
    try:  # only what is percent-encoded has to be UTF-8
        return re.sub("(?:%[0-9a-fA-F]{2})+", lambda run: to_units(unquote_to_bytes(run[0]).decode()), text)
    except UnicodeDecodeError:
        raise LiquidError("URI malformed") from None


def _cgi_escape(value: Value) -> str:
    return _OUTSIDE_COMPONENT.sub(lambda mark: f"%{ord(mark[0]):02X}", _url_encode(value))


def _uri_escape(value: Value) -> str:
    return _encoded(value, _WHOLE_URI).replace("%5B", "[").replace("%5D", "]")


def _slugify(value: Value, mode: Value = UNDEFINED, is_cased: Value = UNDEFINED) -> str:
    text = shown(value)
    keeps = _KEPT.get("default" if mode is UNDEFINED else to_text(mode))
    if keeps:
        text = text.translate(_WITHOUT_ACCENTS) if mode == "latin" else text
        marks = to_characters(text, "surrogatepass")
        text = to_units(re.sub("\0+", "-", "".join(mark if keeps(mark) else "\0" for mark in marks)))
        text = re.sub(r"^-|-\Z", "", text)
    return text if is_js_truthy(is_cased) else characters.lower(text)


def _is_of_word(mark: str) -> bool:
    category = unicodedata.category(mark)
    return category[0] in "LM" or category == "Nd"


_KEPT: Final[dict[str, Callable[[str], bool]]] = {
    "ascii": lambda mark: mark.isascii() and mark.isalnum(),
    "pretty": lambda mark: mark in _PRETTY or _is_of_word(mark),
    "default": _is_of_word,
    "latin": _is_of_word,
    "raw": lambda mark: not SPACE_RUN.match(mark),
}
OF_ONE: Final[dict[str, Callable[[Value], Value]]] = {
    "escape": _escape,
    "xml_escape": _escape,
    "escape_once": _escape_once,
    "newline_to_br": _newline_to_br,
    "strip_html": _strip_html,
    "url_encode": _url_encode,
    "url_decode": _url_decode,
    "cgi_escape": _cgi_escape,
    "uri_escape": _uri_escape,
}
PLAIN: Final[dict[str, Callable[..., Value]]] = {"slugify": _slugify}
NEEDING_CONTEXT: Final[dict[str, Callable[..., Value]]] = {}
