"""Placeholders for ESVs: their names, where they are used, and the wrapper that gives them a type.

docs/contracts/pingone_aic.md#esvs: the placeholder's name is the ESV's id with each "-" as ".", a default may follow a
bar, and a placeholder may sit inside a longer text. A number or a boolean needs `{"$int": …}` or `{"$bool": …}`
around it.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, NamedTuple, cast

from tenant_email.errors import InvalidSettings, Problem
from tenant_email.json_types import is_list, is_object

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tenant_email.json_types import Json

ESV_ID: Final = re.compile(r"esv-[a-z0-9_-]{1,124}")
_ANY: Final = re.compile(r"&\{(?P<name>[^{}|]*)(?:\|(?P<default>[^{}]*))?\}")
_WRAPPERS: Final = ("$int", "$bool", "$string")


class Use(NamedTuple):
    """One placeholder where it is used: the ESV's id, whether a default stands in for it, and the path."""

    esv_id: str
    has_default: bool
    path: str


def esv_id(name: str) -> str:
    """Returns the id of an ESV, `esv-` put before a short name; ValueError when it cannot be one."""
    full = name if name.startswith("esv-") else f"esv-{name}"
    if not ESV_ID.fullmatch(full):
        rule = "Use 1 to 124 of a-z, 0-9, _ and - (contract: ^esv-[a-z0-9_-]{1,124}$)."
        msg = f"{name[:130]!r} is not an ESV name\n{rule}"
        raise ValueError(msg)
    return full


def esv(name: str, default: str | None = None) -> str:
    """Returns the placeholder of an ESV, for any argument of this platform's settings or inside a longer text.

    The value is put in by the tenant, from what its last restart loaded. `default` is what it uses without the ESV.

    Raises:
        InvalidSettings: the name is none, or the default has a brace, which no placeholder can hold.
    """
    if not isinstance(cast("object", name), str):
        what = f"takes the name of an ESV, not an object of {type(name).__name__}"
        remedy = "Write the name as a text; of an EsvVariable or EsvSecret use `placeholder`."
        raise InvalidSettings("esv", (Problem("", what, remedy),))
    try:
        dotted = esv_id(name).replace("-", ".")
    except ValueError as error:
        what, _, remedy = str(error).partition("\n")
        raise InvalidSettings("esv", (Problem("", what, remedy),)) from None
    if default is not None and re.search(r"[{}]", str(default)):
        what = "has a brace, which ends a placeholder or begins another"
        raise InvalidSettings("esv", (Problem("default", what, "Set the ESV itself, or a default without braces."),))
    return f"&{{{dotted}}}" if default is None else f"&{{{dotted}|{default}}}"


def is_placeholder(value: object) -> bool:
    """Returns whether a value is one placeholder of an ESV and nothing else."""
    match = _ANY.fullmatch(value) if isinstance(value, str) else None
    return match is not None and match["name"].startswith("esv.")


def is_literal_free(value: object) -> bool:
    """Returns whether a secret is a placeholder without a default, which would be a literal in disguise."""
    return isinstance(value, str) and is_placeholder(value) and "|" not in value


def uses(document: object, path: str = "") -> Iterator[Use]:
    """Yields every ESV placeholder in a document."""
    if is_object(document):
        for key, value in document.items():
            yield from uses(value, f"{path}.{key}" if path else key)
    elif is_list(document):
        for value in document:
            yield from uses(value, path)
    elif isinstance(document, str):
        for match in _ANY.finditer(document):
            if match["name"].startswith("esv."):
                yield Use(match["name"].replace(".", "-"), match["default"] is not None, path)


def has_platform_placeholder(document: object) -> bool:
    """Returns whether a document holds a placeholder that is not an ESV's: only the platform itself can set those."""
    return any(not match["name"].startswith("esv.") for match in _ANY.finditer(str(document)))


def placeholder_fault(text: str) -> str:
    """Returns what is wrong with the placeholders in a text; empty when nothing is."""
    if "&{" in _ANY.sub("", text):
        return "holds a placeholder that does not end"
    if any(not ESV_ID.fullmatch(use.esv_id) for use in uses(text)):
        return "holds a placeholder that names no ESV"
    if has_platform_placeholder(text):
        return "holds a placeholder of the built-in sender"
    return ""


def wrap_placeholder(value: object, wrapper: str) -> Json:
    """Returns a placeholder with its type around it; a literal as it is."""
    return {wrapper: value} if is_placeholder(value) else value


def unwrap_placeholder(value: object) -> Json:
    """Returns a wrapped placeholder or literal bare."""
    if is_object(value):
        for wrapper, inner in value.items():
            if wrapper in _WRAPPERS:
                return inner
    return value
