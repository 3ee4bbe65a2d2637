"""A sending domain of a fleet file: its events, its DNS host and its user, and what is wrong with them by line."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pulumi
import pytest

from support.fleet_texts import fleet_text, read, said
from support.registered import Registered, registered, run_with
from tenant_email import package_schema as schema
from tenant_email.errors import InvalidSettings
from tenant_email.fleet.kubernetes import Cluster, generate
from tenant_email.fleet.program import declare
from tenant_email.fleet.stack_config import Unit
from tenant_email.fleet.yaml_program import shared_program

if TYPE_CHECKING:
    from tenant_email.fleet.document import Fleet

EMAIL = "{provider: {kind: auth0.ses, from_ses: true}, sending_domain: mail}"
DKIM = {"type": "CNAME", "ttl": 300, "values": ["t.dkim.amazonses.com"]}
RECORDS = [{**DKIM, "name": f"t{number}._domainkey.acme.com"} for number in range(3)]
AT_CLOUDFLARE = "host: cloudflare, zone_id: 023e105f4ecef8ad9ca31a8372d0c353"
TOPIC = "arn:aws:sns:eu-west-1:123456789012:mail"


def of_domain(more: str) -> str:
    """Returns a file whose tenant sends from a shared domain."""
    domain = f"sending_domains:\n  mail: {{domain: acme.com, {more}}}\n"
    return fleet_text(EMAIL, above=f"aws: {{region: eu-west-1}}\n{domain}")


def fleet() -> Fleet:
    """Returns a fleet whose shared domain has all of it."""
    events = f"events: {{destination: {{kind: event_bus}}, name: mails, alarms: {{actions: ['{TOPIC}']}}}}"
    found = read(of_domain(f"{events}, from_display_names: [Acme], dns: {{{AT_CLOUDFLARE}}}, user: {{name: mailer}}"))
    assert found.problems == ()
    return found.fleet


@pytest.mark.parametrize(
    ("more", "problem"),
    [
        ("events: 5", "4:28 sending_domains.mail.events: must be a mapping"),
        ("events: {types: [OPEN]}", "sending_domains.mail.events.types.0: must be 'SEND', 'DELIVERY'"),
        ("events: {destination: {kind: sqs}}", "events.destination: needs a kind: sns_topic, event_bus, cloud_watch"),
        ("events: {destination: {arn: a}}", "events.destination: needs a kind: sns_topic, event_bus, cloud_watch"),
        (
            f"events: {{destination: {{kind: event_bus, arn: a}}, alarms: {{actions: ['{TOPIC}']}}}}",
            "events.destination.arn: is not a known setting",
        ),
        ("events: {destination: {kind: sns_topic, arn: a}}", "events.destination.arn: 'a' is not the ARN of"),
        ("events: {alarms: {bounce_rate: 0.2}}", "events.alarms.bounce_rate: is 0.2, but SES puts an account under"),
        (
            "events: {alarms: {scopes: []}, destination: {kind: cloud_watch, dimensions: [{name: 'a b', default: c}]}}",
            "events.destination.dimensions.0.name: 'a b' is not the name of a dimension",
        ),
        ("dns: {host: bind}", "4:28 sending_domains.mail.dns: needs a host: route53, cloudflare, google, azure"),
        ("dns: {host: cloudflare}", "sending_domains.mail.dns.zone_id: is missing"),
        (
            "dns: {host: digitalocean, domain: b.com}",
            "4:54 sending_domains.mail.dns.domain: acme.com is not in the zone b.com",
        ),
        (
            f"dns: {{{AT_CLOUDFLARE}, zone: b.com}}",
            "sending_domains.mail.dns.zone: acme.com is not in the zone b.com",
        ),
        (
            "dns: {host: azure, resource_group_name: g, zone_name: b.com}",
            "dns.zone_name: acme.com is not in the zone b.com",
        ),
        (
            f"dns: {{{AT_CLOUDFLARE}, existing: [dmarc_reports]}}",
            "sending_domains.mail.dns.existing.0: 'dmarc_reports' has no effect in this zone",
        ),
        (f"dns: {{{AT_CLOUDFLARE}}}, zone_id: Z1", "zone_id: has no effect where a function publishes"),
        ("user: {naem: x}", "4:35 sending_domains.mail.user.naem: is not a known setting"),
    ],
)
def test_what_is_wrong(more: str, problem: str) -> None:
    """Names and types as the schema has them, and then what the library refuses of its own values; nothing else."""
    (found,) = said(of_domain(more))
    assert problem in found


def test_the_stack_of_a_domain() -> None:
    """Its records are the host's own resources; user, set and policy are as the file has them."""
    answers: dict[str, Any] = {"SesDomainIdentity": {"dns_records": RECORDS}, "AccessKey": {"secret": "s"}}
    made = registered(lambda: declare(fleet(), Unit(sending_domain="mail"), {}), **answers).inputs
    assert {"DnsRecord", "ConfigurationSet"} <= {kind for kind, _ in made}
    assert next(inputs for (kind, _), inputs in made.items() if kind == "User")["name"] == "mailer"
    policy = next(inputs["policy"] for (kind, _), inputs in made.items() if kind == "Policy")
    assert json.loads(policy)["Statement"][0]["Condition"] == {"StringEquals": {"ses:FromDisplayName": ["Acme"]}}


