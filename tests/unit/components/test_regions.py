"""The sending domain that a tenant uses, of several regions."""

from __future__ import annotations

from functools import partial
from typing import Any

import pulumi
import pytest

from support.registered import registered
from tenant_email import SesSendingDomain, active_sending_domain, auth0, logto, ses
from tenant_email.errors import InvalidSettings

DKIM = {"type": "CNAME", "ttl": 300, "values": ["t.dkim.amazonses.com"]}
ANSWERS = {"SesDomainIdentity": {"dns_records": [{**DKIM, "name": f"t{n}._domainkey.acme.example"} for n in range(3)]}}
ALIKE: dict[str, Any] = {"domain": "acme.example", "from_addresses": ["a@acme.example", "b@acme.example"]}


def choose(active: Any, standby: dict[str, Any] | None = None) -> list[Any]:
    """Returns both domains, and the one of them that is chosen."""
    seen = list[Any]()

    def program() -> None:
        europe = SesSendingDomain("eu", region="eu-west-1", **ALIKE)
        america = SesSendingDomain(
            "us", region="us-east-1", dkim=ses.ReplicaDkim(parent_region="eu-west-1"), **{**ALIKE, **(standby or {})}
        )
        seen.extend((europe, america, active_sending_domain({"eu": europe, "us": america}, active)))

    registered(program, **ANSWERS)
    return seen


@pytest.mark.parametrize(("active", "number"), [("eu", 0), ("us", 1)])
def test_one_setting_chooses(active: str, number: int) -> None:
    """The keys of both count as the tenant's, so that a rotation of either warns of nobody."""
    *both, chosen = choose(active, {"from_addresses": ["b@acme.example", "a@acme.example"]})
    assert chosen is both[number]
    assert [each.held_here for each in both] == [True, True]


@pytest.mark.parametrize(
    ("active", "standby", "said"),
    [
        ("asia", {}, "active: 'asia' is none of the domains\nUse eu or us."),
        (None, {}, "active: must be a string"),
        (
            "eu",
            {"from_addresses": ["a@acme.example"]},
            "domains.us: has other from_addresses than eu\nGive both the same: what",
        ),
        ("eu", {"further_domains": ["brand.example"]}, "domains.us: has other further_domains than eu\nGive both the"),
        ("eu", {"recipients": ["*@acme.example"]}, "domains.us: has other recipients than eu\nGive both the same"),
        ("eu", {"from_display_names": ["Acme"]}, "domains.us: has other from_display_names than eu\nGive both"),
        ("eu", {"sends_through": logto.AwsSes}, "domains.us: has another sends_through than eu\nGive both the same"),
        (
            "eu",
            {"domain": "mail.acme.example", "from_addresses": ["*"]},
            "domains.us: is mail.acme.example, and eu is acme.example\nUse one domain in several regions",
        ),
    ],
)
def test_a_standby_that_could_not_send_is_refused(active: Any, standby: dict[str, Any], said: str) -> None:
    """While the program is built, and not on the day that it is needed."""
    with pytest.raises(InvalidSettings) as raised:
        choose(active, standby)
    assert said in str(raised.value)


@pytest.mark.parametrize(
    ("standby", "said"),
    [
        ({"region": "eu-west-1"}, "domains.us: is in eu-west-1, as eu is\nPut each in a region of its own"),
        ({"region": None}, "domains.us: is in eu-west-1, as eu is"),
        (
            {"region": "me-central-1", "sends_through": auth0.Smtp},
            "domains.us: is in me-central-1, where SES has no SMTP endpoint\nChoose a region that has one",
        ),
    ],
)
def test_a_standby_that_would_not_help_is_refused(standby: dict[str, Any], said: str) -> None:
    """One beside the first goes down with it, and one that has no SMTP takes no tenant that sends by it."""
    more = {"sends_through": standby["sends_through"]} if "sends_through" in standby else {}

    def program() -> None:
        europe = SesSendingDomain("eu", region="eu-west-1", mail_from="eu", **ALIKE, **more)
        america = SesSendingDomain("us", mail_from="us", **ALIKE, **standby)
        active_sending_domain({"eu": europe, "us": america}, "eu")

    with pytest.raises(InvalidSettings) as raised:
        registered(program, **ANSWERS)
    assert said in str(raised.value)


def test_a_standby_may_be_another_accounts_or_have_a_host_of_its_own() -> None:
    """The same region of another account helps where AWS has stopped the first, and a host may be newer than we."""

    def program() -> None:
        europe = SesSendingDomain("eu", sends_through=auth0.Smtp, **ALIKE)
        hosted = SesSendingDomain(
            "me", region="me-central-1", smtp_host="smtp.me.example", sends_through=auth0.Smtp, **ALIKE
        )
        by_api = SesSendingDomain("af", region="af-south-1", sends_through=logto.AwsSes, **ALIKE)
        assert active_sending_domain({"eu": europe, "me": hosted}, "me") is hosted
        assert active_sending_domain({"af": by_api}, "af") is by_api

    registered(program, **ANSWERS)


def test_a_standby_may_send_more() -> None:
    """One that takes both ways through SES is as good as one that takes the tenant's alone."""
    one: dict[str, Any] = {"sends_through": auth0.Smtp}

    def program() -> None:
        europe, america = (
            SesSendingDomain(name, region=f"{name}-west-1", mail_from=name, **ALIKE, **more)
            for name, more in (("eu", one), ("us", {}))
        )
        active_sending_domain({"eu": europe, "us": america}, "eu")

    registered(program, **ANSWERS)


@pytest.mark.parametrize(
    ("domains", "said"),
    [
        ({}, "domains: is empty\nPass a dict, as in "),
        (["eu"], "domains: is a list\nPass a dict, as in "),
        ({"eu": "eu-west-1"}, r"domains.eu: is a str\nPass a SesSendingDomain\("),
    ],
)
def test_domains_of_another_type(domains: Any, said: str) -> None:
    """Each with what to pass."""
    with pytest.raises(InvalidSettings, match=said):
        partial(active_sending_domain, domains, "eu")()


def test_what_is_no_sending_domain_is_refused() -> None:
    """An Output has every attribute, and a number is no name."""
    given: Any = {"eu": pulumi.Output.from_input("mail"), 5: ses.SendingPolicy()}
    with pytest.raises(InvalidSettings) as raised:
        active_sending_domain(given, "us")
    said = str(raised.value)
    assert "domains.eu: is a Output\n" in said
    assert "domains.5: must be a string, not an int" in said
    assert "domains.5: is a SendingPolicy\n" in said
    assert "active: 'us' is none of the domains\nUse eu or 5." in said
