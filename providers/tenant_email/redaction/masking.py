"""Takes secrets out of text, in whatever form a server, a proxy or a library echoes them.

A text is searched as it stands, and as it reads once its JSON or Python escapes, its percent signs or its HTML entities
are undone, up to two of them nested, each with whitespace and line breaks taken out too. So it does not matter how
much of a secret was escaped, or in which case. Base64 cannot be undone inside a text: its forms are searched for.
"""

from __future__ import annotations

import re
import sys
from base64 import b64encode, urlsafe_b64encode
from functools import lru_cache
from itertools import product
from os.path import commonprefix
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

MASK: Final = "***"
LONGEST: Final = 32768  # characters of a text that is searched at once; what is longer is cut, or searched in parts
_OVERLAP: Final = 16384  # characters that two parts have in common: more than a secret has in any of its forms
_SHORTEST: Final = 4  # characters; what is shorter is masked only where it stands alone
_FEW: Final = 20  # secrets that are all searched for; among more those are found first that may be in a text
_SHORTEST_PIECE: Final = 8  # characters of a secret's line, or of a secret that may be broken over lines
_BEGINNING: Final = 16  # characters of a long secret that are recognized, whatever is cut off behind them
_HEADED: Final = 64  # the same for a key in PEM, which begins as every other does
_WORDS: Final = (
    "a an and are as at be but by can do for has i if in is it its may no nor not of off on one or so the to two up us "
    "use was we"
)
_SPARED: Final = frozenset(_WORDS.split())
"""Words that a message needs: a secret that is one of them is not masked, because its place would give it away."""


class _View(NamedTuple):
    """A text as it reads after decoding; character i stands for what is from starts[i] to ends[i] in the original."""

    text: str
    starts: Sequence[int]
    ends: Sequence[int]

    def replace(self, pattern: re.Pattern[str], decode: Callable[[str], list[tuple[str, int]]]) -> _View:
        """Returns a view with every match decoded: `decode` gives each character and the length that it came from."""
        parts, starts, ends, position = list[str](), list[int](), list[int](), 0
        for match in pattern.finditer(self.text):
            parts.append(self.text[position : match.start()])
            starts += self.starts[position : match.start()]
            ends += self.ends[position : match.start()]
            at = match.start()
            for character, length in decode(match[0]):
                parts.append(character)
                starts += [self.starts[at]] * len(character)
                ends += [self.ends[at + length - 1]] * len(character)
                at += length
            position = match.end()
        if not parts:
            return self
        parts.append(self.text[position:])
        return _View("".join(parts), [*starts, *self.starts[position:]], [*ends, *self.ends[position:]])


_ESCAPE: Final = re.compile(
    r"\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}"
    r"|(?:\\x[0-9a-fA-F]{2})+|\\(?:u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8}|[0-7]{3}|.)",
    re.DOTALL,
)
_LETTERS: Final = {"n": "\n", "r": "\r", "t": "\t", "b": "\b", "f": "\f", "v": "\v", "a": "\a", "0": "\0"}
_PERCENT: Final = re.compile(r"(?:%[0-9a-fA-F]{2})+")
_PLUS: Final = re.compile(r"(?:%[0-9a-fA-F]{2})+|\+")
_ENTITY: Final = re.compile(r"&(?:#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|[a-zA-Z][a-zA-Z0-9]{1,31});?")
_PRINTABLE: Final = re.compile(r"=\r?\n|(?:=[0-9a-fA-F]{2})+")
_PRETTY: Final = re.compile(r"[\"']\s*\n\s*[\"']")
_BREAK: Final = re.compile("[\\s\u00ad\u200b-\u200d\u2060\ufeff]+")


def _unescape(text: str) -> list[tuple[str, int]]:
    kind = text[1]
    if kind == "x" and len(text) > 2:  # noqa: PLR2004 - with digits
        return _from_bytes(text.replace("\\x", ""), 4)
    if kind == "u" and len(text) > 6:  # noqa: PLR2004 - one character in two halves
        high, low = int(text[2:6], 16), int(text[8:12], 16)
        return [(chr(0x10000 + ((high - 0xD800) << 10) + (low - 0xDC00)), len(text))]
    if kind in "uU" and len(text) > 2:  # noqa: PLR2004 - with digits
        code = int(text[2:], 16)  # noqa: FURB166 - there is no prefix that `int` knows
        return [(chr(code) if code <= sys.maxunicode else "\ufffd", len(text))]
    if len(text) > 2:  # noqa: PLR2004 - octal
        return [(chr(int(text[1:], 8)), len(text))]
    return [(_LETTERS.get(kind, kind), 2)]