def test_the_stack_of_a_tenant() -> None:
    """Its mail uses the set that the other stack made, and its key, which stays secret there."""
    one = fleet()
    outputs = {
        "region": "eu-west-1",
        "access_key_id": "AK",
        "secret_access_key": "canary",
        "configuration_set": "mails",
    }
    smtp = {"smtp_host": "h", "smtp_port": 587, "smtp_username": "AK", "smtp_password": "x"}

    def program() -> None:
        pulumi.runtime.set_config("tenant-email:tenants", json.dumps({"acme": dict(one.tenants["acme"].entry)}))
        declare(one, Unit(tenant="acme"), {"ACME_SECRET": "s"})

    made = registered(program, StackReference={"outputs": {**outputs, **smtp}}).inputs
    found: Any = made["EmailProvider", "acme"]["settings"]["value"]  # a secret, as the key is
    assert (found["configuration_set_name"], found["access_key_id"]) == ("mails", "AK")
    assert made["EmailProvider", "acme"]["sending_names"] == ["Acme"]


SENDER = "{template: verify_email, subject: s, body: '{{ url }}', from_address: A <a@b.com>}"


@pytest.mark.parametrize(
    ("limits", "problem"),
    [
        ("from_addresses: [c@acme.com]", "a@b.com is not in the verified domain acme.com"),
        ("further_domains: [b.com], from_addresses: [b@b.com]", "a@b.com is not one of the addresses"),
        ("further_domains: [b.com], from_display_names: [B]", "has the name 'A', and the sending policy allows only"),
    ],
)
def test_a_sender_that_the_key_may_not_send_as(limits: str, problem: str) -> None:
    """Said of the tenant's own sender and of each template's, as their preview does: SES would refuse every mail."""
    senders = f"from_address: A <a@b.com>, templates: {{verify: {SENDER}}}"
    email = EMAIL.replace("{provider", f"{{{senders}, provider")
    found = read(of_domain(limits).replace(EMAIL, email)).problems
    assert [each.path for each in found] == [
        "tenants.acme.email.from_address",
        "tenants.acme.email.templates.verify.from_address",
    ]
    assert all(problem in each.what for each in found)


@pytest.mark.parametrize(
    ("shared", "own", "problems"),
    [
        (
            "{m: {domain: a.com}, n: {domain: A.com.}}",
            "m",
            ["sending_domains.n.domain: is that of sending_domains.m too"],
        ),
        (
            "{m: {domain: a.com, region: us-east-1, second_region: {region: eu-west-1}}}",
            "{domain: a.com}",
            ["sending_domains.m.domain: is that of tenants.acme.email.sending_domain too"],
        ),
        ("{m: {domain: a.com, region: us-east-1}}", "{domain: a.com}", []),
        ("{m: {domain: a.com, profile: other}}", "{domain: a.com}", []),
        ("{m: {domain: a.com, user: {name: Mail}}}", "{domain: b.com, user: {name: other}}", []),
        (
            "{m: {domain: a.com, user: {name: Mail}}}",
            "{domain: b.com, user: {name: mail}}",
            ["sending_domains.m.user.name: is that of tenants.acme.email.sending_domain too"],
        ),
        ("{m: {domain: 'a b'}, n: {domain: 5}}", "{user: {name: mail}}", []),
    ],
)
def test_two_that_are_one(shared: str, own: str, problems: list[str]) -> None:
    """One identity, or one user, of two stacks: the second could not be made, and the first takes both down."""
    email = f"{{provider: {{kind: auth0.ses, from_ses: true}}, sending_domain: {own}}}"
    found = read(fleet_text(email, above=f"aws: {{region: eu-west-1}}\nsending_domains: {shared}\n")).problems
    assert [f"{each.path}: {each.what.partition(':')[0]}" for each in found if " too: " in each.what] == problems


