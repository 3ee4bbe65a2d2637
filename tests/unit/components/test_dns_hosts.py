"""Each DNS host gets its records as its own provider wants them; what a function publishes is waited for."""

from __future__ import annotations

from functools import partial
from typing import Any

import dns.rdata
import dns.rdtypes.txtbase
import pulumi
import pulumi_aws as aws
import pytest

from support.dns_hosts import published
from support.dns_hosts.program import KEY
from support.registered import REGION, registered
from tenant_email import SesSendingDomain, ses
from tenant_email import dns as dns_hosts
from tenant_email.aws.rsa_key import new_private_key
from tenant_email.aws.tls_policy import sts_id
from tenant_email.errors import InvalidSettings
from tenant_email.resources import dns_hosts as classes

MX, SPF, DMARC = "feedback-smtp.eu-west-1.amazonses.com", "v=spf1 include:amazonses.com ~all", "v=DMARC1; p=reject;"
REPORTED = f"{DMARC} rua=mailto:dmarc@mail.acme.example;"
OWN = f"p={KEY}"
CLOUDFLARE = "023e105f4ecef8ad9ca31a8372d0c353"
ZONE = {"zoneId": CLOUDFLARE, "ttl": 1800, "proxied": False}
SET = {"managedZone": "acme", "project": "p1", "ttl": 1800}
GROUP = {"resourceGroupName": "mail", "zoneName": "acme.example", "ttl": 1800}
DOMAIN = {"domain": "acme.example", "ttl": 1800}
WANTED: dict[str, dict[str, dict[str, Any]]] = {
    "cloudflare": {
        "easy-dkim-1": {**ZONE, "name": "t1._domainkey.mail.acme.example", "type": "CNAME",
                        "content": "t1.dkim.amazonses.com"},
        "easy-mail-from-mx": {**ZONE, "name": "bounce.mail.acme.example", "type": "MX", "content": MX, "priority": 10},
        "easy-mail-from-spf": {**ZONE, "name": "bounce.mail.acme.example", "type": "TXT", "content": f'"{SPF}"'},
        "easy-dmarc": {**ZONE, "name": "_dmarc.mail.acme.example", "type": "TXT", "content": f'"{REPORTED}"'},
        "own-dkim-mail-2026": {**ZONE, "name": "mail-2026._domainkey.acme.example", "type": "TXT",
                               "content": f'"{OWN[:255]}" "{OWN[255:]}"'},
    },
    "google": {
        "easy-dkim-1": {**SET, "name": "t1._domainkey.mail.acme.example.", "type": "CNAME",
                        "rrdatas": ["t1.dkim.amazonses.com."]},
        "easy-mail-from-mx": {**SET, "name": "bounce.mail.acme.example.", "type": "MX", "rrdatas": [f"10 {MX}."]},
        "easy-mail-from-spf": {**SET, "name": "bounce.mail.acme.example.", "type": "TXT", "rrdatas": [f'"{SPF}"']},
        "easy-dmarc": {**SET, "name": "_dmarc.mail.acme.example.", "type": "TXT", "rrdatas": [f'"{REPORTED}"']},
        "own-dkim-mail-2026": {**SET, "name": "mail-2026._domainkey.acme.example.", "type": "TXT",
                               "rrdatas": [f'"{OWN[:255]}" "{OWN[255:]}"']},
    },
    "azure": {
        "easy-dkim-1": {**GROUP, "relativeRecordSetName": "t1._domainkey.mail", "recordType": "CNAME",
                        "cnameRecord": {"cname": "t1.dkim.amazonses.com"}},
        "easy-mail-from-mx": {**GROUP, "relativeRecordSetName": "bounce.mail", "recordType": "MX",
                              "mxRecords": [{"preference": 10, "exchange": MX}]},
        "easy-mail-from-spf": {**GROUP, "relativeRecordSetName": "bounce.mail", "recordType": "TXT",
                               "txtRecords": [{"value": [SPF]}]},
        "easy-dmarc": {**GROUP, "relativeRecordSetName": "_dmarc.mail", "recordType": "TXT",
                       "txtRecords": [{"value": [REPORTED]}]},
        "own-dkim-mail-2026": {**GROUP, "relativeRecordSetName": "mail-2026._domainkey", "recordType": "TXT",
                               "txtRecords": [{"value": [OWN[:255], OWN[255:]]}]},
    },
    "digitalocean": {
        "easy-dkim-1": {**DOMAIN, "name": "t1._domainkey.mail", "type": "CNAME", "value": "t1.dkim.amazonses.com."},
        "easy-mail-from-mx": {**DOMAIN, "name": "bounce.mail", "type": "MX", "value": f"{MX}.", "priority": 10},
        "easy-mail-from-spf": {**DOMAIN, "name": "bounce.mail", "type": "TXT", "value": SPF},
        "easy-dmarc": {**DOMAIN, "name": "_dmarc.mail", "type": "TXT", "value": REPORTED},
        "own-dkim-mail-2026": {**DOMAIN, "name": "mail-2026._domainkey", "type": "TXT", "value": OWN},
    },
}  # fmt: skip
NAME = "acme.example"
ANY: Any = ["ns"]
ZONE_OF_B = dns_hosts.route53("Z8")
RECORD = {"type": "CNAME", "ttl": 300, "values": ["t.dkim.amazonses.com"]}
ANSWERS: dict[str, dict[str, Any]] = {
    "SesDomainIdentity": {"dns_records": [{**RECORD, "name": f"t{n}._domainkey.acme.example"} for n in range(3)]}
}