def _unquote(text: str) -> list[tuple[str, int]]:
    return [(" ", 1)] if text == "+" else _from_bytes(text.replace("%", ""), 3)


def _decode_printable(text: str) -> list[tuple[str, int]]:
    return [("", len(text))] if text.endswith("\n") else _from_bytes(text.replace("=", ""), 3)


def _drop(text: str) -> list[tuple[str, int]]:
    return [("", len(text))]


def _from_bytes(digits: str, width: int) -> list[tuple[str, int]]:
    """Decodes bytes that were written in hexadecimal; what is no UTF-8 is taken for Latin-1."""
    decoded = bytes.fromhex(digits).decode("utf-8", "surrogateescape")
    return [
        (chr(ord(each) - 0xDC00) if "\udc80" <= each <= "\udcff" else each, width * len(_bytes(each)))
        for each in decoded
    ]


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "surrogateescape")


def _decode_entity(text: str) -> list[tuple[str, int]]:
    from html import unescape  # noqa: PLC0415 - a table of two thousand names, for few texts

    decoded = unescape(text)
    return [(decoded, len(text))] if decoded != text else [(each, 1) for each in text]


_DECODERS: Final = (
    ("\\", _ESCAPE, _unescape),
    ("%", _PERCENT, _unquote),
    ("+", _PLUS, _unquote),
    ("&", _ENTITY, _decode_entity),
    ("=", _PRINTABLE, _decode_printable),
    ("\n", _PRETTY, _drop),
)


def _views(text: str) -> Iterator[_View]:
    """Yields the text as it stands and as each decoding, and each pair of them, reads."""
    plain = _View(text, range(len(text)), range(1, len(text) + 1))
    yield plain
    once = list[_View]()
    for mark, pattern, decode in _DECODERS:
        if mark in text and (view := plain.replace(pattern, decode)) is not plain:
            once.append(view)
            yield view
    for view, (mark, pattern, decode) in product(once, _DECODERS):
        if mark in view.text and (nested := view.replace(pattern, decode)) is not view:
            yield nested


def _without_breaks(view: _View) -> _View:
    """Returns a view without whitespace, and without what stands at the end of a broken line."""
    return view.replace(_BREAK, _drop)


class _Forms(NamedTuple):
    """What is searched for one secret."""

    whole: str
    pieces: tuple[str, ...]  # its lines, and how it looks when UTF-8 is taken for Latin-1
    joined: str  # without whitespace; empty when it is too short for that
    encoded: tuple[str, ...]  # base64, at each of three alignments, in both alphabets


@lru_cache(maxsize=16384)
def _forms(secret: str) -> _Forms:
    lines = [line.strip() for line in secret.splitlines()] if "\n" in secret or "\r" in secret else []
    joined = "".join(secret.split())
    misread = [] if secret.isascii() else [secret.encode("utf-8", "surrogatepass").decode("latin-1")]
    return _Forms(
        secret,
        (*misread, *(line for line in lines if len(line) >= _SHORTEST_PIECE and not line.startswith("-----"))),
        joined if len(joined) >= _SHORTEST_PIECE else "",
        tuple(dict.fromkeys(_base64_forms(secret))),
    )


def _base64_forms(secret: str) -> Iterator[str]:
    raw = secret.encode("utf-8", "surrogatepass")
    for shift, encode in product(range(3), (b64encode, urlsafe_b64encode)):
        text = encode(b"\0" * shift + raw).decode().rstrip("=")
        # the first and the last characters hold bits of the neighbours too
        core = text[(0, 2, 3)[shift] : len(text) - bool((shift + len(raw)) % 3)]
        if len(core) >= _SHORTEST:
            yield core


def _beginnings(secret: str) -> Iterator[str]:
    """Yields the first characters of each form; an empty text for a secret that is too short to tell it by them."""
    if len(secret) < _SHORTEST:
        yield ""
        return
    forms = _forms(secret)
    for form in (forms.whole, forms.joined, *forms.pieces, *forms.encoded):
        if form:
            yield form[:_SHORTEST]


