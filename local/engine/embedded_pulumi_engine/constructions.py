"""Construct: what a plug-in is told of a component that a program wants of it. Pure: no plug-in, no state."""

from __future__ import annotations

from typing import TYPE_CHECKING

from embedded_pulumi_engine.builtin import ORGANIZATION
from embedded_pulumi_engine.messages import provider_pb2 as pb

if TYPE_CHECKING:
    from pulumi.runtime.proto import resource_pb2

    from embedded_pulumi_engine.run import Run


def construction(run: Run, request: resource_pb2.RegisterResourceRequest, monitor: str) -> pb.ConstructRequest:
    """Returns the request for the plug-in; `monitor` is the address at which it registers the children."""
    dependencies = {
        name: pb.ConstructRequest.PropertyDependencies(urns=found.urns)
        for name, found in request.propertyDependencies.items()
    }
    return pb.ConstructRequest(
        project=run.project,
        stack=run.stack,
        organization=ORGANIZATION,
        config={key: value.text for key, value in run.config.items()},
        configSecretKeys=[key for key, value in run.config.items() if value.secret],
        dryRun=run.preview,
        monitorEndpoint=monitor,
        type=request.type,
        name=request.name,
        parent=request.parent,
        inputs=request.object,
        inputDependencies=dependencies,
        providers=dict(request.providers),
        dependencies=request.dependencies,
        aliases=request.aliases,
        protect=request.protect,
        retainOnDelete=request.retainOnDelete,
        deletedWith=request.deletedWith,
        additionalSecretOutputs=request.additionalSecretOutputs,
        ignoreChanges=request.ignoreChanges,
        replaceOnChanges=request.replaceOnChanges,
    )
