"""Names that the program and its project may have, made of what a tenant calls things: valid, and each once."""

from __future__ import annotations

import builtins
import keyword
import re
from typing import Final

_WORD: Final = re.compile(r"[A-Za-z0-9]+")
_UNSAFE: Final = re.compile(r"[^A-Za-z0-9._-]+")
_LONGEST: Final = 80
_RESERVED: Final = re.compile(r"(?i)(con|prn|aux|nul|com\d|lpt\d)(\..*)?")  # no file of Windows has such a name
_TAKEN: Final = frozenset({*keyword.kwlist, *keyword.softkwlist, *dir(builtins)})


class Names:
    """Gives out names once each, whatever their case: a file system may know no difference."""

    def __init__(self, taken: frozenset[str] = frozenset()) -> None:
        self._taken = {name.lower() for name in taken}

    def unique(self, wish: str, suffix: str = "", joint: str = "-") -> str:
        """Returns the wish with its suffix, with a number between them where it is taken."""
        name, number = f"{wish}{suffix}", 1
        while name.lower() in self._taken:
            number += 1
            name = f"{wish}{joint}{number}{suffix}"
        self._taken.add(name.lower())
        return name


def variable(wish: str) -> str:
    """Returns a name that a variable may have: `verify_email`."""
    name = "_".join(_WORD.findall(wish)).lower()[:_LONGEST] or "found"
    return f"_{name}" if name[0].isdigit() else f"{name}_" if name in _TAKEN else name


def config_key(wish: str) -> str:
    """Returns a name that a setting of a stack may have: `smtpPassword`."""
    first, *rest = _WORD.findall(wish) or ["secret"]
    return "".join([first[0].lower() + first[1:], *(word[0].upper() + word[1:] for word in rest)])[:_LONGEST]


def resource_name(wish: str) -> str:
    """Returns a name that a resource of a stack may have."""
    return _UNSAFE.sub("-", wish).strip("-.")[:_LONGEST] or "found"


def file_path(wish: str) -> tuple[str, str]:
    """Returns a relative path that every file system takes, as (all before the last dot, the ending with its dot)."""
    parts = [_file_name(part) for part in wish.replace("\\", "/").split("/") if part.strip(". ")] or ["text"]
    stem, dot, ending = parts[-1].rpartition(".")
    name, suffix = (stem, f"{dot}{ending}") if stem else (parts[-1], "")
    return "/".join([*parts[:-1], name]), suffix


def project_name(folder: str) -> str:
    """Returns a name that a project may have, made of its folder's."""
    return _UNSAFE.sub("-", folder).strip("-.")[:_LONGEST] or "email"


def _file_name(part: str) -> str:
    name = _UNSAFE.sub("-", part).strip(". ")
    name = name if len(name) <= _LONGEST else f"{name[: _LONGEST // 2]}{name[-_LONGEST // 2 :]}"
    return f"_{name}" if _RESERVED.fullmatch(name) or not name.strip("-") else name
