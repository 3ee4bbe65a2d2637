"""One key for several domains: its policy, its trial, and the senders that a tenant may have with it."""

from __future__ import annotations

import json
from typing import Any

import pytest

from support.registered import REGION, registered
from tenant_email import EmailProvider, SesSendingDomain, TenantEmail, auth0
from tenant_email.errors import InvalidSettings

DKIM = {"type": "CNAME", "ttl": 300, "values": ["t.dkim.amazonses.com"]}
ANSWERS: dict[str, Any] = {"dns_records": [{**DKIM, "name": f"t{n}._domainkey.acme.example"} for n in range(3)]}
LIMITS = {
    "sending_domain": "acme.example",
    "further_domains": ["brand.example"],
    "sending_addresses": None,
    "sending_names": ["Acme"],
}


def sending(name: str = "mail", domain: str = "acme.example", **more: Any) -> SesSendingDomain:
    """Makes a sending domain."""
    return SesSendingDomain(name, domain=domain, **more)


def limits(inputs: dict[str, Any]) -> dict[str, Any]:
    """Returns what a resource is told of its senders."""
    return {name: inputs.get(name) for name in LIMITS}


def test_further_domains_are_allowed_and_tried() -> None:
    """The policy names each identity, and the key is tried from each before it is passed on."""
    found = registered(lambda: sending(further_domains=["BRAND.example.", "acme.example"]), SesDomainIdentity=ANSWERS)
    resources = json.loads(found.inputs["Policy", "mail"]["policy"])["Statement"][0]["Resource"]
    arn = f"arn:aws:ses:{REGION}:123456789012:"
    own = f"{arn}configuration-set/acme-example"
    assert resources == [f"{arn}identity/acme.example", f"{arn}identity/brand.example", own]
    assert found.inputs["AwsKeyReady", "mail-a"]["from_addresses"] == [
        "key-check@acme.example",
        "key-check@brand.example",
    ]


def test_senders_are_held_to_the_key_that_the_tenant_has() -> None:
    """Whatever domain is named beside it, the policy of the settings' own key decides, for templates too."""

    def program() -> None:
        first = sending(further_domains=["brand.example"], from_display_names=["Acme"])
        second = sending("other", "other.example")
        templates = {"t": auth0.Template(template="verify_email", subject="s", body="b")}
        TenantEmail(
            "a",
            sending_domain=second,
            settings=auth0.Ses.from_ses(first),
            from_address="x@brand.example",
            templates=templates,
        )
        EmailProvider("b", tenant="two", settings=auth0.Smtp.from_ses(first), from_address="x@brand.example")

    found = registered(program, SesDomainIdentity=ANSWERS, AccessKey={"secret": "s"}).inputs
    assert limits(found["EmailProvider", "a"]) == LIMITS
    assert limits(found["EmailTemplate", "a-t"]) == LIMITS
    assert limits(found["EmailProvider", "b"]) == LIMITS


def test_what_is_no_domain_is_refused() -> None:
    """Each wrong one is named with its place."""
    with pytest.raises(InvalidSettings, match=r"further_domains\.1: .*email address"):
        registered(lambda: sending(further_domains=["brand.example", "a@brand.example"]), SesDomainIdentity=ANSWERS)


def test_recipients_leave_room_for_the_trial() -> None:
    """A policy for some recipients allows the mailbox simulator too, unless the key is not tried."""

    def recipients(**more: Any) -> list[str]:
        found = registered(lambda: sending(recipients=["*@home.example"], **more), SesDomainIdentity=ANSWERS)
        condition = json.loads(found.inputs["Policy", "mail"]["policy"])["Statement"][0]["Condition"]
        allowed: list[str] = condition["ForAllValues:StringLike"]["ses:Recipients"]
        return allowed

    assert recipients() == ["*@home.example", "success@simulator.amazonses.com"]
    assert recipients(prove_sending=False) == ["*@home.example"]