class Record(pulumi.CustomResource):
    """A resource of a host that nobody here knows."""

    def __init__(self, name: str, props: dict[str, Any], opts: pulumi.ResourceOptions) -> None:
        super().__init__("test:index:Record", name, props, opts)


def publish(record: dns_hosts.DnsRecordToPublish, opts: pulumi.ResourceOptions) -> pulumi.Resource:
    """Publishes a record there."""
    where = {"at": record.relative_name("example"), "name": record.name, "type": record.type}
    return Record(record.resource_name, {**where, "value": record.value, "target": record.target}, opts)


async def publish_later(record: dns_hosts.DnsRecordToPublish, opts: pulumi.ResourceOptions) -> pulumi.Resource:
    """Publishes it as nobody waits for."""
    return publish(record, opts)


class Group(pulumi.ComponentResource):
    """A component, whose parts get neither dependencies nor retain_on_delete."""

    def __init__(self) -> None:
        super().__init__("test:index:Group", "group")


def one_for_all() -> dns_hosts.RecordPublisher:
    """Returns a function that makes one resource for all records."""
    made: list[pulumi.Resource] = []

    def first(record: dns_hosts.DnsRecordToPublish, opts: pulumi.ResourceOptions) -> pulumi.Resource:
        made.append(made[0] if made else publish(record, opts))
        return made[0]

    return first


def domain(**given: Any) -> dict[tuple[str, str], dict[str, Any]]:
    """Returns what a sending domain with a MAIL FROM domain and a policy registers."""
    more = {"mail_from": "bounce", "dmarc": "reject", **given}
    return registered(partial(SesSendingDomain, "mail", domain="acme.example", **more), **ANSWERS).inputs


def read_text(written: str) -> str:
    """Returns the text that a TXT in the notation of zone files is."""
    read = dns.rdata.from_text("IN", "TXT", written)
    assert isinstance(read, dns.rdtypes.txtbase.TXTBase)
    return b"".join(read.strings).decode()


