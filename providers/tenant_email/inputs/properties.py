"""Properties of a resource as frozen types: what is desired, recorded or live has fields, and one way in and out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import MISSING, dataclass, fields
from typing import TYPE_CHECKING, Any, Final, Self, cast

from tenant_email.inputs.unknowns import UNKNOWN

if TYPE_CHECKING:
    from dataclasses import Field

    from tenant_email.json_types import Json, Props, PropsView

_OBJECTS: Final = ("Props", "Mapping[")
"""How the types of fields begin that hold an object, as they are written."""


@dataclass(frozen=True, slots=True)
class Properties:
    """A part of a resource's properties; each field is one, under its own name.

    A state may have been edited by hand: what is no object where properties or a mapping belong counts as absent, as in
    the state of a release that did not have it.

    A field with a default is absent while it is None, as an input that is not given, or an output that an earlier
    release did not have; one without a default is always there. In a preview a field may be `UNKNOWN`, whatever its
    type. A field whose value may be secret says `repr=False`; one that holds properties has their type as `part` in
    its metadata.
    """

    @classmethod
    def from_props(cls, props: PropsView) -> Self:
        """Reads properties, judging none; those that are no fields belong to another part."""
        given = {each.name: _read(each, props.get(each.name)) for each in fields(cls)}
        needed = {each.name for each in fields(cls) if _is_always_there(each)}
        return cls(**{name: value for name, value in given.items() if value is not None or name in needed})

    def to_props(self) -> Props:
        """Returns the properties that are there."""
        values = ((each, getattr(self, each.name)) for each in fields(self))
        return {
            each.name: value.to_props() if isinstance(value, Properties) else value
            for each, value in values
            if value is not None or _is_always_there(each)
        }

    def __bool__(self) -> bool:
        return bool(self.to_props())


def _read(each: Field[Any], value: Json) -> Json:
    if value is None or value is UNKNOWN:
        return value
    kind: type[Properties] | None = each.metadata.get("part")
    if kind is None and not str(each.type).startswith(_OBJECTS):
        return value
    if not isinstance(value, Mapping):
        return None
    return kind.from_props(cast("PropsView", value)) if kind else cast("PropsView", value)


def _is_always_there(each: Field[Any]) -> bool:
    return each.default is MISSING and each.default_factory is MISSING


NOTHING: Final = Properties()
"""The outputs of a resource that has none."""
