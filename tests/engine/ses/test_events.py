"""Bounces and complaints are heard of: on each platform's way a mail uses the set, and its events arrive."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from support.all_platforms import NAMES, AllPlatforms, all_platforms
from support.engines import engine_params
from support.lab import DOMAIN

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

PROGRAM = f"""
import pulumi
from tenant_email import EmailProvider, SesSendingDomain, auth0, logto, pingone_aic, ses

platforms = {{"auth0": auth0, "logto": logto, "pingone_aic": pingone_aic}}
config = pulumi.Config()
hears = config.get_bool("hears") is not False
sending = SesSendingDomain("mail", domain="{DOMAIN}", from_addresses=["no-reply@{DOMAIN}"],
                           events=ses.Events(types=["SEND", "DELIVERY", "BOUNCE", "COMPLAINT"]) if hears else None)
for name, kind in config.require_object("kinds").items():
    EmailProvider(name, tenant=name, settings=getattr(platforms[name], kind).from_ses(sending),
                  from_address="no-reply@{DOMAIN}")
pulumi.export("set", sending.configuration_set)
pulumi.export("topic", sending.events_topic_arn)
"""


@pytest.fixture(params=engine_params())
def stack(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[AllPlatforms]:
    """Opens the stack on each engine."""
    with all_platforms(tmp_path, request.param, PROGRAM) as opened:
        yield opened


def test_each_platforms_mail_is_heard_of(stack: AllPlatforms) -> None:
    """Its Send and Delivery arrive with the set's name, be it a setting, a header or the identity's default.

    Once it is not wanted any more, tenants and identity let go of the set before it is deleted.
    """
    outputs = stack.up(kinds={"auth0": "Ses", "logto": "AwsSes", "pingone_aic": "Smtp"}).outputs
    stack.subscribe(outputs["topic"])
    for kinds in ({}, {"auth0": "Smtp", "logto": "Smtp", "pingone_aic": "Smtp"}):
        if kinds:
            stack.up(kinds=kinds)
        for name in NAMES:
            stack.send(name)
            told = stack.messages()
            assert [each["eventType"] for each in told] == ["Send", "Delivery"], (name, kinds)
            assert {each["mail"]["tags"]["ses:configuration-set"][0] for each in told} == {outputs["set"]}
    stack.up(hears="false")
    assert stack.client("sesv2").list_configuration_sets()["ConfigurationSets"] == []
    for name in NAMES:
        stack.send(name)
