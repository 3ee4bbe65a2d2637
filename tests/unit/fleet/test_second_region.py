"""A sending domain of a fleet file in a second region: what a tenant gets that sends through it, and what is wrong."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any, cast

import pulumi
import pytest

from support.fleet_texts import fleet_text, read, said
from support.registered import registered
from support.requests import requests
from tenant_email.errors import InvalidSettings
from tenant_email.fleet.program import declare
from tenant_email.fleet.stack_config import Unit
from tenant_email.fleet.yaml_program import shared_program, tenant_program

if TYPE_CHECKING:
    from tenant_email.fleet.document import Fleet

DOMAIN = "domain: acme.com, region: eu-west-1, mail_from: bounce-eu"
SECOND = "second_region: {region: us-east-1, mail_from: bounce-us}"
TOPIC = "arn:aws:sns:eu-west-1:123456789012:mail"
RECORDS = [
    {"type": "CNAME", "ttl": 300, "values": ["t.dkim.amazonses.com"], "name": f"t{number}._domainkey.acme.com"}
    for number in range(3)
]
ANSWERS: dict[str, Any] = {"SesDomainIdentity": {"dns_records": RECORDS}, "AccessKey": {"secret": "s"}}
ENTRIES = json.dumps({"acme": {"platform": "auth0", "url": "acme.eu.auth0.com", "clientId": "Zk3"}})


def text(domain: str = f"{DOMAIN}, {SECOND}", *, through: str = "", more: str = "") -> str:
    """Returns a file whose tenant sends from a shared domain, and through the region that is named."""
    moved = f", sends_through: {through}" if through else ""
    email = f"{{provider: {{kind: auth0.ses, from_ses: true}}, sending_domain: mail{moved}}}"
    return fleet_text(email, above=f"sending_domains:\n  mail: {{{domain}}}\n{more}")


def fleet(through: str = "", domain: str = f"{DOMAIN}, {SECOND}") -> Fleet:
    """Returns a fleet."""
    found = read(text(domain, through=through))
    assert found.problems == ()
    return found.fleet


@pytest.mark.parametrize(
    ("written", "problem"),
    [
        (text(f"{DOMAIN}, second_region: {{}}"), "sending_domains.mail.second_region.region: is missing"),
        (text(f"{DOMAIN}, second_region: 5"), "3:69 sending_domains.mail.second_region: must be a mapping"),
        (text(f"{DOMAIN}, second_region: {{region: eu-west-1}}"), "second_region.region: is the domain's first region"),
        (
            text("domain: acme.com, second_region: {region: us-east-1}"),
            "second_region.region: is of a domain that does not name its first region",
        ),
        (
            text(f"{DOMAIN}, second_region: {{region: us-east-1, mail_from: Bounce-EU.acme.com}}"),
            "second_region.mail_from: is that of the first region too: SES allows one MX record",
        ),
        (
            text(f"{DOMAIN}, user: {{name: m}}, second_region: {{region: us-east-1, user: {{name: M}}}}"),
            "second_region.user.name: is that of the first region too: IAM has one",
        ),
        (
            text(f"{DOMAIN}, events: {{destination: {{kind: sns_topic, arn: '{TOPIC}'}}}}, {SECOND}"),
            "second_region.events.destination.arn: is in eu-west-1, and the domain sends in us-east-1",
        ),
        (text(f"{DOMAIN}, second_region: {{region: us-east-1, dmarc: none}}"), "dmarc: is not a known setting"),
        (
            text(through="us-west-2"),
            "sends_through: is no region of the tenant's sending domain, which is in eu-west-1",
        ),
        (text(DOMAIN, through="us-east-1"), "sends_through: is no region of the tenant's sending domain"),
        (
            text(more="  mail-us-east-1: {domain: b.com}\n"),
            "sending_domains.mail.second_region: is called mail-us-east-1 among the resources",
        ),
    ],
)
def test_what_is_wrong(written: str, problem: str) -> None:
    """Each mistake is one problem, at its place."""
    (found,) = said(written)
    assert problem in found


@pytest.mark.parametrize("through", ["eu-west-1", "us-west-2"])
def test_a_domain_in_the_region_of_all(through: str) -> None:
    """One that names no region is in `aws.region`."""
    written = text("domain: acme.com", through=through).replace(
        "version: 1\n", "version: 1\naws: {region: eu-west-1}\n"
    )
    remedies = [each.remedy for each in read(written).problems]
    assert remedies == ([] if through == "eu-west-1" else ["Correct it, or give the domain that second_region."])


def test_users_without_a_name() -> None:
    """Each region has one of its own, which gets a name of its own."""
    user = "user: {path: /mail/}"
    assert said(text(f"{DOMAIN}, {user}, second_region: {{region: us-east-1, {user}}}")) == []


def test_what_the_first_region_has_wrong_is_said_once() -> None:
    """And not of the second one too."""
    (found,) = said(text(f"{DOMAIN.replace('acme.com', 'a b')}, {SECOND}"))
    assert "sending_domains.mail.domain" in found


def test_what_the_second_region_has() -> None:
    """The keys of the first one, a user and a MAIL FROM domain of its own, and all else but DMARC."""
    both = f"{DOMAIN}, dmarc: none, tags: {{team: mail}}, user: {{name: m, path: /mail/}}, {SECOND}"
    made = registered(lambda: declare(fleet(domain=both), Unit(sending_domain="mail"), {}), **ANSWERS).inputs
    second = made["SesDomainIdentity", "mail-us-east-1"]
    assert (second["replica_of"], second["region"]) == ("eu-west-1", "us-east-1")
    looked_at = made["SesDomainPreflight", "mail-us-east-1-preflight"]
    assert looked_at["mail_from"] == "bounce-us.acme.com"
    users = {name: inputs for (kind, name), inputs in made.items() if kind == "User"}
    assert [(each.get("name"), each["path"]) for each in users.values()] == [("m", "/mail/"), (None, "/mail/")]
    assert [each["tags"]["team"] for each in users.values()] == ["mail", "mail"]
    assert [name for _, name in made if "dmarc" in name] == ["mail-dmarc"]


@pytest.mark.parametrize(("through", "key"), [("", "EU"), ("eu-west-1", "EU"), ("us-east-1", "US")])
def test_a_tenant_gets_the_key_of_the_region_that_it_sends_through(through: str, key: str) -> None:
    """Of the outputs that the domain's stack has of both."""
    outputs = {"region": "eu-west-1", "access_key_id": "EU", "secret_access_key": "canary-eu"}
    outputs |= {
        f"second_region_{name}": value.replace("eu", "us").replace("EU", "US") for name, value in outputs.items()
    }

    def program() -> None:
        pulumi.runtime.set_config(
            "tenant-email:tenants", ENTRIES.replace('"Zk3"', '"Zk3", "clientSecretEnv": "ACME_SECRET"')
        )
        declare(fleet(through), Unit(tenant="acme"), {"ACME_SECRET": "s"})

    made = registered(program, StackReference={"outputs": outputs}).inputs
    assert made["EmailProvider", "acme"]["settings"]["value"]["access_key_id"] == key


