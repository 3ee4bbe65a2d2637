"""What the policies say of a program, without an engine.

Pulumi's mocks answer the program; what it registered goes to the policy SDK's own servicer in the messages that an
engine sends: each resource's inputs, and then all outputs together. What a program only reads is not among them.
"""

from __future__ import annotations

import json
from contextvars import copy_context
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pulumi
from pulumi.runtime import proto
from pulumi.runtime.mocks import MockMonitor
from pulumi_policy import EnforcementLevel
from pulumi_policy.policy import _PolicyAnalyzerServicer

from support.registered import Registered, short_stacks
from tenant_email.plugin.face import PluginFace
from tenant_email.resources import faces
from tenant_email_policies import policies

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    import pytest

STACK = "prod"
CONFIGURED = "configured-in-the-stack"
"""A secret of the stack's config."""


@dataclass(frozen=True, order=True)
class Violation:
    """One violation, without the description that begins it."""

    policy: str
    resource: str
    message: str
    level: str


class _Noting(MockMonitor):
    """Mocks that note the messages of a program."""

    def __init__(self, mocks: pulumi.runtime.Mocks) -> None:
        super().__init__(mocks)
        self.requests: dict[str, Any] = {}
        self.outputs: dict[str, Any] = {}

    def RegisterResource(self, request: Any) -> Any:  # noqa: N802 - gRPC's name
        answer = super().RegisterResource(request)  # type: ignore[no-untyped-call]
        self.requests[answer.urn], self.outputs[answer.urn] = request, answer.object
        return answer

    def RegisterResourceOutputs(self, request: Any) -> Any:  # noqa: N802 - gRPC's name
        self.outputs[request.urn] = request.outputs
        return super().RegisterResourceOutputs(request)  # type: ignore[no-untyped-call]


def judged(
    program: Callable[[], object],
    *names: str,
    config: Mapping[str, Mapping[str, Any]] | None = None,
    stack: str = STACK,
    plug_in: bool = False,
    outputs: Mapping[str, Mapping[str, Any]] | None = None,
) -> list[Violation]:
    """Returns what policies, all or those named, say of a program.

    Args:
        program: what registers resources.
        names: the policies.
        config: their config, by name.
        stack: the stack's name.
        plug_in: whether the resources are the plug-in's, as those of other languages.
        outputs: what resources of a type answer, beside their inputs.

    """
    noting = _Noting(Registered(outputs or {}))
    copy_context().run(_register, noting, program, stack, plug_in=plug_in)
    return copy_context().run(_judge, noting, names, config or {})


def messages(found: list[Violation]) -> list[str]:
    """Returns the first lines of what was said."""
    return [each.message.splitlines()[0] for each in found]


def unknown() -> pulumi.Output[Any]:
    """Returns an output that a preview does not know."""

    async def value(what: object) -> Any:
        return what

    return pulumi.Output(set(), value(None), value(what=False))


def engine_says(patch: pytest.MonkeyPatch, **config: str) -> None:
    """Sets what an engine tells an analyzer: that there is a stack, and its config, with `CONFIGURED` in it."""
    patch.setenv("PULUMI_STACK", STACK)
    patch.setenv("PULUMI_CONFIG", json.dumps({"policies:password": CONFIGURED, **config}))


def _register(noting: _Noting, program: Callable[[], object], stack: str, *, plug_in: bool) -> None:
    short_stacks()
    pulumi.runtime.set_mocks(noting.mocks, project="lab", stack=stack, preview=True, monitor=noting)
    before = faces.current()
    faces.use(PluginFace() if plug_in else before)
    run: Any = pulumi.runtime.test

    async def registering() -> None:
        program()

    try:
        run(registering)()
    finally:
        faces.use(before)


def _judge(noting: _Noting, names: tuple[str, ...], config: Mapping[str, Mapping[str, Any]]) -> list[Violation]:
    servicer: Any = _PolicyAnalyzerServicer("lab", "0.1.0", policies(*names), EnforcementLevel.MANDATORY)
    known = servicer.GetAnalyzerInfo(None, None).policies
    request = proto.ConfigureAnalyzerRequest()
    for policy in known:
        request.policyConfig[policy.name].enforcementLevel = policy.enforcementLevel
        request.policyConfig[policy.name].properties.update(dict(config.get(policy.name, {})))
    servicer.Configure(request, None)
    found = [(urn, each) for urn, one in noting.requests.items() for each in _analyze(servicer, urn, one)]
    stack = proto.AnalyzeStackRequest(resources=[_in_stack(noting, urn) for urn in noting.requests])
    found += [(each.urn, each) for each in servicer.AnalyzeStack(stack, None).diagnostics]
    said = [
        Violation(
            each.policyName,
            urn.rpartition("::")[2],
            each.message.removeprefix(f"{each.description}\n"),
            proto.EnforcementLevel.Name(each.enforcementLevel).lower(),
        )
        for urn, each in found
    ]
    return sorted(said)  # a program registers at once what does not depend on each other


def _analyze(servicer: Any, urn: str, request: Any) -> list[Any]:
    message = proto.AnalyzeRequest(
        type=request.type, properties=request.object, urn=urn, name=request.name, options=_options(request)
    )
    return list(servicer.Analyze(message, None).diagnostics)


def _options(request: Any) -> Any:
    return proto.AnalyzerResourceOptions(protect=request.protect, ignoreChanges=request.ignoreChanges)


def _in_stack(noting: _Noting, urn: str) -> Any:
    request = noting.requests[urn]
    message = proto.AnalyzerResource(
        type=request.type, properties=noting.outputs[urn], urn=urn, name=request.name, parent=request.parent,
        options=_options(request),
    )  # fmt: skip
    if request.provider:
        urn = request.provider.rpartition("::")[0]
        message.provider.MergeFrom(proto.AnalyzerProviderResource(urn=urn, name=urn.rpartition("::")[2]))
    for name, on in request.propertyDependencies.items():
        message.propertyDependencies[name].urns.extend(on.urns)
    return message
