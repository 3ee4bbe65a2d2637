"""One stack owns the key, another the tenant: three steps lose no mail, and a single one is warned about."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from support.auth0 import Tenant
from support.lab import Lab

if TYPE_CHECKING:
    from pathlib import Path

    from support.canary import Watched
    from support.engines import Outcome

OWNER = """
import json
import pulumi
from tenant_email import SesSendingDomain
given = json.loads(pulumi.Config().get("sending") or "{}")
sending = SesSendingDomain("mail", domain="mail.acme.example", **given)
pulumi.export("key", sending.access_key_id)
pulumi.export("handed", {"secret": sending.secret_access_key})
"""
TENANT = """
import pulumi
from tenant_email import EmailProvider, auth0
config = pulumi.Config()
EmailProvider("tenant", from_address="no-reply@mail.acme.example", settings=auth0.Ses(
    region="us-east-1", access_key_id=config.require("key"), secret_access_key=config.require_secret("secret")))
"""
WARNED = "the key of the other slot is deleted at the end of this update, but it is also exported as"


def test_three_steps_lose_no_mail(lab: Lab, tmp_path: Path) -> None:
    """Both keys work until the tenant's stack has the new one; without the middle step the owner is warned."""
    lab.write(OWNER)
    owner = lab.open()
    scratch = tmp_path / "second"
    scratch.mkdir()
    second = Lab.make(lab.machine, scratch, lab.kind)
    second.write(TENANT)
    tenant = second.open()
    first = good(owner.up())
    hand_over(first, tenant)
    choose(owner, active_key="b")
    assert WARNED in good(owner.preview()).text
    choose(owner, active_key="b", keep_other_key=True)
    both = good(owner.preview())
    assert (WARNED in both.text, both.operations["mail-b"]) == (False, "create")
    both = good(owner.up())
    assert both.outputs["key"] != first.outputs["key"]
    mail_arrives(lab, 1)
    hand_over(both, tenant)
    mail_arrives(lab, 2)
    choose(owner, active_key="b")
    last = good(owner.up())
    assert (WARNED in last.text, last.operations["mail-a"]) == (False, "delete")
    mail_arrives(lab, 3)
    choose(owner, active_key="a")
    warned = good(owner.up()).text
    assert f"key {both.outputs['key']} is deleted at the end of this update" in warned
    Tenant(lab.machine.auth0).verify()
    assert Tenant(lab.machine.auth0).logged("fn")  # what was warned about


def good(outcome: Outcome) -> Outcome:
    """Returns an outcome that succeeded."""
    assert outcome.ok, outcome.text
    return outcome


def choose(engine: Watched, **sending: object) -> None:
    """Says what the sending domain is to have."""
    engine.set_config("lab:sending", json.dumps(sending))


def hand_over(owner: Outcome, tenant: Watched) -> None:
    """Gives the tenant's stack what the owner's exports, as a StackReference does."""
    tenant.set_config("lab:key", owner.outputs["key"])
    tenant.set_config("lab:secret", owner.outputs["handed"]["secret"], secret=True)
    good(tenant.up())


def mail_arrives(lab: Lab, count: int) -> None:
    """Sends an email through what the tenant holds."""
    Tenant(lab.machine.auth0).verify()
    assert len(lab.machine.smtp.inbox.wait_for(count)) == count