def test_a_program_in_yaml_has_every_argument() -> None:
    """The schema has typed values alone: what is a short form in the file is a part of one, beside what else it has."""
    plain = "from_addresses: [a@acme.com], zone_id: Z1, tags: {x_y: z}, mail_from: bounce"
    short = "further_domains: [b.com], from_display_names: [A$], dmarc_reports: ['mailto:d@acme.com'], zone: acme.com"
    more = f"{short}, dmarc: reject, active_key: b, prove_sending: false, verification_timeout: 20m"
    found = read(of_domain(f"{plain}, {more}"))
    assert found.problems == ()
    made: Any = shared_program(found.fleet, "mail").text["resources"]["domain"]["properties"]
    assert {*made} <= {*schema.inputs_of(schema.token("SesSendingDomain"))}
    assert made["sending"] == {"furtherDomains": ["b.com"], "fromDisplayNames": ["A$$"]}
    assert (made["dmarc"]["policy"], made["dmarc"]["reports"]) == ("reject", ["mailto:d@acme.com"])
    assert made["activeKey"] == {"active": "b", "proveSending": False}
    assert (made["verification"], made["dns"]) == ({"timeout": "20m"}, {"name": "acme.com"})
    assert (made["fromAddresses"], made["tags"]) == (["a@acme.com"], {"x_y": "z"})
    unpublished = shared_program(read(of_domain("publish: false")).fleet, "mail").text["resources"]["domain"]
    assert unpublished["properties"] == {"domain": "acme.com", "dns": {"publish": False}}


def test_a_domain_that_is_not_up() -> None:
    """What comes from it is unknown in a preview; an update says which stack is to come first."""
    one = fleet()
    nothing: dict[str, dict[str, Any]] = {"StackReference": {"outputs": {}}}

    def program() -> None:
        pulumi.runtime.set_config("tenant-email:tenants", json.dumps({"acme": dict(one.tenants["acme"].entry)}))
        declare(one, Unit(tenant="acme"), {"ACME_SECRET": "s"})

    run_with(previewed := Registered(nothing), program, preview=True)
    assert ("EmailProvider", "acme") in previewed.inputs
    with pytest.raises(InvalidSettings) as refused:
        registered(program, **nothing)
    (problem,) = refused.value.problems
    assert str(problem) == (
        "sending_domains.mail: the stack sending_domain.mail is not up, or not as the file is now\n"
        "Bring it up first: tenant-email fleet up does, or pulumi up --stack sending_domain.mail."
    )


def test_a_host_is_logged_in_to_where_its_domain_is_made() -> None:
    """The pod of that stack has the token, and no tenant's."""
    cluster = Cluster(namespace="mail", repository="https://github.com/acme/mail", backend="s3://states")
    secrets = generate(fleet(), cluster, Path(), "fleet").secrets
    assert [keys for name, keys in secrets.items() if "CLOUDFLARE_API_TOKEN" in keys and name != "tenant-acme"] == [
        ("CLOUDFLARE_API_TOKEN",)
    ]
    assert secrets["tenant-acme"] == ("ACME_SECRET",)
    own = EMAIL.replace("mail}", f"{{domain: acme.com, dns: {{{AT_CLOUDFLARE}}}}}}}")
    secrets = generate(read(of_domain("").replace(EMAIL, own)).fleet, cluster, Path(), "fleet").secrets
    assert secrets["tenant-acme"] == ("ACME_SECRET", "CLOUDFLARE_API_TOKEN")