@pytest.mark.parametrize(
    ("hosts", "apart"), [(("cloudflare", "digitalocean"), False), (("google", "azure"), True)], ids=["locked", "apart"]
)
def test_a_host_gets_what_its_provider_wants(hosts: tuple[str, ...], apart: bool) -> None:
    """Names, quotes, dots, pieces of 255 and the preference; what is as in a zone file, dnspython reads as the text."""
    found = published(*hosts, apart=apart)
    for host in hosts:
        assert len([name for name in found if name.startswith(f"{host}-")]) == 7
        assert {name: found[f"{host}-{name}"] for name in WANTED[host]} == WANTED[host]
        for name, text in (("own-dkim-mail-2026", OWN), ("easy-dmarc", REPORTED)):
            given = found[f"{host}-{name}"]
            if written := given.get("content") or "".join(given.get("rrdatas", ())):
                assert read_text(written) == text


def test_any_function_publishes() -> None:
    """It gets each record with its name, within a zone too; Route 53 is not asked for a zone."""
    found = domain(publish=publish)
    assert {name for kind, name in found if kind == "Record"} == {
        *(f"mail-dkim-{number}" for number in range(3)), "mail-mail-from-mx", "mail-mail-from-spf", "mail-dmarc",
    }  # fmt: skip
    assert found["Record", "mail-mail-from-mx"] == {
        "at": "bounce.acme", "name": "bounce.acme.example", "type": "MX", "value": f"10 {MX}", "target": MX,
    }  # fmt: skip
    look = found["SesDomainPreflight", "mail-preflight"]
    assert (look["host"], look.get("zone_id"), len(look["records"])) == ("function", None, 3)


def test_a_host_s_provider_is_of_its_package() -> None:
    """Pulumi passes another one over in silence, and records would come to the default provider's account."""

    def program() -> None:
        other = pulumi.ProviderResource("aws", "other")
        dns_hosts.cloudflare(zone_id=CLOUDFLARE, provider=other, opts=pulumi.ResourceOptions(provider=other))

    with pytest.raises(InvalidSettings) as refused:
        registered(program)
    assert str(refused.value) == (
        "dns: provider: is a provider of aws\nPass a provider of cloudflare.\n"
        "opts.provider: is a provider of aws\nPass a provider of cloudflare."
    )


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"zone_id": ""}, "dns.cloudflare: zone_id: cannot be ''"),
        (
            {"zone_id": None},
            "dns.cloudflare: zone_id: is None\nWrite the zone's id, 32 characters of 0-9 and a-f: the over",
        ),
        ({"zone_id": 3}, "zone_id: is an int"),
        ({"zone_id": f"{CLOUDFLARE} "}, f"zone_id: cannot be '{CLOUDFLARE} '"),
        ({"zone_id": "acme.example"}, "zone_id: cannot be 'acme.example'"),
        (
            {"zone_id": CLOUDFLARE, "provider": "cf", "opts": {}},
            "provider: is a str\nPass a provider of cloudflare.\nopts: is a dict",
        ),
    ],
)
def test_a_host_s_zone_is_a_text(given: Any, said: str) -> None:
    """Or known later; what is none would be met by the provider, in its own words, once the identity is made."""
    with pytest.raises(InvalidSettings) as refused:
        dns_hosts.cloudflare(**given)
    assert said in str(refused.value)
    assert dns_hosts.cloudflare(zone_id=pulumi.Output.from_input("later")).publish


