"""Docstrings in the words of every language: names as the schema has them, and nothing that only Python has."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from tenant_email.package_schema.names import camel

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

_LEFT_OUT: Final = re.compile(r"^(Source|Rules|Outputs): ")
_SENTENCE: Final = re.compile(r"(?<=[.!?])\s+(?=[A-Z`\"])")
_ONLY_PYTHON: Final = ("In Python", "from_ses", "`opts", "`ShortForms`", "`tenant_email.", "docs/")
_CODE: Final = re.compile(r"(`[^`]+`)")
_NAME: Final = re.compile(r"(?<![\w./\"-])[a-z]+(?:_[a-z0-9]+)+(?![\w/\"-])")
_NAME_IN_CODE: Final = re.compile(r"(?<![\w/\"-])[a-z]+(?:_[a-z0-9]+)+(?![\w/\"-])")
_WHEN: Final = re.compile(r'^for "\w+": ')  # which of several kinds an argument is for: here each has a type of its own
_CONSTANT: Final = re.compile(r"\b(True|False)\b")
_GIVEN: Final = re.compile(r'\b(\w+)=(?=["\w])')
_PART_OF_SES: Final = re.compile(r"\bses\.(?=[A-Z])")


class Wording:
    """Rewrites what docstrings say, for a schema that declares these names and has these kinds, by their classes."""

    def __init__(self, names: Iterable[str], kinds: Mapping[str, str]) -> None:
        self._names = {name: camel(name) for name in names}
        self._kinds = kinds

    def paragraphs(self, given: Iterable[str]) -> str:
        """Returns a description of several paragraphs."""
        found = [self.text(each) for each in given if not _LEFT_OUT.match(each)]
        return "\n\n".join(each for each in found if each)

    def text(self, given: str) -> str:
        """Returns one paragraph as sentences, without those that only a program in Python can use."""
        told = _SENTENCE.split(_WHEN.sub("", given))
        sentences = [each for each in told if not any(word in each for word in _ONLY_PYTHON)]
        parts = _CODE.split(" ".join(sentences).strip())
        text = "".join(self._code(part) if part.startswith("`") else self._prose(part) for part in parts)
        if not text or "://" in text.split()[0]:
            return text
        return text[:1].upper() + text[1:] + ("" if text[-1] in ".!?…" else ".")

    def _code(self, code: str) -> str:
        """Returns a piece of code as a program in any language would have it."""
        if kind := self._kinds.get(code.strip("`")):
            return f"`{kind}`"
        code = _GIVEN.sub(r"\1: ", _PART_OF_SES.sub("", _CONSTANT.sub(lambda found: found[0].lower(), code)))
        return _NAME_IN_CODE.sub(lambda found: self._names.get(found[0], found[0]), code)

    def _prose(self, text: str) -> str:
        text = _CONSTANT.sub(lambda found: f"`{found[0].lower()}`", text)
        return _NAME.sub(lambda found: f"`{self._names[found[0]]}`" if found[0] in self._names else found[0], text)
