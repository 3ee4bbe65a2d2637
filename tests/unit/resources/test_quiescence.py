"""A program of many resources is not waited for in the square of their number, once one of them is ours."""

from __future__ import annotations

import asyncio
from contextvars import copy_context
from typing import TYPE_CHECKING, Any

import pulumi
from pulumi.runtime.stack import run_pulumi_func

from support.registered import Registered
from tenant_email import EmailProvider, auth0

if TYPE_CHECKING:
    from collections.abc import Collection

    import pytest

RESOURCES = 80


def program() -> None:
    """Makes many resources and, among them, one of ours; it never awaits."""
    for number in range(RESOURCES):
        pulumi.ComponentResource("test:index:Thing", f"thing-{number}")
    EmailProvider("mail", tenant="acme", settings=auth0.SendGrid(api_key="canary"), from_address="a@acme.example")


def run(mocks: Registered) -> None:
    """Runs the program as Pulumi's language host does: within the event loop."""
    pulumi.runtime.set_mocks(mocks, project="lab", stack="dev")
    loop = asyncio.get_event_loop()
    loop.run_until_complete(run_pulumi_func(lambda: None))  # what the mocks have begun themselves
    loop.run_until_complete(run_pulumi_func(program))


def test_outputs_are_not_waited_for_again_and_again(monkeypatch: pytest.MonkeyPatch) -> None:
    """The SDK's loop over all outputs that are left does not run once for each of them."""
    waited, wait = list[int](), asyncio.wait

    def counted(futures: Collection[Any], **how: Any) -> Any:
        waited.append(len(futures))
        return wait(futures, **how)

    monkeypatch.setattr(asyncio, "wait", counted)
    mocks = Registered({})
    copy_context().run(run, mocks)
    assert ("EmailProvider", "mail") in mocks.inputs
    assert sum(waited) < RESOURCES
