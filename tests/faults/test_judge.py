"""The judge of the campaign finds each mistake that a client can make, and none in one that makes none."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from support.campaign import careless
from support.campaign.auth0 import PROVIDER
from support.campaign.faults import FAULTS
from support.campaign.trial import Case, Trial
from support.campaign.world import World

if TYPE_CHECKING:
    from support.campaign.subject import Operation
    from support.campaign.trial import Verdict

MISTAKES: list[tuple[type[careless.Careful], str, str, Operation, str]] = [
    (careless.BelievesAnyAbsence, "lost", "dropped it from the state", "read", "404 page"),
    (careless.BelievesAnySuccess, "lost", "the tenant holds null", "create", "empty object"),
    (careless.FollowsRedirects, "lost", "a redirect was followed", "create", "307 elsewhere"),
    (careless.LooksAway, "lost", "took what someone else configured", "conflict", "500"),
    (careless.WaitsForEver, "hanging", "", "read", "silence"),
    (careless.TellsAll, "lost", "shows a secret", "create", "400 echo"),
    (careless.SaysNothing, "unclear", "no tenant, no call, no remedy", "delete", "502 page"),
]


def judged(client: type[careless.Careful], operation: Operation, fault: str) -> Verdict:
    """Tries one fault at the main call of an operation."""
    foreign = "equal to the eye" if operation == "conflict" else ""
    with World(replace(PROVIDER, lifecycle=client)) as world:
        world.proxy.patience = 2 * careless.Careful.seconds
        trial = Trial(world)
        call = next(call for call in reversed(trial.calls(operation, foreign)) if "token" not in call.path)
        (chosen,) = (each for each in FAULTS if each.name == fault)
        return trial.judge(Case(operation, call, chosen, effect=False, persistent=False, foreign=foreign))


@pytest.mark.parametrize(("client", "outcome", "why", "operation", "fault"), MISTAKES)
def test_a_mistake_is_found(
    client: type[careless.Careful], outcome: str, why: str, operation: Operation, fault: str
) -> None:
    """The careless client is found out, for the right reason; the careful one is not blamed for the same fault."""
    found = judged(client, operation, fault)
    assert (found.outcome, why in found.why) == (outcome, True), found
    assert judged(careless.Careful, operation, fault).outcome in ("survived", "explained")