class Masker:
    """The known secrets, replaced in text."""

    def __init__(self) -> None:
        self._known: dict[str, None] = {}  # a set that keeps its order
        self._begun: dict[str, dict[str, None]] = {}  # the same by the beginnings of their forms

    def add(self, secret: str) -> None:
        """Makes `mask` replace this text from now on."""
        if secret.strip() and secret not in self._known:
            for beginning in _beginnings(secret):
                self._begun.setdefault(beginning, {})[secret] = None
            self._known[secret] = None  # last: whoever knows it finds it by all of its beginnings

    def forget(self) -> None:
        """Knows nothing any more."""
        self._known, self._begun = {}, {}

    def mask(self, text: str) -> str:
        """Returns the text with every known secret replaced, in every form of it; cut when it is very long."""
        if not self._known:
            return text
        cut = text[:LONGEST]
        return _without(cut, list(self._found(cut))) + ("" if len(text) <= LONGEST else "…")

    def mask_whole(self, text: str) -> str:
        """Returns the same of all of a text, however long, which takes time: for what is shown as it is."""
        parts = range(0, max(len(text) - _OVERLAP, 1), LONGEST - _OVERLAP)
        found = ((begin, self._found(text[begin : begin + LONGEST])) for begin in parts)
        return _without(text, [(begin + start, begin + end) for begin, spans in found for start, end in spans])

    def _found(self, text: str) -> Iterator[tuple[int, int]]:
        """Yields where a text shows a secret."""
        known = list(self._known)  # another thread may add one
        for view in _views(text) if known else ():
            unbroken = _without_breaks(view)
            yield from _spans(view, self._likely(view.text, known), joined=False)
            yield from _spans(unbroken, self._likely(unbroken.text, known), joined=True)

    def _likely(self, text: str, known: list[str]) -> Iterable[str]:
        """Returns the known secrets of which the beginning of a form stands in the text, all where they are few.

        Else each warning of a stack would be searched for the secrets of all its tenants: the square of their number.
        """
        if len(known) <= _FEW:
            return known
        parts = {text[at : at + _SHORTEST] for at in range(len(text) - _SHORTEST + 1)}
        found = [self._begun.get(beginning, {}) for beginning in ("", *parts)]
        return dict.fromkeys(secret for begun in found for secret in list(begun))  # copied, as the known are


def _spans(view: _View, secrets: Iterable[str], *, joined: bool) -> Iterator[tuple[int, int]]:
    """Yields where in the original text the view shows a secret."""
    for secret in secrets:
        if len(secret) < _SHORTEST:
            if not joined and secret.lower() not in _SPARED:
                alone = re.compile(rf"(?<!\w){re.escape(secret)}(?!\w)")
                yield from ((view.starts[m.start()], view.ends[m.end() - 1]) for m in alone.finditer(view.text))
            continue
        forms = _forms(secret)
        for needle in (forms.joined,) if joined else (forms.whole, *forms.pieces):
            for start, end in _find_all(view.text, needle):
                yield view.starts[start], view.ends[end - 1]
        for needle in forms.encoded:
            for start, end in _find_all(view.text, needle):
                first, last = _widen(view.text, start, end)
                yield view.starts[first], view.ends[last - 1]


def _find_all(text: str, needle: str) -> Iterator[tuple[int, int]]:
    """Yields where a text stands, or the beginning of a long one, as far as it goes."""
    if not needle:
        return
    known = needle[: _HEADED if needle.startswith("-----") else _BEGINNING]
    at = text.find(known)
    while at >= 0:
        end = at + len(commonprefix((needle, text[at : at + len(needle)])))  # noqa: RUF071 - no paths
        yield at, end
        at = text.find(known, end)


_BASE64: Final = re.compile(r"[A-Za-z0-9+/_-]")


def _widen(text: str, start: int, end: int) -> tuple[int, int]:
    """Returns a base64 span with the characters at its ends that hold some bits of the secret, and the padding."""
    for _ in range(2):
        if start > 0 and _BASE64.match(text[start - 1]):
            start -= 1
        if end < len(text) and _BASE64.match(text[end]):
            end += 1
    while end < len(text) and text[end] == "=":
        end += 1
    return start, end


def _without(text: str, spans: list[tuple[int, int]]) -> str:
    parts, position = list[str](), 0
    for start, end in sorted(spans):
        if start >= position:
            parts += [text[position:start], MASK]
        position = max(position, end)
    return "".join([*parts, text[position:]])
