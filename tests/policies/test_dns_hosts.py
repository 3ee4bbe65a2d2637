"""DMARC records as the resources of any DNS host have them, and those that a preview does not know."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

import pulumi
import pytest

from support.policy_runs import engine_says, judged, messages, unknown
from tenant_email import SesDomainIdentity, SesSendingDomain, ses
from tenant_email.aws.dns_records import easy_dkim_records

if TYPE_CHECKING:
    from tenant_email.resources.dns_publishing import DnsRecordToPublish

QUARANTINE, NONE = "v=DMARC1; p=quarantine", "v=DMARC1; p=none"
ROUTE53, CLOUDFLARE = "aws:route53/record:Record", "cloudflare:index/dnsRecord:DnsRecord"
DIGITAL_OCEAN, AZURE = "digitalocean:index/dnsRecord:DnsRecord", "azure-native:dns:RecordSet"
MISSING = "own has no DMARC record in this stack: whoever likes can send as its domain."
WEAK = "dmarc asks receivers for less than quarantine."


@pytest.fixture(autouse=True)
def _engine(monkeypatch: pytest.MonkeyPatch) -> None:
    engine_says(monkeypatch)


class Record(pulumi.CustomResource):
    """A DNS host's resource."""

    def __init__(self, type_: str, props: dict[str, Any]) -> None:
        super().__init__(type_, "dmarc", props)


def program(type_: str, props: dict[str, Any], domain: str = "acme.com") -> None:
    """A domain, and a resource of somebody's that may be its DMARC record."""
    SesDomainIdentity("own", domain=domain)
    Record(type_, props)


class Named(pulumi.CustomResource):
    """A record of some DNS host, by a name of its own."""

    def __init__(self, name: str, props: dict[str, Any], opts: pulumi.ResourceOptions) -> None:
        super().__init__(CLOUDFLARE, name, props, opts)


KEYS = [each.to_props() for each in easy_dkim_records("acme.com", ["a", "b", "c"], "dkim.amazonses.com")]
HOSTS: list[tuple[str, dict[str, Any]]] = [
    ("gcp:dns/recordSet:RecordSet", {"name": "_dmarc.acme.com.", "rrdatas": ['"v=DMARC1; p=re" "ject"']}),
    ("aws-native:route53:RecordSet", {"name": "_DMARC.Acme.com.", "type": "TXT", "resourceRecords": [QUARANTINE]}),
    (
        "aws-native:route53:RecordSetGroup",
        {"recordSets": [{"name": "_dmarc.acme.com", "resourceRecords": [f'"{QUARANTINE}"']}]},
    ),
    (
        AZURE,
        {
            "relativeRecordSetName": "_dmarc",
            "zoneName": "acme.com",
            "txtRecords": [{"value": ["v=DMARC1; p=re", "ject"]}],
        },
    ),
    ("ovh:Domain/zoneRecord:ZoneRecord", {"subdomain": "_dmarc", "zone": "acme.com", "target": f'"{QUARANTINE}"'}),
    ("ns1:index/record:Record", {"zone": "acme.com", "domain": "_dmarc.acme.com", "answers": [{"answer": QUARANTINE}]}),
    (
        "godaddy:index/domainRecord:DomainRecord",
        {"domain": "acme.com", "records": [{"name": "_dmarc", "data": QUARANTINE}]},
    ),
    (CLOUDFLARE, {"name": "_dmarc.acme.com", "type": "CNAME", "content": "acme.com.dmarc.vendor.example"}),
]


@pytest.mark.parametrize(("type_", "props"), HOSTS, ids=[type_.partition(":")[0] for type_, _ in HOSTS])
def test_each_host_s_own_words(type_: str, props: dict[str, Any]) -> None:
    """Whole names and relative ones, texts in pieces, records in lists; a CNAME's text is somebody else's to say."""
    assert judged(partial(program, type_, props), "dmarc-enforced") == []


NAMES: list[tuple[str, str, dict[str, Any], list[str]]] = [
    ("mail.acme.com", CLOUDFLARE, {"name": "_dmarc.mail", "content": QUARANTINE}, []),
    ("mail.acme.com", DIGITAL_OCEAN, {"name": "_dmarc.mail", "domain": "acme.com", "value": QUARANTINE}, []),
    ("mail.acme.com", DIGITAL_OCEAN, {"name": "_dmarc.mail", "domain": "other.org", "value": QUARANTINE}, [MISSING]),
    ("mail.acme.com", CLOUDFLARE, {"name": "_dmarc.news", "content": QUARANTINE}, [MISSING]),
    ("acme.com", AZURE, {"relativeRecordSetName": "_dmarc", "zoneName": "other.org", "txtRecords": []}, [MISSING]),
    ("a.b.acme.com", ROUTE53, {"name": "_dmarc.acme.com", "records": [QUARANTINE]}, []),
    ("acme.com", ROUTE53, {"name": "_dmarc.notacme.com", "records": [QUARANTINE]}, [MISSING]),
    ("bücher.example", ROUTE53, {"name": "_dmarc.xn--bcher-kva.example", "records": [QUARANTINE]}, []),
    ("straße.example", ROUTE53, {"name": "_dmarc.xn--strae-oqa.example", "records": [QUARANTINE]}, []),
    ("acme.com", ROUTE53, {"name": "_dmarc.acme.com", "records": [QUARANTINE, NONE]},
     ["dmarc has several DMARC policies at one name: receivers apply none of them (RFC 9989)."]),
    ("acme.com", ROUTE53, {"name": "_dmarc.acme.com", "records": [f"{QUARANTINE}; pct={'9' * 5000}"]}, []),
    ("acme.com", ROUTE53, {"name": "_dmarc.acme.com", "records": [f"{QUARANTINE}; pct=99"]},
     ["dmarc asks it for a part of the mail only, by pct or t=y."]),
]  # fmt: skip


