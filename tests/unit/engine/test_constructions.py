"""What a plug-in is told of a component: where to register its parts, and what the program gave."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any, cast

from pulumi.runtime.proto import resource_pb2

from embedded_pulumi_engine.constructions import construction
from embedded_pulumi_engine.project import ConfigValue
from embedded_pulumi_engine.values import to_struct


def test_a_construction_names_monitor_config_and_dependencies() -> None:
    """The stack's config in clear with the keys that are secret; inputs and their dependencies as they came."""
    kind = resource_pb2.RegisterResourceRequest.PropertyDependencies
    request = resource_pb2.RegisterResourceRequest(
        type="lab:index:Estate",
        name="mail",
        parent="urn:stack",
        object=to_struct({"domain": "acme.example"}),
        propertyDependencies={"domain": kind(urns=["urn:other"])},
        providers={"lab": "urn:provider::id"},
    )
    config = {"lab:user": ConfigValue("ada"), "lab:key": ConfigValue("canary", ("canary",))}
    run = cast("Any", SimpleNamespace(project="lab", stack="dev", preview=True, config=config))
    made = construction(run, request, "127.0.0.1:1")
    assert (made.monitorEndpoint, made.dryRun, made.parent, made.name) == ("127.0.0.1:1", True, "urn:stack", "mail")
    assert (dict(made.config), list(made.configSecretKeys)) == ({"lab:user": "ada", "lab:key": "canary"}, ["lab:key"])
    assert list(made.inputDependencies["domain"].urns) == ["urn:other"]
    assert (made.inputs["domain"], dict(made.providers)) == ("acme.example", {"lab": "urn:provider::id"})
