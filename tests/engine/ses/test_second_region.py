"""The worst day: a region is down, and one setting moves tenants of each platform to another one, and back."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from support.all_platforms import NAMES, AllPlatforms, all_platforms
from support.engines import engine_params
from support.lab import DOMAIN

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

DOWN = "eu-west-1"
PROGRAM = f"""
import pulumi
from tenant_email import EmailProvider, SesSendingDomain, active_sending_domain, auth0, logto, pingone_aic, ses

same = {{"domain": "{DOMAIN}", "from_addresses": ["no-reply@{DOMAIN}"]}}
europe = SesSendingDomain("eu", region="{DOWN}", mail_from="bounce-eu", events=ses.Events(), **same)
keys_of_europe = ses.ReplicaDkim(parent_region="{DOWN}")
america = SesSendingDomain("us", region="us-east-2", mail_from="bounce-us", events=ses.Events(), **same,
                           dkim=keys_of_europe, opts=pulumi.ResourceOptions(depends_on=[europe]))
sending = active_sending_domain({{"eu": europe, "us": america}}, pulumi.Config().require("active"))
for name, kind in (("auth0", auth0.Smtp), ("logto", logto.AwsSes), ("pingone_aic", pingone_aic.Smtp)):
    EmailProvider(name, tenant=name, settings=kind.from_ses(sending), from_address="no-reply@{DOMAIN}")
"""


@pytest.fixture(params=engine_params())
def stack(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[AllPlatforms]:
    """Opens the stack on each engine."""
    with all_platforms(tmp_path, request.param, PROGRAM) as opened:
        yield opened


def regions(stack: AllPlatforms) -> set[str]:
    """Returns the regions that mail of each platform goes through."""
    return {str(stack.send(name).message["Feedback-ID"]).split(".")[1] for name in NAMES}


def test_a_tenant_moves_while_a_region_is_down(stack: AllPlatforms) -> None:
    """Host, user and password change in one write of each tenant; nobody asks a region that is down, or hangs."""
    stack.up(active="eu")
    assert regions(stack) == {DOWN}
    aws = stack.machine.aws
    aws.behavior.down = {DOWN}
    aws.calls.clear()
    moved = stack.up(active="us")
    assert {name: moved.operations.get(name) for name in NAMES} == dict.fromkeys(NAMES, "update")
    assert [call for call in aws.calls if call.region == DOWN] == []
    assert regions(stack) == {"us-east-2"}
    aws.behavior.down = frozenset()
    aws.behavior.hanging = {DOWN}  # the way back asks it nothing either, so that nothing waits for it
    stack.up(active="eu")
    assert [call for call in aws.calls if call.region == DOWN] == []
    aws.behavior.hanging = frozenset()
    assert regions(stack) == {DOWN}
