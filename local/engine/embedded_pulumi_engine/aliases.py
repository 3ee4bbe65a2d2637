"""Former names of resources: what an alias stands for, and what children inherit from a renamed parent."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from embedded_pulumi_engine import urns

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from pulumi.runtime.proto import alias_pb2


@dataclass(frozen=True)
class Alias:
    """A former URN, or what differs from the present name; empty fields are as they are now."""

    urn: str = ""
    name: str = ""
    type: str = ""
    stack: str = ""
    project: str = ""
    parent: str = ""
    no_parent: bool = False


def from_message(message: alias_pb2.Alias) -> Alias:
    """Reads an alias as the SDK sends it."""
    if message.HasField("urn"):
        return Alias(urn=message.urn)
    spec = message.spec
    return Alias("", spec.name, spec.type, spec.stack, spec.project, spec.parentUrn, spec.noParent)


def former_urns(urn: str, parent: str, aliases: tuple[Alias, ...], renamed: Mapping[str, str]) -> list[str]:
    """Lists the URNs under which the resource may be recorded; `renamed` maps present URNs to recorded ones."""
    own = [_collapse(urn, parent, alias, renamed) for alias in aliases]
    inherited = _inherit(urn, own, parent, renamed[parent]) if parent in renamed else ()
    return list(dict.fromkeys((*own, *inherited)))


def _collapse(urn: str, parent: str, alias: Alias, renamed: Mapping[str, str]) -> str:
    if alias.urn:
        return alias.urn
    above = renamed.get(alias.parent, alias.parent) if alias.parent else parent
    return urns.make(
        alias.stack or urns.stack_of(urn),
        alias.project or urns.project_of(urn),
        "" if alias.no_parent else above,
        alias.type or urns.type_of(urn),
        alias.name or urns.name_of(urn),
    )


def _inherit(urn: str, own: list[str], parent: str, recorded_parent: str) -> Iterator[str]:
    """Puts the resource and each of its aliases below the parent's former name.

    A name that starts with the parent's name is taken to be made from it, as Pulumi's own engine does.
    """
    for candidate in (urn, *own):
        name = urns.name_of(candidate)
        if name.startswith(urns.name_of(parent)):
            name = urns.name_of(recorded_parent) + name.removeprefix(urns.name_of(parent))
        stack, project = urns.stack_of(urn), urns.project_of(urn)
        yield urns.make(stack, project, recorded_parent, urns.type_of(candidate), name)
