"""Each way in which a record can be wrong, produced by a real name server."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from support.dns_zone import serve, zone_server
from support.name_servers import odd
from tenant_email.aws.dns_authorities import Authorities
from tenant_email.aws.dns_check import check_records, survey
from tenant_email.aws.dns_findings import RecordFinding, Status
from tenant_email.aws.dns_records import (
    DnsRecord,
    dmarc_record,
    easy_dkim_records,
    mail_from_records,
    own_dkim_record,
    route53_value,
)
from tenant_email.aws.dns_servers import DnsSettings, NameServer
from tenant_email_local.dns_zone import ServedZone

if TYPE_CHECKING:
    from tenant_email_local.dns import DnsServer, Fault

(DKIM,) = easy_dkim_records("acme.example", ["t1"], "dkim.amazonses.com")
MX, SPF = mail_from_records("bounce.acme.example", "acme.example", "eu-west-1")
DMARC = dmarc_record("acme.example")
OWN = own_dkim_record("acme.example", "sel", "A" * 392)
PADDED = own_dkim_record("acme.example", "sel", "AAAA==")
TARGET = "t1.dkim.amazonses.com"
SERVERS = {"NS": ["ns1.acme.example.", "ns2.acme.example."], "SOA": ["ns1.acme.example. h.acme.example. 1 2 3 4 5"]}


def check(dns: DnsServer, record: DnsRecord) -> RecordFinding:
    """Looks for one record, by the address that a stack would be given."""
    settings = DnsSettings.from_environ({"TENANT_EMAIL_DNS": dns.address})
    (finding,) = check_records([record], replace(settings, timeout=0.2))
    return finding


@pytest.mark.parametrize("record", [DKIM, SPF, DMARC, OWN], ids=lambda record: record.purpose)
def test_published_as_wanted(dns: DnsServer, record: DnsRecord) -> None:
    """Every kind of record is found as it was built, long TXT included."""
    serve(dns, (record.name, record.type, [route53_value(record.type, value) for value in record.values]))
    assert check(dns, record).status is Status.OK


def test_absent(dns: DnsServer) -> None:
    """A name that does not exist is absent, and the message says what to publish."""
    finding = check(dns, DKIM)
    assert finding.status is Status.ABSENT
    assert finding.explain().startswith(
        f"t1._domainkey.acme.example: TENANT_EMAIL_DNS ({dns.address}) has no such name; expected CNAME "
        "t1.dkim.amazonses.com. Publish it"
    )


def test_wrong_type(dns: DnsServer) -> None:
    """A name with another type tells what is there instead."""
    serve(dns, (DKIM.name, "TXT", ['"t1.dkim.amazonses.com"']))
    finding = check(dns, DKIM)
    assert (finding.status, finding.found) == (Status.WRONG_TYPE, ("TXT t1.dkim.amazonses.com",))


def test_an_alias_that_leads_nowhere(dns: DnsServer) -> None:
    """A TXT name that is an alias to nothing is of the wrong type."""
    serve(dns, (DMARC.name, "CNAME", ["nowhere.acme.example."]))
    finding = check(dns, DMARC)
    assert (finding.status, finding.found) == (Status.WRONG_TYPE, ("CNAME nowhere.acme.example",))


def test_an_alias_that_leads_to_the_value(dns: DnsServer) -> None:
    """A TXT name may be an alias of the name that holds the value, as every reader follows it."""
    policy = ("policy.acme.example", "TXT", ['"v=DMARC1; p=none;"'])
    serve(dns, (DMARC.name, "CNAME", ["policy.acme.example."]), policy)
    assert check(dns, DMARC).status is Status.OK


@pytest.mark.parametrize(
    ("record", "values", "status"),
    [
        (DKIM, ["T1.DKIM.AmazonSES.com."], Status.OK),
        (DKIM, ["t1.dkim.eu-south-1.amazonses.com."], Status.WRONG_VALUE),
        (MX, ["10 feedback-smtp.eu-west-1.amazonses.com."], Status.OK),
        (MX, ["20 feedback-smtp.eu-west-1.amazonses.com."], Status.OK),
        (MX, ["10 feedback-smtp.us-east-1.amazonses.com."], Status.WRONG_VALUE),
        (MX, ["10 feedback-smtp.eu-west-1.amazonses.com.", "20 mx.acme.example."], Status.WRONG_VALUE),
        (SPF, ['"v=spf1 include:amazonses.com -all"', '"site-verification=1"'], Status.OK),
        (SPF, ['"v=spf1 include:other.example ~all"'], Status.WRONG_VALUE),
        (SPF, ['"v=spf1 include:amazonses.com ~all"', '"v=spf1 -all"'], Status.WRONG_VALUE),
        (DMARC, ['"v=DMARC1;p=none"'], Status.OK),
        (DMARC, ['"v=DMARC1; p=reject;"'], Status.WRONG_VALUE),
        (DMARC, ['"v=DMARC1 ; p=none"'], Status.OK),
        (DMARC, ['"v=DMARC1; p=none; rua=mailto:d@acme.example"'], Status.WRONG_VALUE),
        (OWN, [f'"v=DKIM1; k=rsa; p={"A" * 200}" "{"A" * 192}"'], Status.OK),
        (OWN, [f'"p={"a" * 200}" "{"a" * 192}"'], Status.WRONG_VALUE),
        (OWN, [f'"p={"A" * 200} " "{"A" * 192}"'], Status.OK),
        (PADDED, ['"v=DKIM1; k=rsa; p=AAAA=="'], Status.OK),
    ],
)
def test_values(dns: DnsServer, record: DnsRecord, values: list[str], status: Status) -> None:
    """Values are compared by what they mean to a mail system, not character by character."""
    serve(dns, (record.name, record.type, values))
    assert check(dns, record).status is status


def test_a_wrong_value_is_shown(dns: DnsServer) -> None:
    """The message has what is there, and what should be."""
    serve(dns, (DKIM.name, "CNAME", ["other.example."]))
    finding = check(dns, DKIM)
    assert (finding.status, finding.found) == (Status.WRONG_VALUE, ("CNAME other.example",))
    assert "has CNAME other.example; expected CNAME t1.dkim.amazonses.com" in finding.explain()


def test_a_name_that_has_nothing(dns: DnsServer) -> None:
    """A name exists also when there is only one below it: then there is no record."""
    serve(dns, (f"below.{DKIM.name}", "TXT", ['"x"']))
    finding = check(dns, DKIM)
    assert (finding.status, finding.found) == (Status.WRONG_TYPE, ())
    assert "has no CNAME record;" in finding.explain()


@pytest.mark.parametrize(
    "record",
    [
        *easy_dkim_records("mail.acme.example", ["t1"], "dkim.amazonses.com", zone="mail.acme.example"),
        *mail_from_records("mail.acme.example", "acme.example", "eu-west-1", zone="mail.acme.example"),
    ],
    ids=lambda record: record.purpose,
)
@pytest.mark.parametrize("zone", ["mail.acme.example", "acme.example"])
def test_a_suffix_of_either_zone_may_be_doubled(dns: DnsServer, record: DnsRecord, zone: str) -> None:
    """The one that the program names, and the one that the server says it serves."""
    (value,) = record.values
    serve(dns, (f"{record.name}.{zone}", record.type, [route53_value(record.type, value)]))
    finding = check(dns, record)
    assert (finding.status, finding.found) == (Status.DOUBLED_SUFFIX, (f"{record.name}.{zone}",))


def test_doubled_suffix(dns: DnsServer) -> None:
    """A record that the DNS host put under the zone twice is found there, with the name to enter."""
    serve(dns, (f"{DKIM.name}.acme.example", "CNAME", [f"{TARGET}."]))
    finding = check(dns, DKIM)
    assert (finding.status, finding.found) == (Status.DOUBLED_SUFFIX, (f"{DKIM.name}.acme.example",))
    assert "Enter the name as t1._domainkey." in finding.explain()


def test_proxied(dns: DnsServer) -> None:
    """Addresses in place of the CNAME mean a proxy."""
    serve(dns, (DKIM.name, "A", ["192.0.2.1"]))
    finding = check(dns, DKIM)
    assert (finding.status, finding.found) == (Status.PROXIED, ("A 192.0.2.1",))
    assert "orange cloud" in finding.explain()


@pytest.mark.parametrize("fault", ["servfail", "lame", "timeout"])
def test_server_faults(dns: DnsServer, fault: Fault) -> None:
    """A server that fails, one that was never told of the zone, and one that says nothing are distinguished."""
    dns.fail(DKIM.name, fault)
    try:
        assert check(dns, DKIM).status == fault
    finally:
        dns.restore(DKIM.name)


def two_servers(dns: DnsServer, timeout: float = 5) -> DnsSettings:
    """Delegates the zone to the local server and to one more on another address."""
    serve(
        dns,
        ("acme.example", "NS", ["ns1.acme.example.", "ns2.acme.example."]),
        ("ns1.acme.example", "A", ["127.0.0.1"]),
        ("ns2.acme.example", "A", ["127.0.0.2"]),
        (DKIM.name, "CNAME", [f"{TARGET}."]),
    )
    return DnsSettings(resolver="127.0.0.1", port=dns.port, timeout=timeout)


def test_every_server_is_asked(dns: DnsServer) -> None:
    """A record that one of two servers lacks is absent, and the message names that server."""
    settings = two_servers(dns)
    with zone_server("acme.example. 60 IN A 192.0.2.9", "127.0.0.2", dns.port):
        (finding,) = check_records([DKIM], settings)
    assert (finding.status, finding.server) == (Status.ABSENT, f"ns2.acme.example (127.0.0.2:{dns.port})")


def test_a_dead_server_among_good_ones(dns: DnsServer) -> None:
    """A dead server is seen in the survey, but does not decide: SES asks the others too."""
    settings = two_servers(dns, timeout=1)
    assert [finding.status for finding in survey([DKIM], settings)] == [Status.OK, Status.TIMEOUT]
    assert [finding.status for finding in check_records([DKIM], settings)] == [Status.OK]


def behind_a_firewall(dns: DnsServer, value: str) -> RecordFinding:
    """Looks where the resolver answers, but nothing that is sent to the port of name servers.

    The zone of SES's targets is known there, and empty yet: whatever else is asked of the alias ends in NXDOMAIN.
    """
    glue = ("ns1.acme.example", "A", ["127.0.0.1"])
    serve(dns, ("acme.example", "NS", ["ns1.acme.example."]), glue, (DKIM.name, "CNAME", [value]))
    zones = [*dns.zones(), ServedZone("dkim.amazonses.com", ())]
    dns.zones = lambda: zones
    (finding,) = check_records([DKIM], DnsSettings(resolver="127.0.0.1", port=9, resolver_port=dns.port, timeout=0.4))
    return finding


def test_where_name_servers_cannot_be_asked_the_resolver_may_know(dns: DnsServer) -> None:
    """A closed port 53 is no reason to wait: what the resolver has is right, or wrong; its absence says nothing."""
    right, wrong = behind_a_firewall(dns, f"{TARGET}."), behind_a_firewall(dns, "other.example.")
    assert (right.status, right.server) == (Status.OK, "this machine's resolver")
    assert (wrong.status, wrong.found) == (Status.WRONG_VALUE, ("CNAME other.example",))
    dns.override(DKIM.name)
    try:
        absent = behind_a_firewall(dns, f"{TARGET}.")
    finally:
        dns.restore(DKIM.name)
    assert absent.status is Status.TIMEOUT
    assert "that this machine can reach port 53" in absent.explain()


@pytest.mark.parametrize("behavior", [odd.formerr, odd.notimp])
def test_a_server_from_before_edns(dns: DnsServer, behavior: odd.Behavior) -> None:
    """It says that it does not know EDNS, and is asked again without, as unbound does."""
    settings = two_servers(dns)
    with odd.odd_server("127.0.0.2", dns.port, behavior, odd.Behind("127.0.0.1", dns.port)):
        assert [finding.status for finding in survey([DKIM], settings)] == [Status.OK, Status.OK]


def test_a_check_is_bounded_whatever_servers_do(dns: DnsServer) -> None:
    """Many silent servers and many records take no longer than the budget."""
    hosts = [f"ns{number}.acme.example" for number in range(1, 13)]
    glue = [(host, "A", [f"127.0.9.{number}"]) for number, host in enumerate(hosts, 1)]
    serve(dns, ("acme.example", "NS", [f"{host}." for host in hosts]), *glue)
    records = [*easy_dkim_records("acme.example", ["t1", "t2", "t3"], "dkim.amazonses.com"), MX, SPF, DMARC, OWN]
    started = time.monotonic()
    findings = check_records(records, DnsSettings(resolver="127.0.0.1", port=dns.port, timeout=5, budget=1.0))
    assert time.monotonic() - started < 10
    assert {finding.status for finding in findings} == {Status.TIMEOUT}


def test_an_answer_without_authority(dns: DnsServer) -> None:
    """A right answer from a server that is no authority does not count: it may be a memory."""
    settings = two_servers(dns)
    with zone_server(f"{DKIM.name}. 60 IN CNAME {TARGET}.", "127.0.0.2", dns.port, authoritative=False):
        findings = survey([DKIM], settings)
    assert [finding.status for finding in findings] == [Status.OK, Status.LAME]


def test_a_name_server_without_address(dns: DnsServer) -> None:
    """A delegation to nothing but a server that does not exist is no delegation."""
    serve(dns, ("acme.example", "NS", ["ns.acme.example."]), (DKIM.name, "CNAME", [f"{TARGET}."]))
    dns.override("ns.acme.example")
    try:
        (finding,) = check_records([DKIM], DnsSettings(resolver="127.0.0.1", port=dns.port))
    finally:
        dns.restore("ns.acme.example")
    assert finding.status is Status.UNDELEGATED


def test_a_domain_nobody_serves(dns: DnsServer) -> None:
    """A domain without any zone is reported as such for every record."""
    records = easy_dkim_records("nowhere.test", ["t1", "t2"], "dkim.amazonses.com")
    findings = check_records(records, DnsSettings(resolver="127.0.0.1", port=dns.port))
    assert [finding.status for finding in findings] == [Status.UNDELEGATED, Status.UNDELEGATED]
    assert findings[0].server == "this machine's resolver"
    assert "Register the domain" in findings[0].explain()


def test_a_domain_that_only_its_registry_knows(dns: DnsServer) -> None:
    """A domain for which the top-level domain itself answers is not delegated."""
    serve(dns, zone="example")
    (finding,) = check_records([DKIM], DnsSettings(resolver="127.0.0.1", port=dns.port))
    assert finding.status is Status.UNDELEGATED


def test_a_server_that_fails_is_not_the_resolvers_fault(dns: DnsServer) -> None:
    """The resolver cannot find the record out either; what is named is the server that fails."""
    serve(dns)
    dns.fail(DKIM.name, "servfail")
    try:
        findings = check_records([DKIM], DnsSettings(resolver="127.0.0.1", port=dns.port, lifetime=0.3))
    finally:
        dns.restore(DKIM.name)
    assert findings == (RecordFinding(DKIM, Status.SERVFAIL, f"ns1.local (127.0.0.1:{dns.port})"),)


def test_a_name_server_with_an_ipv6_address_alone(dns: DnsServer) -> None:
    """It is found there."""
    serve(
        dns,
        ("acme.example", "NS", ["ns1.acme.example."]),
        ("ns1.acme.example", "AAAA", ["::1"]),
    )
    said = Authorities(DnsSettings(resolver="127.0.0.1", port=dns.port, timeout=0.1)).ask_all(DKIM.name, "CNAME")
    assert [reply.server for reply in said.replies] == [NameServer("ns1.acme.example", "::1", dns.port)]


def test_a_dead_resolver() -> None:
    """Without a resolver nothing is known about the record, and that is what is said."""
    (finding,) = check_records([DKIM], DnsSettings(resolver="127.0.0.1", port=9, lifetime=0.3))
    assert finding.status in {Status.TIMEOUT, Status.SERVFAIL}
    assert "this machine's resolver" in finding.explain()


def test_a_domain_as_long_as_can_be(dns: DnsServer) -> None:
    """A doubled name that no DNS could hold is not looked for."""
    domain = ".".join(["a" * 50] * 4)
    (record,) = easy_dkim_records(domain, ["t" * 32], "dkim.amazonses.com")
    serve(dns, zone=domain)
    assert check(dns, record).status is Status.ABSENT