@pytest.mark.parametrize(
    ("host", "given", "wrong"),
    [
        ("Google", {"managed_zone": "acme-com", "project": "acme.example:mail"}, {}),
        ("Google", {"managed_zone": "4711"}, {}),
        ("Google", {"managed_zone": "acme.com", "project": "projects/p"}, {"managed_zone", "project"}),
        ("Google", {"managed_zone": "projects/p/managedZones/acme-com"}, {"managed_zone"}),
        ("Azure", {"resource_group_name": "Mail.(dns)-1_é", "zone_name": "ACME.example."}, {}),
        ("Azure", {"resource_group_name": "/subscriptions/s/resourceGroups/g", "zone_name": "https://a.example"},
         {"resource_group_name", "zone_name"}),
        ("DigitalOcean", {"domain": "Bücher.example."}, {}),
        ("DigitalOcean", {"domain": "do:domain:acme.example"}, {"domain"}),
        ("DigitalOcean", {"domain": " acme.example"}, {"domain"}),
        ("Cloudflare", {"zone_id": CLOUDFLARE.upper()}, {}),
        ("Cloudflare", {"zone_id": "Z0123456789ABCDEFGHIJ"}, {"zone_id"}),
    ],
)  # fmt: skip
def test_a_zone_is_named_as_its_host_names_zones(
    host: str, given: dict[str, str], wrong: set[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """By its documentation: an id where the host wants one, a name of its own or in DNS; all that is wrong at once."""
    known = classes.Cloudflare.package._replace(distribution="pulumi", majors=(3,))
    monkeypatch.setattr(getattr(classes, host), "package", known)
    try:
        getattr(classes, host)(**given)
        found = set[str]()
    except InvalidSettings as refused:
        found = {each.path for each in refused.problems}
    assert found == set(wrong)


def test_a_zone_in_another_spelling_is_the_same() -> None:
    """The look would meet what the stack published there as someone else's."""
    spellings = ("acme.example", "ACME.example.")
    assert {classes.DigitalOcean(domain=each).zone for each in spellings} == {"acme.example"}


def test_a_function_gets_a_long_text_in_pieces() -> None:
    """As many hosts want it: cut, or as a zone file has it."""

    def cut(record: dns_hosts.DnsRecordToPublish, opts: pulumi.ResourceOptions) -> pulumi.Resource:
        return Record(record.resource_name, {"chunks": record.chunks, "quoted": record.quoted}, opts)

    key = {"dkim": ses.ByoDkim(selector="mail-2026", private_key=new_private_key(2048).reveal())}
    found = domain(publish=cut, **key)
    first, second = found["Record", "mail-dkim-mail-2026"]["chunks"]
    assert (len(first), found["Record", "mail-dkim-mail-2026"]["quoted"]) == (255, f'"{first}" "{second}"')
    assert found["Record", "mail-dmarc"]["chunks"] == ["v=DMARC1; p=reject;"]


def test_the_look_knows_which_zone_the_names_are_to_be_in() -> None:
    """Where the program says it, for another domain's zone too."""
    leave = {"reports.example": ses.DnsZone(publish=publish, name="reports.example")}
    given = {"dmarc": ses.Dmarc(policy="none", reports=["a@reports.example"], report_zones=leave)}
    look = domain(dns=ses.DnsZone(publish=publish, name="example"), **given)["SesDomainPreflight", "mail-preflight"]
    assert (look["zone_name"], look["other_zones"][0]["zone_name"]) == ("example", "reports.example")


def test_the_look_knows_where_records_come_to() -> None:
    """Which zone of a host, and whose resources a function makes; whether they stay; another domain's zone too."""
    (look,) = (found for (kind, _), found in domain(publish=publish).items() if kind == "SesDomainPreflight")
    assert (look["host_zone"], look.get("retains_records")) == ("test", None)
    elsewhere = ses.DnsZone(publish=publish, existing=["dmarc_reports"])
    policy = ses.Dmarc(reports=["a@reports.example"], report_zones={"reports.example": elsewhere})
    nothing_to_make: Any = {"zone_id": CLOUDFLARE, "existing": ["mx", "spf", "dmarc", "dkim"]}
    found = domain(dns=dns_hosts.cloudflare(**nothing_to_make), dmarc=policy, on_delete="retain")
    look = found["SesDomainPreflight", "mail-preflight"]
    assert (look["host"], look["host_zone"], look["retains_records"]) == ("Cloudflare", CLOUDFLARE, True)
    (zone,) = look["other_zones"]
    assert (zone["host"], zone["existing_records"], len(zone["records"])) == ("function", ["dmarc_reports"], 1)
    assert not [name for kind, name in found if kind == "Record"]
    retained = dns_hosts.cloudflare(**nothing_to_make, opts=pulumi.ResourceOptions(retain_on_delete=True))
    assert domain(dns=retained)["SesDomainPreflight", "mail-preflight"]["retains_records"] is True


def test_the_look_knows_which_zone_a_function_names() -> None:
    """Where the program has it as a text; an output that the look itself comes before is not waited for."""

    def in_zone(zone: pulumi.Input[str]) -> dns_hosts.RecordPublisher:
        def publish_there(record: dns_hosts.DnsRecordToPublish, opts: pulumi.ResourceOptions) -> pulumi.Resource:
            beside = Record(f"{record.resource_name}-zone", {"zoneName": "other.example"}, opts)
            where = {"zone_id": zone, "managedZone": beside.urn, "name": record.name, "domain_controller": "no"}
            return Record(record.resource_name, where, opts)

        return publish_there

    look = domain(publish=in_zone("Z1"))["SesDomainPreflight", "mail-preflight"]
    names = [f"bounce.{NAME} MX", f"bounce.{NAME} TXT", f"_dmarc.{NAME} TXT", "_domainkey CNAME"]
    assert look["record_zones"] == dict.fromkeys(names, "Z1")
    look = domain(publish=in_zone(pulumi.Output.from_input("Z1")))["SesDomainPreflight", "mail-preflight"]
    assert "record_zones" not in look


def test_a_record_is_made_with_the_options_that_it_gets() -> None:
    """Also merged with others; a resource without them would be written before the look, so a preview refuses it."""

    def merge(record: dns_hosts.DnsRecordToPublish, opts: pulumi.ResourceOptions) -> pulumi.Resource:
        return publish(record, pulumi.ResourceOptions.merge(pulumi.ResourceOptions(protect=True), opts))

    assert ("Record", "mail-dmarc") in domain(publish=merge)

    def drop(record: dns_hosts.DnsRecordToPublish, opts: pulumi.ResourceOptions) -> pulumi.Resource:
        return publish(record, pulumi.ResourceOptions(parent=opts.parent))

    with pytest.raises(InvalidSettings, match=r"made mail-\S+ without the options that it got.*\nPass on the options"):
        domain(publish=drop)


def test_what_stands_already_is_not_made() -> None:
    """The preflight is told, so that it demands it."""
    found = domain(dns=ses.DnsZone(publish=publish, existing=["mx", "spf", "dmarc", "dkim"]))
    assert not [name for kind, name in found if kind == "Record"]
    assert found["SesDomainPreflight", "mail-preflight"]["existing_records"] == ["mx", "spf", "dmarc", "dkim"]


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"publish": "cloudflare"}, "publish: is a str"),
        ({"zone_id": "acme.example"}, "zone_id: cannot be 'acme.example'\nWrite the zone's id, such as Z0123456789"),
        ({"publish": publish, "zone_id": "Z1"}, "zone_id: has no effect where a function publishes"),
        ({"publish": publish, "overwrite_records": ["mx"]}, "Delete the record at its host"),
        ({"dns": ses.DnsZone(existing=["mx"])}, "existing: has no effect in Route 53"),
        ({"dns": ses.DnsZone(publish=False, look_first=False)}, "look_first: has no effect with publish=False"),
        ({"dns": ses.DnsZone(publish=publish, existing=ANY)}, "existing.0: 'ns' is not the name of a record"),
        ({"dns": ses.DnsZone(name="brand.example")}, "zone: acme.example is not in the zone brand.example"),
        (
            {"dns": ses.DnsZone(publish=publish, existing=["dmarc_reports"])},
            "existing.0: 'dmarc_reports' has no effect",
        ),
        ({"publish": publish_later}, "publish: is a coroutine function\nWrite it without async"),
        ({"publish": lambda *_: None}, "publish: returned a NoneType for mail-dkim-0, not a resource"),
        (
            {"publish": lambda *_: aws.Provider("p")},
            "publish: returned a Provider for mail-dkim-0, not a resource of a",
        ),
        ({"publish": lambda *_: Group()}, "publish: returned the component Group for mail-dkim-0, whose parts would"),
        ({"publish": one_for_all()}, "publish: returned the Record of another record for mail-dkim-1"),
    ],
)
def test_what_cannot_be_is_said_at_preview(given: dict[str, Any], said: str) -> None:
    """The argument, what is wrong with it, and what to do."""
    with pytest.raises(InvalidSettings) as caught:
        domain(**given)
    assert said in str(caught.value)


