"""Docstrings in the words of every language: names as the schema has them, and nothing that only Python has."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from tenant_email.package_schema.names import camel

if TYPE_CHECKING:
    from collections.abc import Iterable

_LEFT_OUT: Final = re.compile(r"^(Source|Rules|Outputs): ")
_SENTENCE: Final = re.compile(r"(?<=[.:;])\s+(?=[A-Z`])")
_ONLY_PYTHON: Final = ("from_ses", "`opts", "Rules: docs/", "Source: docs/")
_CODE: Final = re.compile(r"`([^`]+)`")
_WORD: Final = re.compile(r"(?<![\w`./\"-])[a-z]+(?:_[a-z0-9]+)+(?![\w`/\"(-])")
_WORDS: Final = (("False", "`false`"), ("True", "`true`"))


class Wording:
    """Rewrites what docstrings say, for a schema that declares these names."""

    def __init__(self, names: Iterable[str]) -> None:
        self._names = {name: camel(name) for name in names}

    def paragraphs(self, given: Iterable[str]) -> str:
        """Returns a description of several paragraphs."""
        found = [self.text(each) for each in given if not _LEFT_OUT.match(each)]
        return "\n\n".join(each for each in found if each)

    def text(self, given: str) -> str:
        """Returns one paragraph as sentences, without those that only a program in Python can use."""
        sentences = [each for each in _SENTENCE.split(given) if not any(word in each for word in _ONLY_PYTHON)]
        text = " ".join(sentences).strip()
        for word, instead in _WORDS:
            text = re.sub(rf"(?<![\w`\"])`?{word}`?(?![\w\"])", instead, text)
        text = _CODE.sub(lambda found: f"`{self._code(found[1])}`", text)
        text = _WORD.sub(lambda found: f"`{self._names[found[0]]}`" if found[0] in self._names else found[0], text)
        return _closed(text[:1].upper() + text[1:] if text else text)

    def _code(self, code: str) -> str:
        """Returns a piece of code with its names as the schema has them."""
        return re.sub(r"[a-z]+(?:_[a-z0-9]+)+", lambda found: self._names.get(found[0], found[0]), code)


def _closed(text: str) -> str:
    return text if not text or text.endswith((".", "!", "?", "…", "sendMail", "/token")) else f"{text}."
