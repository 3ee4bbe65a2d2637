"""The policy of a sending domain's key: all that its arguments say, and nothing more."""

from __future__ import annotations

import json
from dataclasses import fields
from typing import Any

import pytest

from tenant_email import auth0, ses
from tenant_email.components.ses_arguments import Given, require_valid
from tenant_email.components.ses_policy import policy_problem, policy_text
from tenant_email.errors import Problem

AT = "arn:aws:ses:eu-west-1:123456789012"
SETS = ("theirs", "acme-com")


def policy(**sending: Any) -> dict[str, Any]:
    """Returns the policy of a key, which also may use the set `theirs`."""
    prove_sending = sending.pop("prove_sending", True)
    usual: dict[str, Any] = dict.fromkeys(each.name for each in fields(Given)) | {"short": {}, "dkim": "easy"}
    keys = ses.KeySlots(prove_sending=prove_sending)
    flags = {"require_production_access": False, "overwrite": False, "on_existing": "fail"}
    given: dict[str, Any] = {
        **usual,
        **flags,
        "domain": "acme.com",
        "active_key": keys,
        "sending": ses.SendingPolicy(**sending),
    }
    text = policy_text(require_valid("mail", Given(**given)), "eu-west-1", "123456789012", ["theirs"])
    found: dict[str, Any] = json.loads(text)
    return found


def test_a_policy_that_says_little() -> None:
    """Every address of the domain, in every way, with both sets."""
    (statement,) = policy(prove_sending=False)["Statement"]
    assert statement["Resource"] == [f"{AT}:identity/acme.com", *(f"{AT}:configuration-set/{n}" for n in SETS)]
    assert (statement["Action"], statement.get("Condition")) == (["ses:SendEmail", "ses:SendRawEmail"], None)


@pytest.mark.parametrize(("prove_sending", "simulator"), [(True, ["success@simulator.amazonses.com"]), (False, [])])
def test_a_policy_that_says_all(prove_sending: bool, simulator: list[str]) -> None:
    """Each part of it where IAM looks; the simulator is a recipient where the key is proven."""
    sending, reached = policy(
        prove_sending=prove_sending,
        from_addresses=["no-reply@acme.com"],
        from_display_names=["Acme"],
        recipients=["*@home.com"],
        from_identities=["me@acme.com"],
        sandbox_recipients=["you@home.com"],
        further_domains=["brand.com"],
        sends_through=auth0.Smtp,
    )["Statement"]
    identities = [f"{AT}:identity/{each}" for each in ("acme.com", "brand.com", "me@acme.com")]
    assert sending["Resource"] == [*identities, *(f"{AT}:configuration-set/{each}" for each in SETS)]
    assert sending["Action"] == ["ses:SendRawEmail"]
    condition = sending["Condition"]
    assert condition["StringEquals"]["ses:FromDisplayName"] == ["Acme"]
    assert "no-reply@acme.com" in condition["StringEquals"]["ses:FromAddress"]
    recipients = condition["ForAllValues:StringLike"]["ses:Recipients"]
    assert [each for each in recipients if "simulator" in each][:1] == simulator
    assert reached["Resource"] == [f"{AT}:identity/you@home.com"]


def test_identities_are_named_as_ses_names_them() -> None:
    """A domain in A-labels, whatever its case; an address as it was verified; in the sandbox each may be the sender."""
    sending, reached = policy(
        from_identities=["Me@Home.com", "BÖRD.example."], sandbox_recipients=["you@Börd.example"]
    )["Statement"]
    of_identities = [each for each in sending["Resource"] if ":identity/" in each]
    assert of_identities == [f"{AT}:identity/{each}" for each in ("acme.com", "Me@Home.com", "xn--brd-sna.example")]
    assert reached["Resource"] == [f"{AT}:identity/you@xn--brd-sna.example"]
    assert reached["Condition"]["StringLike"]["ses:FromAddress"] == [
        "*@acme.com", "*@*.acme.com", "Me@Home.com", "Me@home.com", "*@xn--brd-sna.example", "*@*.xn--brd-sna.example"
    ]  # fmt: skip


def test_a_policy_that_is_too_long() -> None:
    """White space does not count."""
    assert policy_problem(" ".join("a" * 6144)) is None
    assert policy_problem("a" * 6145) == Problem(
        "sending",
        "makes a policy of 6145 characters, and IAM takes 6144",
        "Write patterns such as *@acme.com in place of many addresses, or give senders another domain.",
    )
