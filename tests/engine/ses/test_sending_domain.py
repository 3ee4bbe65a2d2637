"""A sending domain on whole stacks: what comes up, what a change touches, what stops it before the tenant."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from support.auth0 import Tenant
from support.ses_programs import PROGRAM
from tenant_email.aws.rsa_key import new_private_key

if TYPE_CHECKING:
    from support.canary import Watched
    from support.engines import Engine, Outcome
    from support.lab import Lab

DOMAIN = "mail.acme.example"


def opened(lab: Lab) -> Engine:
    """Opens the stack."""
    lab.write(PROGRAM)
    return lab.open()


def choose(engine: Engine | Watched, **sending: Any) -> None:
    """Says what the sending domain is to have."""
    engine.set_config("lab:sending", json.dumps(sending))


def good(outcome: Outcome) -> Outcome:
    """Returns an outcome that succeeded."""
    assert outcome.ok, outcome.text
    return outcome


def test_a_change_touches_only_what_changes(lab: Lab) -> None:
    """Tags, MAIL FROM and configuration set come and go; of all else what has tags too or looks at the set."""
    engine = opened(lab)
    choose(engine, tags={"team": "mail"})
    good(engine.up())
    choose(engine, tags={"team": "sign-in"})
    tagged = good(engine.preview())
    assert (tagged.operations, tagged.changes["update"]) == ({"mail-settings": "update", "mail": "update"}, 3)
    choose(engine, tags={"team": "mail"}, mail_from="bounce")
    waits = {"mail-settings": "update", "mail-verified": "update"}
    records = {"mail-mail-from-mx": "create", "mail-mail-from-spf": "create"}
    looks = {"mail-preflight": "update"}
    assert good(engine.preview()).operations == {**waits, **records, **looks}
    choose(engine, tags={"team": "mail"}, mail_from="bounce", with_set=True)
    lab.calls()
    changed = good(engine.up())
    assert changed.operations == {**waits, **records, **looks, "mail": "update", "tenant": "update"}
    assert changed.changes["update"] == 5  # "mail" is the policy, which names the configuration set, as the tenant does
    _, look, change = lab.calls()  # the options beside it are laid back as they are
    assert look.startswith("GET ")
    assert change.endswith("(settings.message.configuration_set_name)")


def test_what_leaves_the_records_alone_may_change_while_they_are_protected(lab: Lab) -> None:
    """An argument of the identity that steers only us replaces no record in a preview, which Pulumi would refuse."""
    lab.write(PROGRAM.replace("**given)", "**given, opts=pulumi.ResourceOptions(protect=True))"))
    engine = lab.open()
    good(engine.up())
    choose(engine, on_delete="retain")
    previewed = good(engine.preview()).operations
    assert (previewed["mail"], set(previewed.values())) == ("update", {"update"})
    assert good(engine.up()).operations.items() <= previewed.items()


def test_another_name_is_another_user_with_a_key_of_its_own(lab: Lab) -> None:
    """No key follows a renamed user: the new one is made and proven, the tenant switched, the old one deleted."""
    engine = opened(lab)
    old = good(engine.up()).outputs["key"]
    choose(engine, user_name="tenant-mail", user_path="/email/")
    new = good(engine.up()).outputs["key"]
    aws = lab.machine.aws
    iam = aws.session().client("iam", endpoint_url=aws.url)
    assert [(each["UserName"], each["Path"]) for each in iam.list_users()["Users"]] == [("tenant-mail", "/email/")]
    keys = iam.list_access_keys(UserName="tenant-mail")["AccessKeyMetadata"]
    assert [each["AccessKeyId"] for each in keys] == [new] != [old]
    Tenant(lab.machine.auth0).verify()
    assert lab.machine.smtp.inbox.wait_for(1)
    good(engine.destroy())
    assert iam.list_users()["Users"] == []


def test_what_cannot_work_is_refused_at_preview(lab: Lab) -> None:
    """A sender outside of the verified domain, and SMTP where SES has none, are reported before anything is made."""
    engine = opened(lab)
    engine.set_config("lab:from", "no-reply@acme.example")
    refused = engine.preview()
    assert not refused.ok
    assert "from_address" in refused.text
    choose(engine, region="eu-south-1")
    engine.set_config("lab:kind", "Smtp")
    text = engine.preview().text
    assert "no SMTP endpoint is known for this region" in text
    assert not any(word in text for word in ("Traceback", "unhandled exception"))  # though it is raised in an apply


def test_a_sandbox_stops_the_switch(lab: Lab) -> None:
    """Where production access is required, a provider that only waits for that is not switched, and the remedy told."""
    engine = opened(lab)
    engine.set_config("lab:switch", "false")
    good(engine.up())
    choose(engine, keep_other_key=True)
    assert good(engine.preview()).operations == {"mail-b": "create"}
    engine.set_config("lab:switch", "true")
    choose(engine, require_production_access=True)
    lab.machine.aws.behavior.production = False
    lab.machine.aws.behavior.delays = {"GetAccount": 2.0}  # a provider that did not wait would be switched meanwhile
    failed = engine.up()
    assert "in the sandbox, mail reaches verified recipients only" in failed.text
    assert lab.machine.auth0.state.provider is None


def test_records_that_are_missing_stop_the_switch(lab: Lab) -> None:
    """Without publishing, the wait ends with each record and what it should be; the tenant is not touched."""
    engine = opened(lab)
    choose(engine, publish=False, zone="acme.example", verification_timeout="6s")
    failed = engine.up()
    assert not failed.ok
    assert failed.text.count(f"._domainkey.{DOMAIN}: TENANT_EMAIL_DNS") >= 3
    assert "records to publish" in failed.text
    assert "._domainkey.mail " in failed.text
    assert lab.machine.auth0.state.provider is None


def test_byodkim_from_its_creation_to_the_next_key(lab: Lab) -> None:
    """Easy DKIM to a key made here, then to a given one: each published before the switch, never in clear in state."""
    engine = opened(lab)
    choose(engine)
    good(engine.up())
    choose(engine, dkim="byo", dkim_selector="mail-1")
    first = good(engine.up())
    assert [record["name"] for record in first.outputs["records"]] == [f"mail-1._domainkey.{DOMAIN}"]
    engine.set_config("lab:dkim-key", new_private_key().reveal(), secret=True)
    choose(engine, dkim="byo", dkim_selector="mail-2")
    second = good(engine.up())
    assert (second.operations["mail-dkim-mail-2"], second.operations["mail-dkim-mail-1"]) == ("create", "delete")
    shown = first.text + second.text + json.dumps(engine.export())
    assert "PRIVATE KEY" not in shown
    Tenant(lab.machine.auth0).verify()
    assert lab.machine.smtp.inbox.wait_for(1)
