"""Pulumi resolves the annotations of a resource's outputs when it is made, so that each name in them must be there."""

from __future__ import annotations

from typing import Any

import pytest
from pulumi import Resource, _types

import tenant_email
from tenant_email import pingone_aic

RESOURCES = [
    each
    for module in (tenant_email, pingone_aic)
    for name in module.__all__
    if isinstance(each := getattr(module, name), type) and issubclass(each, Resource)
]


@pytest.mark.parametrize("resource", RESOURCES)
def test_the_types_of_outputs_are_found(resource: Any) -> None:
    """At run time, not for a type checker alone."""
    outputs = _types.resource_types(resource)
    assert set(outputs) <= {name for each in resource.__mro__ for name in vars(each).get("__annotations__", {})}
