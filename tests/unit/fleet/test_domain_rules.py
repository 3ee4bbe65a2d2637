"""What is wrong with sending domains that a preview would find in their parts: a check says it first, by line."""

from __future__ import annotations

from typing import Any

import pytest

from support.fleet_texts import fleet_text, read, said
from support.registered import registered
from tenant_email.fleet.program import declare
from tenant_email.fleet.stack_config import Unit

API, SMTP = (f"{{provider: {{kind: auth0.{each}, from_ses: true}}, sending_domain: m}}" for each in ("ses", "smtp"))
TOPIC = "arn:aws:sns:us-east-1:123456789012:mail"
QUIET = "destination: {kind: event_bus}, alarms: {scopes: []}"
SENDERS = ", ".join(f"s{number}-{'x' * 50}@acme.com" for number in range(120))


def of(*domains: str, region: str = "eu-west-1", email: str = API, aws: str = "") -> str:
    """Returns a file with sending domains m, n and so on, of which the tenant sends from the first."""
    shared = "".join(f"  {name}: {{{given}}}\n" for name, given in zip("mnop", domains, strict=False))
    return fleet_text(email, above=f"aws: {{region: {region}{aws}}}\nsending_domains:\n{shared}")


@pytest.mark.parametrize(
    ("more", "problem"),
    [
        ("dns: {host: cloudflare, zone_id: acme.com}", "4:49 sending_domains.m.dns.zone_id: cannot be 'acme.com'"),
        ("dns: {host: google, managed_zone: acme.com}", "4:45 sending_domains.m.dns.managed_zone: cannot be"),
        ("dns: {host: google, managed_zone: a, project: A B}", "sending_domains.m.dns.project: cannot be 'A B'"),
        ("dns: {host: azure, resource_group_name: /a/b, zone_name: acme.com}", "dns.resource_group_name: cannot be"),
        ("dns: {host: digitalocean, domain: acme..com}", "sending_domains.m.dns.domain: "),
        ("verification_timeout: soon", "4:25 sending_domains.m.verification_timeout: cannot be 'soon'"),
        ("verification_timeout: 0s", "verification_timeout: cannot be '0s'"),
        ("tags: {managed-by: me}", "4:32 sending_domains.m.tags.managed-by: is a tag that this package writes"),
        (f"tags: {{{', '.join(f't{each}: a' for each in range(48))}}}", "sending_domains.m.tags: has 48 tags"),
        ("region: eu-west-9", "4:25 sending_domains.m.region: eu-west-9 is not an AWS region"),
        ("region: ap-east-1", "sending_domains.m.region: SES is not in ap-east-1"),
        (f"events: {{destination: {{kind: sns_topic, arn: '{TOPIC}'}}}}", "destination.arn: is in us-east-1, and the"),
        (f"events: {{alarms: {{actions: ['{TOPIC}']}}}}", "sending_domains.m.events.alarms.actions.0: is in us-east-1"),
        (f"from_addresses: [{SENDERS}]", "4:25 sending_domains.m.from_addresses: makes a policy of "),
        ("region: eu-west-1, second_region: {region: us-east-9}", "sending_domains.m.second_region.region: us-east-9"),
        (
            "region: eu-west-1, user: {policy_name: P}, second_region: {region: us-east-1, user: {policy_name: p}}",
            "second_region.user.policy_name: is that of the first region too: IAM has one",
        ),
    ],
)
def test_what_a_preview_would_refuse(more: str, problem: str) -> None:
    """The library's own rules for hosts, times, tags, regions, topics and policies, and nothing beside the problem."""
    (found,) = said(of(f"domain: acme.com, {more}"))
    assert problem in found


