"""What a program registers, without an engine: Pulumi's own mocks answer, and note each resource's inputs."""

from __future__ import annotations

import sys
from contextvars import copy_context
from typing import TYPE_CHECKING, Any

import pulumi

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from pulumi.runtime.mocks import MockMonitor

ACCOUNT, REGION = "123456789012", "eu-west-1"
_ANSWERS = {
    "aws:index/getRegion:getRegion": {"region": REGION},
    "aws:index/getCallerIdentity:getCallerIdentity": {"accountId": ACCOUNT},
    "aws:route53/getZone:getZone": {"zoneId": "Z1"},
}


class Registered(pulumi.runtime.Mocks):
    """The inputs of all resources, by the last part of the type and the name."""

    def __init__(self, outputs: Mapping[str, Mapping[str, Any]]) -> None:
        self.inputs: dict[tuple[str, str], dict[str, Any]] = {}
        self.imported: dict[tuple[str, str], str] = {}
        self._outputs = outputs

    def new_resource(self, args: pulumi.runtime.MockResourceArgs) -> tuple[str | None, dict[Any, Any]]:
        """Notes a resource."""
        inputs: Any = args.inputs
        kind = args.typ.rpartition(":")[2]
        self.inputs[kind, args.name] = dict(inputs)
        if args.resource_id:
            self.imported[kind, args.name] = args.resource_id
        return f"{args.name}-id", {**inputs, **self._outputs.get(kind, {})}

    def call(self, args: pulumi.runtime.MockCallArgs) -> tuple[dict[Any, Any], list[tuple[str, str]] | None]:
        """Answers an invoke."""
        return dict(_ANSWERS[args.token]), []


def registered(program: Callable[[], object], **outputs: Mapping[str, Any]) -> Registered:
    """Runs a program in a context of its own; `outputs` are what resources of a type answer, beside their inputs."""
    mocks = Registered(outputs)
    run_with(mocks, program)
    return mocks


def short_stacks() -> None:
    """Bounds what Pulumi's SDK reads at each resource: all of pytest's stack too, or none where a lifecycle left 0."""
    sys.tracebacklimit = 12


def run_with(
    mocks: Registered, program: Callable[[], object], monitor: MockMonitor | None = None, *, preview: bool = False
) -> None:
    """Runs a program in a context of its own, with these mocks."""
    short_stacks()
    copy_context().run(_run, mocks, program, monitor, preview=preview)


def _run(mocks: Registered, program: Callable[[], object], monitor: MockMonitor | None, *, preview: bool) -> None:
    def run() -> None:
        program()

    pulumi.runtime.set_mocks(mocks, project="lab", stack="dev", monitor=monitor, preview=preview)
    runs: Any = pulumi.runtime.test
    runs(run)()
