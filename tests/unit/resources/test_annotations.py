"""Pulumi makes types of a class's annotations for every single resource: all names in them must be there."""

from __future__ import annotations

from typing import Any

import pytest
from pulumi import Resource, _types  # pyright: ignore[reportPrivateUsage] - what reads the annotations

import tenant_email
from tenant_email import pingone_aic
from tenant_email.resources.base import Named

RESOURCES = [
    each
    for module in (tenant_email, pingone_aic)
    for name in module.__all__
    if isinstance(each := getattr(module, name), type) and issubclass(each, Resource)
]


@pytest.mark.parametrize("resource", RESOURCES)
def test_the_types_of_outputs_are_found(resource: Any) -> None:
    """At run time, not for a type checker alone; a dynamic resource leaves none, because its outputs are JSON."""
    outputs: set[str] = set(_types.resource_types(resource))
    classes: list[Any] = list(resource.__mro__)
    declared = {name for each in classes for name in dict[str, Any](getattr(each, "__annotations__", {}))}
    assert outputs <= declared
    assert not (outputs and Named in resource.__mro__)