def test_a_program_refuses_it_too() -> None:
    """A file is read without being judged there."""
    one = read(text(through="us-west-2")).fleet

    def program() -> None:
        pulumi.runtime.set_config("tenant-email:tenants", json.dumps({"acme": dict(one.tenants["acme"].entry)}))
        declare(one, Unit(tenant="acme"), {"ACME_SECRET": "s"})

    with pytest.raises(InvalidSettings, match=r"tenants\.acme\.email\.sends_through: is no region of"):
        registered(program, **ANSWERS)


@pytest.mark.parametrize("is_own", [False, True], ids=["shared", "own"])
def test_a_domain_of_another_name(*, is_own: bool) -> None:
    """The resources of both regions are known by their old names."""
    unit, renamed = Unit(sending_domain="mail"), f"{DOMAIN}, {SECOND}, renamed_from: post"
    found = fleet(domain=renamed)
    if is_own:
        own = {**found.sending_domains["mail"]}
        acme = replace(found.tenants["acme"], renamed_from="old", email={"sending_domain": own})
        unit, found = Unit(tenant="acme"), replace(found, sending_domains={}, tenants={"acme": acme})

    def program() -> None:
        pulumi.runtime.set_config("tenant-email:tenants", json.dumps({"acme": dict(found.tenants["acme"].entry)}))
        declare(found, unit, {"ACME_SECRET": "s"})

    asked, name = cast("Any", requests(program, **ANSWERS)), "acme" if is_own else "mail"
    for called, before in ((name, "post"), (f"{name}-us-east-1", "post-us-east-1")):
        assert asked["SesSendingDomain", called].aliases[0].spec.name == before


def test_a_program_in_yaml() -> None:
    """It makes both, the second after the first, and a tenant's takes the outputs of the one that it sends through."""
    moved = fleet("us-east-1")
    domain = shared_program(moved, "mail").text
    second = domain["resources"]["second_region_domain"]
    assert second["options"] == {"dependsOn": ["${domain}"]}
    assert second["properties"]["dkim"] == {"kind": "replica", "parentRegion": "eu-west-1"}
    assert domain["outputs"]["second_region_access_key_id"] == "${second_region_domain.accessKeyId}"
    provider = tenant_program(moved, Unit(tenant="acme"), {}, "o/p/s").text["resources"]["provider"]
    assert provider["properties"]["settings"]["accessKeyId"] == '${shared.outputs["second_region_access_key_id"]}'
