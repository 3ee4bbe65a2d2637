"""Properties of a resource as frozen types: what is desired, recorded or live has fields, and one way in and out."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from tenant_email.shapes import Props, PropsView


@dataclass(frozen=True, slots=True)
class Properties:
    """A part of a resource's properties; each field is one, under its own name.

    None is as good as absent, as it is to Pulumi, which drops a property that is None. In a preview a field may be
    `UNKNOWN`, whatever its type. A field whose value may be secret says `repr=False`.
    """

    @classmethod
    def from_props(cls, props: PropsView) -> Self:
        """Reads properties, judging none; those that are no fields belong to another part."""
        given = {each.name: props.get(each.name) for each in fields(cls)}
        return cls(**{name: value for name, value in given.items() if value is not None})

    def to_props(self) -> Props:
        """Returns the properties that are there."""
        given = {each.name: getattr(self, each.name) for each in fields(self)}
        return {name: value for name, value in given.items() if value is not None}
