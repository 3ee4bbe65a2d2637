"""`opts.import_` as the lifecycles know it: adopt without a write, and only what the given id names.

The constructor takes the option off, because the SDK's host cannot import (docs/architecture.md#fact-12), and gives
`on_existing="import"` and the id as inputs. An explicit "adopt" wins, so that the id is then only compared.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from tenant_email.errors import AlreadyConfigured, Problem

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tenant_email.json_types import Props, PropsView

IMPORT: Final = "import"
_OF_THE_CREATION: Final = ("import_id", "on_existing")


def without_option(recorded: Props, desired: PropsView) -> Props:
    """Returns recorded properties in which what is of the creation alone is as in the desired ones.

    It says how a resource comes into the state and nothing of what it is then, so that giving it, or leaving it out
    once it has done its work, is no change.
    """
    rest = {name: value for name, value in recorded.items() if name not in _OF_THE_CREATION}
    return {**rest, **{name: desired[name] for name in _OF_THE_CREATION if name in desired}}


def import_problems(given: object, ids: Sequence[str]) -> list[Problem]:
    """Returns why an id to import is none of `ids`, the ones that the object of these inputs may have, all known.

    The first of them is the one that is recorded; the others are at the aliases of its host.
    """
    if not isinstance(given, str) or given in ids:
        return []
    what = f"is {given}, but these inputs identify {ids[0]}"
    return [Problem("opts.import_", what, f"Set import_={ids[0]!r}, correct the inputs, or remove import_.")]


def nothing_to_import(who: str, what: str) -> AlreadyConfigured:
    """Returns the error for an import of what is not there."""
    message = f"{who}: nothing to import: there is no {what}"
    return AlreadyConfigured(message, remedy="Remove import_ to create it.")


def cannot_import(who: str, what: str, *, possible: bool = True) -> AlreadyConfigured:
    """Returns the error for an import of what is not as the inputs say; `what` says where it differs.

    `possible`: inputs can equal what is live.
    """
    remedy = "Make the inputs equal to what is live, or set on_existing='adopt', which changes what differs."
    if not possible:
        remedy = "Set on_existing='adopt', which changes what differs."
    return AlreadyConfigured(f"{who}: cannot import: {what}", remedy=remedy)