def test_a_missing_package_names_its_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    """So does one of a version whose inputs may be others."""
    absent = classes.Cloudflare.package._replace(distribution="pulumi-no-such-host")
    monkeypatch.setattr(classes.Cloudflare, "package", absent)
    with pytest.raises(
        InvalidSettings, match=r"is not installed(.|\n)*pip install 'pulumi-tenant-email\[cloudflare\]'"
    ):
        dns_hosts.cloudflare(zone_id=CLOUDFLARE)
    other = classes.DigitalOcean.package._replace(majors=(9,))
    monkeypatch.setattr(classes.DigitalOcean, "package", other)
    with pytest.raises(InvalidSettings, match="and only major version 9 is known here"):
        dns_hosts.digitalocean(domain="acme.example")


def test_a_zone_of_another_account_has_its_own_provider() -> None:
    """Records and look go by it; SES, whose account cannot see the zone, is not told of it."""

    def program() -> None:
        elsewhere = aws.Provider("elsewhere", profile="dns", region=REGION)
        zone = dns_hosts.route53("Z9", provider=elsewhere)
        SesSendingDomain("mail", domain="acme.example", mail_from="bounce", profile="mail", dns=zone)

    found = registered(program, **ANSWERS).inputs
    record, look = found["SesDomainRecord", "mail-mail-from-mx"], found["SesDomainPreflight", "mail-preflight"]
    assert (record["zone_id"], record["profile"], record["region"]) == ("Z9", "dns", REGION)
    assert (look["zone_id"], look["profile"], look["zone_target"]["profile"]) == ("Z9", "mail", "dns")
    assert "zone_id" not in found["SesDomainSettings", "mail-settings"]
    assert found["SesDomainIdentity", "mail"]["profile"] == "mail"