@pytest.mark.parametrize(("domain", "type_", "props", "expected"), NAMES, ids=range(len(NAMES)))
def test_whose_record_it_is(domain: str, type_: str, props: dict[str, Any], expected: list[str]) -> None:
    """The domain's own or a parent's, whole or within the zone, in A-labels or not; never that of another zone."""
    assert messages(judged(partial(program, type_, props, domain), "dmarc-enforced")) == expected


@pytest.mark.parametrize(
    ("type_", "props", "expected"),
    [
        (ROUTE53, {"type": "TXT", "records": [QUARANTINE]}, []),
        (ROUTE53, {"type": "TXT", "records": [NONE]}, [WEAK]),
        (ROUTE53, {"type": "TXT", "records": ["v=spf1 -all"]}, [MISSING]),
        (CLOUDFLARE, {"type": "TXT", "content": None}, []),
        (ROUTE53, {"type": "CNAME", "records": None}, [MISSING]),
        ("aws:s3/bucket:Bucket", {"arn": None}, [MISSING]),
    ],
)
def test_a_record_whose_name_is_not_known_yet(type_: str, props: dict[str, Any], expected: list[str]) -> None:
    """It may be the one, if it may be a TXT that says so; an update asks again."""

    def to_come() -> None:
        SesDomainIdentity("own", domain="acme.com")
        told = {name: unknown() if value is None else value for name, value in props.items()}
        Record(type_, {"name": unknown(), **told})

    assert messages(judged(to_come, "dmarc-enforced")) == expected


def test_what_is_not_known_in_a_list_is_no_violation() -> None:
    """A text that comes of another resource may be anything, at whatever depth."""

    def to_come() -> None:
        SesDomainIdentity("own", domain="acme.com")
        Record(ROUTE53, {"name": "_dmarc.acme.com", "type": "TXT", "records": [unknown()]})

    assert judged(to_come, "dmarc-enforced") == []


def test_a_record_of_two_regions_is_told_once() -> None:
    """One domain in two regions is two identities, and one record."""

    def two_regions() -> None:
        for region in ("eu-west-1", "us-east-1"):
            SesDomainIdentity(region, domain="acme.com", region=region)
        Record(ROUTE53, {"name": "_dmarc.acme.com", "records": [NONE]})

    assert messages(judged(two_regions, "dmarc-enforced")) == [WEAK]


@pytest.mark.parametrize(
    ("policy", "expected"), [("quarantine", []), ("none", ["own-preflight asks receivers for less than quarantine."])]
)
@pytest.mark.parametrize("plug_in", [False, True], ids=["dynamic", "plug-in"])
def test_a_record_that_is_there_already(policy: Any, expected: list[str], *, plug_in: bool) -> None:
    """Where `existing` says so it was looked at, and has the effect that is asked for; else a look is no record."""

    def publish(record: DnsRecordToPublish, opts: pulumi.ResourceOptions) -> pulumi.Resource:
        return Named(record.resource_name, {"name": record.name, "content": record.value}, opts)

    def existing(*kinds: Any) -> None:
        zone = ses.DnsZone(publish=publish, existing=kinds)
        SesSendingDomain("own", domain="acme.com", dmarc=policy, dns=zone)

    answers = {"SesDomainIdentity": {"dns_records": KEYS, "dnsRecords": KEYS, "configuration_sets": []}}
    said = messages(judged(partial(existing, "dmarc"), "dmarc-enforced", plug_in=plug_in, outputs=answers))
    assert said == expected
    published = messages(judged(existing, "dmarc-enforced", plug_in=plug_in, outputs=answers))
    assert published == [each.replace("own-preflight", "own-dmarc") for each in expected]


PARENTS: list[tuple[dict[str, Any], str, list[str]]] = [
    # within a zone that is not known: of the domain that begins with the name
    ({"name": "_dmarc.mail", "content": "v=DMARC1; p=none; sp=reject"}, "eu.mail.acme.com", []),
    ({"name": "_dmarc.mail", "content": "v=DMARC1; p=reject; sp=none"}, "mail.acme.com", []),
    # whose name is not known may be that of the domain itself
    ({"name": None, "type": "TXT", "content": "v=DMARC1; p=reject; sp=none"}, "acme.com", []),
]


@pytest.mark.parametrize(("props", "domain", "expected"), PARENTS)
def test_which_tag_of_a_record_counts(props: dict[str, Any], domain: str, expected: list[str]) -> None:
    """Of the domain's own `p`, of one above it `sp`."""

    def stack() -> None:
        program(CLOUDFLARE, {**props, "name": props["name"] or unknown()}, domain)

    assert messages(judged(stack, "dmarc-enforced")) == expected


@pytest.mark.parametrize(
    ("type_", "kind", "may_be"),
    [
        ("azure:dns/txtRecord:TxtRecord", "Microsoft.Network/dnszones/TXT", True),
        ("lab:index:DnsRecord", None, True),
        ("lab:index:DnsRecord", "MX", False),
        ("lab:index:Anything", "TXT", True),
        ("lab:index:Anything", None, False),
    ],
)
def test_what_may_be_a_record_whose_name_is_not_known(type_: str, kind: str | None, *, may_be: bool) -> None:
    """By its type, that of the record or that of the resource; whatever else has a name is none."""

    def stack() -> None:
        program(type_, {"name": unknown(), "type": kind, "value": unknown()})

    assert messages(judged(stack, "dmarc-enforced")) == ([] if may_be else [MISSING])
