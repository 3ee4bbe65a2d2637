"""DMARC records as the resources of any DNS host have them, and those that a preview does not know."""

from __future__ import annotations

import json
from functools import partial
from typing import TYPE_CHECKING, Any

import pulumi
import pytest

from support.policy_runs import engine_says, judged, messages, unknown
from tenant_email import EmailProvider, SesAccount, SesDomainIdentity, SesSendingDomain, auth0, ses
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
    (
        "namecheap:index/domainRecords:DomainRecords",
        {"domain": "acme.com", "records": [{"hostname": "_dmarc", "type": "TXT", "address": QUARANTINE}]},
    ),
    (
        "alicloud:dns/record:Record",
        {"name": "acme.com", "hostRecord": "_dmarc", "type": "TXT", "value": QUARANTINE, "id": "7"},
    ),
    ("tencentcloud:dnspod/record:Record", {"domain": "acme.com", "subDomain": "_dmarc", "value": QUARANTINE}),
    (
        "oci:dns/rrset:Rrset",
        {"domain": "_dmarc.acme.com", "rtype": "TXT", "zoneNameOrId": "acme.com", "items": [{"rdata": QUARANTINE}]},
    ),
    ("oci:dns/rrset:Rrset", {"domain": "_dmarc.acme.com", "rtype": "CNAME", "items": [{"rdata": "dmarc.acme.org"}]}),
    ("scaleway:domain/record:Record", {"dnsZone": "acme.com", "name": "_dmarc", "type": "TXT", "data": QUARANTINE}),
    ("infoblox:index/txtRecord:TxtRecord", {"fqdn": "_dmarc.acme.com", "text": QUARANTINE}),
    (
        "kubernetes:externaldns.k8s.io/v1alpha1:DNSEndpoint",
        {"spec": {"endpoints": [{"dnsName": "_dmarc.acme.com", "recordType": "TXT", "targets": [QUARANTINE]}]}},
    ),
    (
        "aws:route53/recordsExclusive:RecordsExclusive",
        {"resourceRecordSets": [{"name": "_dmarc.acme.com", "resourceRecords": [{"value": QUARANTINE}]}]},
    ),
    ("powerdns:index/record:Record", {"zone": "acme.com.", "name": "_dmarc.acme.com.", "records": [QUARANTINE],
                                      "id": "_dmarc.acme.com.:::TXT"}),
    ("acme:index:TextAtDns", {"at": "_dmarc.acme.com", "says": QUARANTINE, "id": "_dmarc.acme.com/TXT"}),
]  # fmt: skip


@pytest.mark.parametrize(("type_", "props"), HOSTS, ids=[type_.partition(":")[0] for type_, _ in HOSTS])
def test_each_host_s_own_words(type_: str, props: dict[str, Any]) -> None:
    """Whole names and relative ones, texts in pieces, records at any depth; a CNAME's text is another name's."""
    assert judged(partial(program, type_, props), "dmarc-enforced") == []
    weak = json.loads(json.dumps(props).replace("quarantine", "none"))
    expected: set[str] = set() if weak == props else {WEAK}
    assert set(messages(judged(partial(program, type_, weak), "dmarc-enforced"))) == expected


TYPES = ["TXT", "txt", "Microsoft.Network/dnszones/TXT", None]


@pytest.mark.parametrize("type_", TYPES)
def test_a_text_whatever_its_type_is_called(type_: str | None) -> None:
    """Azure's outputs have the whole name of a type, and are judged as its inputs were."""
    given = {"relativeRecordSetName": "_dmarc", "zoneName": "acme.com", "type": type_}
    props = {**given, "txtRecords": [{"value": [NONE]}]}
    assert messages(judged(partial(program, AZURE, props), "dmarc-enforced")) == [WEAK]


def test_a_record_that_is_not_yet_made() -> None:
    """Of its own name a preview knows what the program says; that the whole name comes later hides nothing."""

    def stack() -> None:
        program(ROUTE53, {"name": "acme.com", "type": "TXT", "records": ["v=spf1 -all"], "fqdn": unknown()})

    assert messages(judged(stack, "dmarc-enforced")) == [MISSING]


TWICE: list[tuple[list[tuple[dict[str, Any], str]], list[str]]] = [
    ([({"name": "_dmarc.acme.com"}, QUARANTINE), ({"name": "_dmarc.acme.com."}, "v=DMARC1;p=reject")],
     ["two publishes another DMARC policy than one at one name: receivers apply none of them (RFC 9989)."]),
    ([({"name": "_dmarc.acme.com"}, QUARANTINE), ({"name": "_dmarc.acme.com"}, "v=DMARC1; P=Quarantine;")], []),
    # within zones that are not known: that of another domain may be among them
    ([({"name": "_dmarc"}, QUARANTINE), ({"name": "_dmarc"}, "v=DMARC1; p=reject")], []),
    ([({"name": "_dmarc", "zone": "acme.com"}, QUARANTINE), ({"name": "_dmarc", "zone": "other.org"}, NONE)], []),
    ([({"name": "_dmarc.mail.acme.com"}, QUARANTINE), ({"name": "_dmarc.acme.com"}, QUARANTINE)], []),
]  # fmt: skip


@pytest.mark.parametrize(("published", "expected"), TWICE, ids=range(len(TWICE)))
def test_two_resources_at_one_name(published: list[tuple[dict[str, Any], str]], expected: list[str]) -> None:
    """Of two policies receivers apply none; which is said to be the second does not depend on the run."""

    def stack() -> None:
        SesDomainIdentity("own", domain="acme.com")
        for name, (props, text) in zip(("two", "one"), published, strict=True):
            Named(name, {**props, "type": "TXT", "content": text}, pulumi.ResourceOptions())

    assert messages(judged(stack, "dmarc-enforced")) == expected


IDENTITY, OF_AWS = "aws:sesv2/emailIdentity:EmailIdentity", "emailIdentity"


@pytest.mark.parametrize(
    ("name", "sender", "expected"),
    [
        ("acme.com", "a@mail.ACME.com", ["dmarc-enforced", "no-ses-sandbox"]),
        ("acme.com", "a@other.org", []),
        ("a@acme.com", "A <a+news@acme.com>", ["no-ses-sandbox"]),
        ("a@acme.com", "b@acme.com", []),
        (None, "b@acme.com", []),
    ],
)
def test_an_identity_of_another_package(name: str | None, sender: str, expected: list[str]) -> None:
    """It is held to the same where a tenant of the stack sends from it; what else it is for is nobody's business."""

    def stack() -> None:
        Record(IDENTITY, {OF_AWS: name or unknown()})
        EmailProvider("mail", settings=auth0.SendGrid(api_key="x"), from_address=sender)

    found = judged(stack, "dmarc-enforced", "no-ses-sandbox")
    assert [each.policy for each in found] == expected

    def guarded() -> None:
        stack()
        Named("record", {"name": "_dmarc.acme.com", "content": QUARANTINE}, pulumi.ResourceOptions())
        SesAccount("own", require_production_access=True)

    assert judged(guarded, "dmarc-enforced", "no-ses-sandbox") == []


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