REPORTED_ELSEWHERE = ses.Dmarc(
    policy="quarantine",
    reports=["dmarc@acme.example", "a@reports.example", "b@other.example"],
    nonexistent_policy="reject",
    report_zones={"Reports.example.": dns_hosts.route53("Z8", zone="reports.example")},
)


def test_reports_elsewhere_are_let_come() -> None:
    """Where the other zone is ours its record is published there; else it is named among what is to be published."""
    shown: dict[str, Any] = {}

    def program() -> None:
        domain = SesSendingDomain("mail", domain="acme.example", dmarc=REPORTED_ELSEWHERE)
        domain.records_to_publish.apply(lambda records: shown.update(records=records))

    found = registered(program, **ANSWERS).inputs
    leave = found["SesDomainRecord", "mail-dmarc-reports-reports.example"]
    assert (leave["zone_id"], leave["name"], leave["value"]) == (
        "Z8", "acme.example._report._dmarc.reports.example", "v=DMARC1;",
    )  # fmt: skip
    (zone,) = found["SesDomainPreflight", "mail-preflight"]["other_zones"]  # which is looked into before anything else
    assert (zone["zone_id"], [each["name"] for each in zone["records"]]) == ("Z8", [leave["name"]])
    assert ("SesDomainRecord", "mail-dmarc-reports-other.example") not in found
    names = [each["name"] for each in shown["records"] if each.get("purpose") == "DMARC REPORTS"]
    assert names == [f"acme.example._report._dmarc.{host}.example" for host in ("reports", "other")]
    assert [each["purpose"] for each in found["SesDomainPreflight", "mail-preflight"]["records"]] == ["DMARC"]