@pytest.mark.parametrize(("length", "place"), [(57, ""), (50, ".second_region")])
def test_a_name_that_iam_has_no_room_for(length: int, place: str) -> None:
    """The resources of a domain are called as it is, and those of its second region by that region too."""
    name, second = "m" * length, ", region: eu-west-1, mail_from: a, second_region: {region: us-east-1, mail_from: b}"
    text = of(f"domain: acme.com{second if place else ''}").replace("  m:", f"  {name}:")
    (found,) = said(text.replace("sending_domain: m}", f"sending_domain: {name}}}"))
    assert f"sending_domains.{name}{place}: '{name}" in found
    assert "cannot begin names that IAM takes: 1 to 56 letters" in found


def test_all_at_once() -> None:
    """What is wrong with one part hides nothing of another."""
    found = said(of("domain: a b, dns: {host: cloudflare, zone_id: a}, tags: {managed-by: me}, user: {name: ''}"))
    assert [each.split(" ")[1] for each in found] == [
        f"sending_domains.m.{path}:" for path in ("domain", "dns.zone_id", "tags.managed-by", "user.name")
    ]


def test_a_region_of_all() -> None:
    """It is judged where a domain takes it; one that is newer than botocore is taken where the file says so."""
    (found,) = read(of("domain: acme.com", region="eu-west-9")).problems
    assert (found.path, found.line, found.what) == ("aws.region", 2, "eu-west-9 is not an AWS region")
    assert found.remedy.endswith("or set aws.skipRegionValidation to true.")
    assert said(of("domain: acme.com", region="eu-west-9", aws=", skipRegionValidation: true")) == []
    assert said(of("domain: acme.com, region: eu-west-1", region="eu-west-9")) == []


@pytest.mark.parametrize(
    ("first", "second", "problem"),
    [
        (
            "domain: a.com, dmarc: none",
            "domain: a.com, region: us-east-1, dmarc: none",
            "n.dmarc: is that of sending_domains.m too",
        ),
        ("domain: a.com, dmarc: none", "domain: a.com, region: us-east-1, dmarc: none, publish: false", ""),
        (
            "domain: a.com, mail_from: b",
            "domain: a.com, region: us-east-1, mail_from: b.a.com",
            "n.mail_from: is that of sending_domains.m too",
        ),
        ("domain: a.com, mail_from: b", "domain: c.com, mail_from: b", ""),
        (
            f"domain: a.com, events: {{{QUIET}}}",
            f"domain: b.com, events: {{name: a-com, {QUIET}}}",
            "n.events.name: is that of sending_domains.m too",
        ),
        (
            f"domain: a.com, events: {{{QUIET}}}",
            f"domain: b.com, region: us-east-1, events: {{name: a-com, {QUIET}}}",
            "",
        ),
        (
            "domain: a.com, user: {policy_name: mail}",
            "domain: b.com, user: {policy_name: MAIL}",
            "n.user.policy_name: is that of sending_domains.m too",
        ),
    ],
)
def test_what_only_one_may_have(first: str, second: str, problem: str) -> None:
    """A record, a set and a policy of two stacks: they would undo each other."""
    found = said(of(first, second))
    assert [problem in each for each in found] == ([True] if problem else [])


def test_a_region_without_smtp() -> None:
    """A tenant that sends by SMTP is refused; one by SES's API is not, and the domain's stack shows no SMTP."""
    (found,) = said(of("domain: acme.com", region="me-central-1", email=SMTP))
    assert "tenants.acme.email.provider.from_ses: ses me-central-1: no SMTP endpoint is known" in found
    second = "domain: acme.com, region: eu-west-1, second_region: {region: me-central-1}"
    (found,) = said(of(second, email=SMTP))
    assert "provider.from_ses: ses me-central-1: no SMTP endpoint is known" in found
    assert said(of(second)) == []
    fleet = read(of("domain: acme.com", region="me-central-1")).fleet
    records = [{"name": f"t{number}._domainkey.acme.com", "type": "CNAME", "values": ["t"]} for number in range(3)]
    answers: dict[str, Any] = {"SesDomainIdentity": {"dns_records": records}, "AccessKey": {"secret": "s"}}
    made = registered(lambda: declare(fleet, Unit(sending_domain="m"), {}), **answers).inputs
    assert ("User", "m") in made
