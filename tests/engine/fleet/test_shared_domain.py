"""A sending domain that the tenants of a fleet share: made in one stack with them."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from support.engines import engine_params, open_engine
from support.fleet_of_a_domain import FleetOfADomain, fleet_of_a_domain
from support.lab import DOMAIN
from tenant_email.fleet.reading import read_fleet
from tenant_email.fleet.stack_config import Unit, config_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from support.canary import Watched
    from support.engines import Outcome

MAIL = {
    "domain": DOMAIN,
    "from_addresses": [f"no-reply@{DOMAIN}"],
    "events": {"types": ["SEND", "DELIVERY", "BOUNCE", "COMPLAINT"], "alarms": {"bounce_rate": 0.02}},
    "dns": {"host": "route53"},
    "user": {"name": "fleet-mail", "path": "/mail/"},
}
NAMES = ("auth0", "logto")
ELSEWHERE = {"host": "smtp.acme.example", "username": "mailer", "password_env": "FLEET_SMTP"}


@pytest.fixture
def fleet(tmp_path: Path) -> Iterator[FleetOfADomain]:
    """Runs a tenant of two platforms."""
    with fleet_of_a_domain(tmp_path, NAMES) as running:
        running.write({"mail": MAIL})
        yield running


@pytest.fixture(params=engine_params())
def engine(request: pytest.FixtureRequest, fleet: FleetOfADomain, tmp_path: Path) -> Watched:
    """Opens the stack of all tenants, configured."""
    environ = {**fleet.environment(), "FLEET_SMTP": "canary-fleet-smtp"}
    engine = open_engine(request.param, fleet.folder, tmp_path, environ=environ)
    for key, value in config_of(read_fleet(fleet.folder / "tenants.yaml"), Unit(), fleet.folder).items():
        engine.set_config(key, value if isinstance(value, str) else json.dumps(value))
    return engine


def good(outcome: Outcome) -> Outcome:
    """Returns an outcome that succeeded."""
    assert outcome.ok, outcome.text
    return outcome


def test_its_events_its_zone_and_its_user(engine: Watched, fleet: FleetOfADomain) -> None:
    """Each tenant's mail is heard of; then nothing changes, or one tenant alone; a destroy leaves nothing.

    Under another name, and as a tenant's own, it stays what it is.
    """
    mails, iam = fleet.mails, fleet.mails.client("iam")
    assert good(engine.up()).operations["auth0"] == "create"
    assert iam.get_user(UserName="fleet-mail")["User"]["Path"] == "/mail/"
    (topic,) = mails.client("sns").list_topics()["Topics"]
    mails.subscribe(topic["TopicArn"])
    for name in NAMES:
        mails.send(name)
        assert [each["eventType"] for each in mails.messages()] == ["Send", "Delivery"], name
    fleet.forget()
    assert good(engine.up()).operations == {}
    assert fleet.writes() == dict.fromkeys(NAMES, 0)
    own: dict[str, Any] = {"provider": {"kind": "logto.smtp", **ELSEWHERE}, "sending_domain": None}
    fleet.write({"mail": MAIL}, {"logto": own})
    assert good(engine.up()).operations == {"logto": "update"}
    fleet.forget()
    fleet.write({"post": {**MAIL, "renamed_from": "mail"}}, {"logto": own})
    assert good(engine.up()).operations == {}
    fleet.write({}, {"auth0": {"sending_domain": {**MAIL, "renamed_from": "post"}}, "logto": own})
    assert good(engine.up()).operations == {}
    assert fleet.writes() == dict.fromkeys(NAMES, 0)
    mails.send("auth0")
    assert good(engine.destroy()).ok
    assert mails.client("sesv2").list_email_identities()["EmailIdentities"] == []
    assert mails.client("sesv2").list_configuration_sets()["ConfigurationSets"] == []
    assert iam.list_users()["Users"] == []
