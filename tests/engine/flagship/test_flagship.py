"""The flagship stack, as a user copies it, from an empty tenant to a delivered mail and back."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from support.auth0 import Tenant
from support.lab import DOMAIN

if TYPE_CHECKING:
    from support.engines import Engine
    from support.lab import Lab


def opened(lab: Lab) -> Engine:
    """Opens a copy of the flagship stack with its settings."""
    lab.machine.aws.create_zone(DOMAIN)
    lab.copy("auth0_ses")
    engine = lab.open()
    lab.configure(engine, "auth0_ses", domain=DOMAIN, fromAddress=f"no-reply@{DOMAIN}", region="us-east-1")
    return engine


def secrets_of(lab: Lab) -> set[str]:
    """Returns every secret that went through the stack, the generated key's among them."""
    provider: Any = lab.machine.auth0.state.provider
    environment = lab.machine.environment()
    planted = {environment["AUTH0_CLIENT_SECRET"], environment["AWS_SECRET_ACCESS_KEY"]}
    return planted | ({provider["credentials"]["secretAccessKey"]} if provider else set())


def test_the_flagship_comes_up_sends_mail_and_goes_away(lab: Lab) -> None:
    """One up makes the whole chain, an email arrives through it, nothing is secret in clear, destroy leaves nothing."""
    engine = opened(lab)
    previewed = engine.preview()
    assert previewed.ok, previewed.text
    assert not lab.calls()
    up = engine.up()
    assert up.ok, up.text
    assert previewed.changes == up.changes == {"create": 19}
    statement = json.loads(up.outputs["policy"])["Statement"]
    assert [entry["Action"] for entry in statement] == [["ses:SendEmail", "ses:SendRawEmail"]]
    own = up.outputs["identity"].replace(f"identity/{DOMAIN}", f"configuration-set/{DOMAIN.replace('.', '-')}")
    assert [entry["Resource"] for entry in statement] == [[up.outputs["identity"], own]]
    again = engine.up()
    assert (again.ok, again.operations) == (True, {})
    Tenant(lab.machine.auth0).verify()
    (mail,) = lab.machine.smtp.inbox.wait_for(1)
    assert mail.message["From"] == f"no-reply@{DOMAIN}"
    assert "Confirm" in mail.text()
    shown = json.dumps(engine.export()) + previewed.text + up.text + again.text
    assert not [secret for secret in secrets_of(lab) if secret in shown]
    gone = engine.destroy()
    assert gone.ok, gone.text
    assert lab.machine.auth0.state.provider is None


def test_a_change_by_hand_is_found_and_repaired(lab: Lab) -> None:
    """A refresh shows what someone changed in the dashboard, and the next up sends back only that."""
    engine = opened(lab)
    assert engine.up().ok
    by_hand = Tenant(lab.machine.auth0)
    by_hand.call("PATCH", "/api/v2/emails/provider", {"default_from_address": "oops@acme.example"})
    refreshed = engine.refresh()
    assert (refreshed.ok, refreshed.operations) == (True, {"mail": "update"})
    lab.calls()
    repaired = engine.up()
    assert (repaired.ok, repaired.operations) == (True, {"mail": "update"})
    assert lab.bodies("PATCH") == [{"default_from_address": f"no-reply@{DOMAIN}"}]
