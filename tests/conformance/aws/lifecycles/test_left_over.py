"""What an interrupted run left: it is known by the tags of the set, and kept where something uses it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from support.ses_site import REGION, TAGS
from tenant_email.errors import WrongTenant
from tenant_email.operations import left_over

if TYPE_CHECKING:
    from mypy_boto3_sesv2.type_defs import TagTypeDef

    from support.ses_site import SesSite
    from tenant_email.aws.ses import Ses


@pytest.fixture
def client() -> Ses:
    """The client, as a program opens it."""
    return left_over.client_for({"region": REGION}, {})


def make(site: SesSite, what: str, *destinations: str, **tags: str) -> str:
    """Makes a set with destinations; returns its name."""
    name = f"{site.domain.replace('.', '-')}-{what}"
    account = site.client("sts").get_caller_identity()["Account"]
    bus = f"arn:aws:events:{REGION}:{account}:event-bus/default"
    listed: list[TagTypeDef] = [{"Key": key, "Value": value} for key, value in {**TAGS, **tags}.items()]
    site.ses.create_configuration_set(ConfigurationSetName=name, Tags=listed)
    for each in destinations:
        site.ses.create_configuration_set_event_destination(
            ConfigurationSetName=name,
            EventDestinationName=each,
            EventDestination={
                "Enabled": True,
                "MatchingEventTypes": ["BOUNCE"],
                "EventBridgeDestination": {"EventBusArn": bus},
            },
        )
    return name


def test_what_is_left_has_the_stacks_own_tags(site: SesSite, client: Ses) -> None:
    """Another stack's set is not, nor what is in it; nor is what is not there."""
    ours = make(site, "ours", "mail-events", team="mail")
    theirs = make(site, "theirs", "mail-events", **{"pulumi-stack": "prod"})
    assert [left_over.is_left(client, name, TAGS) for name in (ours, theirs, "none")] == [True, False, False]
    assert [left_over.is_left(client, name, TAGS, "mail-events") for name in (ours, theirs)] == [True, False]
    assert not left_over.is_left(client, ours, TAGS, "other-events")


def test_what_uses_a_set_is_told(site: SesSite, client: Ses) -> None:
    """The identity whose default set it is, and destinations that the component does not make."""
    idle, used = make(site, "idle", "mail-events"), make(site, "used", "mail-events", "audit")
    assert left_over.uses_of(client, idle, site.domain, "mail-events") == []
    site.ses.create_email_identity(EmailIdentity=site.domain, ConfigurationSetName=used)
    assert left_over.uses_of(client, idle, site.domain, "mail-events") == []
    told = [
        f"the identity {site.domain} has it as its default set",
        "its event destination audit is someone else's",
    ]
    assert left_over.uses_of(client, used, site.domain, "mail-events") == told


def test_only_that_is_taken_away(site: SesSite, client: Ses) -> None:
    """The destination alone, or the set; what is gone already is no error, and another account is left alone."""
    ours = make(site, "ours", "mail-events", "audit")
    target = {"region": REGION, "expected_account": client.account_id}
    for _ in range(2):
        left_over.take_away(client, target, ours, "mail-events")
        assert client.event_destinations(ours) == {"audit"}
    with pytest.raises(WrongTenant):
        left_over.take_away(client, {**target, "expected_account": "999999999999"}, ours)
    assert client.get_configuration_set(ours) is not None
    for _ in range(2):
        left_over.take_away(client, target, ours)
        assert client.get_configuration_set(ours) is None