def test_tls_to_the_mail_from_domain() -> None:
    """Both records are published, and the id of the policy is that of what is to be served."""
    policies: list[str | None] = []

    def program() -> None:
        tls: dict[str, Any] = {
            "tls_reports": ses.TlsReports(reports=["tls@acme.example"]),
            "mta_sts": ses.MtaSts(mode="enforce"),
        }
        sending = SesSendingDomain("mail", domain="acme.example", mail_from="bounce", **tls)
        sending.mta_sts_policy.apply(policies.append)

    found = registered(program, **ANSWERS).inputs
    assert found["SesDomainRecord", "mail-tls-rpt"]["value"] == "v=TLSRPTv1; rua=mailto:tls@acme.example"
    assert policies == [f"version: STSv1\r\nmode: enforce\r\nmx: {MX}\r\nmax_age: 604800\r\n"]
    sts = found["SesDomainRecord", "mail-mta-sts"]
    assert (sts["name"], sts["value"]) == ("_mta-sts.bounce.acme.example", f"v=STSv1; id={sts_id(policies[0] or '')};")


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (
            {"mail_from": None, "tls_reports": ses.TlsReports(reports=["a@b.example"])},
            "tls_reports: has no effect without",
        ),
        ({"tls_reports": ses.TlsReports(reports=[])}, "tls_reports.reports: is empty"),
        ({"tls_reports": ses.TlsReports(reports=["ftp://x"])}, "tls_reports.reports.0: is not an address"),
        ({"mta_sts": ses.MtaSts(max_age=0)}, "mta_sts.max_age: must be a number of seconds"),
        ({"mta_sts": "enforce"}, "mta_sts: is a str"),
        ({"dmarc": ses.Dmarc(reports=["a;b@acme.example"])}, "dmarc_reports.0: is not an address"),
        ({"dmarc": ses.Dmarc(reports=["a@acme"])}, "dmarc_reports.0: 'acme' is a single label"),
        (
            {"dmarc": ses.Dmarc(reports=["a@b.example", "x@b.example", "mailto:a@B.example.!9m"])},
            "dmarc_reports.2: is the same address as dmarc_reports.0",
        ),
        (
            {
                "dmarc": ses.Dmarc(
                    reports=["a@b.example"], report_zones={"b.example": ZONE_OF_B, "B.example.": ZONE_OF_B}
                )
            },
            "report_zones.B.example.: is named twice: b.example",
        ),
        (
            {
                "dmarc": ses.Dmarc(
                    reports=["a@b.example"],
                    report_zones={"b.example": ses.DnsZone(publish=publish, existing=["dmarc"])},
                )
            },
            "report_zones.b.example.existing.0: 'dmarc' has no effect in this zone",
        ),
        ({"dmarc": ses.Dmarc(report_zones={"b.example": ses.DnsZone(zone_id="Z")})}, "report_zones.b.example: gets no"),
        (
            {"dmarc": ses.Dmarc(reports=["a@b.example"], report_zones={"b.example": ses.DnsZone()})},
            "dmarc.report_zones.b.example: does not say which zone",
        ),
    ],
)
def test_what_reports_cannot_be_is_said_at_preview(given: dict[str, Any], said: str) -> None:
    """The part, what is wrong with it, and what to do."""
    with pytest.raises(InvalidSettings) as caught:
        domain(**given)
    assert said in str(caught.value)


def test_records_of_what_is_adopted_stay() -> None:
    """Those by which the identity is proven; a policy of the stack's goes with it, unless everything is kept."""
    kept: dict[str, object] = {}

    def note(record: dns_hosts.DnsRecordToPublish, opts: pulumi.ResourceOptions) -> pulumi.Resource:
        kept[record.purpose] = opts.retain_on_delete
        return publish(record, opts)

    domain(publish=note)
    assert set(kept.values()) == {None}
    domain(publish=note, on_existing="adopt")
    assert kept == {"DKIM": True, "MAIL FROM": True, "SPF": True, "DMARC": None}
    domain(publish=note, on_delete="retain")
    assert set(kept.values()) == {True}
