"""What a tenant has of its defaults: pure.

Mappings are merged key by key, as a JSON Merge Patch does (RFC 7396): anything else replaces, `null` takes away. Of the
ways to give one argument (`body`, `body_file`) the last one given counts alone, and a provider of another kind takes
nothing from the default's.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from tenant_email.fleet.shapes import BY_FILE, BY_FILES, BY_VARIABLE
from tenant_email.inputs.unknowns import is_known
from tenant_email.json_types import Json, Props, PropsView, is_object

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

_WAYS: Final = (BY_FILES, BY_FILE, BY_VARIABLE)  # the longest first


def argument_of(name: str) -> str:
    """Returns the argument that a name gives a value to: `password` for `password_env`."""
    return next((name.removesuffix(way) for way in _WAYS if name.endswith(way)), name)


def merge(base: Json, over: Json) -> Json:
    """Returns `base` with `over` laid on it; neither is changed."""
    if not is_object(over):
        return over
    below: Props = base if is_object(base) else {}
    if is_other_kind(below, over):
        below = {}
    given = {argument_of(name) for name in over}
    merged: Props = {name: value for name, value in below.items() if name in over or argument_of(name) not in given}
    for name, value in over.items():
        if value is None:
            merged.pop(name, None)
        else:
            merged[name] = merge(merged.get(name), value)
    return merged


def is_other_kind(base: PropsView, over: PropsView) -> bool:
    """Returns whether these are settings of two kinds."""
    kinds = [settings.get("kind") for settings in (base, over)]
    return None not in kinds and is_known(*kinds) and kinds[0] != kinds[1]


def borrowed_secrets(base: Json, over: Json, belongs: Collection[str], secret: Collection[str]) -> Iterator[str]:
    """Yields the secrets of a default that would go to another host, port or user than the default has them for.

    `base` and `over` are settings of a provider; `belongs` names what a secret was entered for, `secret` the secrets.
    """
    if not is_object(base) or not is_object(over) or is_other_kind(base, over):
        return
    if all(name not in over or over[name] == base.get(name) for name in belongs):
        return
    restated = {argument_of(name) for name in over}
    given = {argument_of(name) for name in base}
    yield from (name for name in sorted(secret) if name in given and name not in restated)
