"""Who depends on whom."""

from __future__ import annotations

from typing import TYPE_CHECKING

from embedded_pulumi_engine import diffs, urns
from embedded_pulumi_engine.values import UNKNOWN

if TYPE_CHECKING:
    from collections.abc import Iterable
    from collections.abc import Set as AbstractSet

    from embedded_pulumi_engine.resources import Resource
    from embedded_pulumi_engine.run import Run


def needs(resource: Resource) -> set[str]:
    """Returns the URNs that must exist while the resource does."""
    provider = urns.split_reference(resource.provider)[0] if resource.provider else ""
    properties = {urn for found in resource.property_dependencies.values() for urn in found}
    return {resource.parent, provider, resource.deleted_with, *resource.dependencies, *properties} - {""}


def waves(resources: Iterable[Resource]) -> list[list[Resource]]:
    """Orders resources for deletion: each wave holds what nothing in a later wave is needed by."""
    left = list(resources)
    ordered: list[list[Resource]] = []
    while left:
        needed = {urn for resource in left for urn in needs(resource) - {resource.urn}}
        wave = [resource for resource in left if resource.urn not in needed] or left
        ordered.append(wave)
        chosen = {id(resource) for resource in wave}
        left = [resource for resource in left if id(resource) not in chosen]
    return ordered


def dependents_to_replace(run: Run, root: Resource, seen: AbstractSet[str]) -> list[Resource]:
    """Lists what must be deleted before `root` can be, dependencies first.

    That is every dependent that a change of the replaced resource's outputs would itself replace: its plug-in is
    asked with those inputs unknown.
    """
    found: list[Resource] = []
    replaced = {root.urn}
    for resource in run.recorded.values():
        if resource.urn in seen or not resource.custom or resource.pending_replacement:
            continue
        if _is_replaced_with(run, resource, replaced):
            found.append(resource)
            replaced.add(resource.urn)
    return found


def _is_replaced_with(run: Run, resource: Resource, replaced: AbstractSet[str]) -> bool:
    if resource.provider and urns.split_reference(resource.provider)[0] in replaced:
        return True
    touched = {key for key, needed in resource.property_dependencies.items() if not replaced.isdisjoint(needed)}
    if not touched or urns.is_provider(resource.type):
        return False
    inputs = {key: UNKNOWN if key in touched else value for key, value in resource.inputs.items()}
    answer = run.plugin(resource).diff(resource, inputs, resource.ignore_changes)
    decided = diffs.decide(answer, resource.inputs, inputs, resource.ignore_changes, resource.replace_on_changes)
    return bool(decided.changes and decided.replaces)
