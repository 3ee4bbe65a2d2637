"""Names for data whose shape others decide: Pulumi's properties, settings by name, and the documents of APIs.

Every other module speaks of these, so that what is not typed further is said in this one place. The guards narrow a
value that may be anything; JSON and Pulumi have only texts as keys.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, TypeGuard

Props = dict[str, Any]
"""Values by name, to be built: properties of a resource, settings, or a JSON object."""

PropsView = Mapping[str, Any]
"""The same, to be read only."""

Json = Any
"""A JSON value of a shape that was checked, or is about to be."""


def is_object(value: object) -> TypeGuard[Props]:
    """Returns whether a value is a JSON object."""
    return isinstance(value, dict)


def is_sequence(value: object) -> TypeGuard[Sequence[Json]]:
    """Returns whether a value is a list or a tuple."""
    return isinstance(value, list | tuple)


def is_list(value: object) -> TypeGuard[list[Json]]:
    """Returns whether a value is a JSON list."""
    return isinstance(value, list)
