"""What a record is judged by: aliases followed, SPF evaluated, doubled suffixes told from wildcards."""

from __future__ import annotations

import itertools
from dataclasses import replace
from typing import TYPE_CHECKING

import dns.rcode
import pytest

from support.name_servers import told
from tenant_email.aws.dns_check import decide, survey
from tenant_email.aws.dns_findings import RecordFinding, Status
from tenant_email.aws.dns_records import DnsRecord, dmarc_record, easy_dkim_records, mail_from_records

if TYPE_CHECKING:
    from support.name_servers.told import ToldServer

(DKIM,) = easy_dkim_records("acme.example", ["t1"], "dkim.amazonses.com")
_, SPF = mail_from_records("bounce.acme.example", "acme.example", "eu-west-1")
DMARC = dmarc_record("acme.example")
TARGET = "t1.dkim.amazonses.com"
RESOLVER = "this machine's resolver"
STRANGER = "no-such-name-tenant-email"
PART = '_spf.acme.example TXT "v=spf1 include:amazonses.com -all"'
WHOLE = '"v=spf1 include:_spf.acme.example -all"'


class World(told.TwoServers):
    """The first server serves all that there is."""

    def __init__(self, port: int, servers: list[ToldServer]) -> None:
        super().__init__(port, servers)
        self.first.put("example NS ns1.acme.example.", "acme.example NS ns1.acme.example.")
        self.first.put("ns1.acme.example A 127.0.0.1")

    def close_port_53(self) -> None:
        """Leaves the resolver alone to be asked."""
        self.settings = replace(self.settings, port=9, resolver_port=self.port, timeout=0.05)

    def findings(self, record: DnsRecord = DKIM) -> tuple[RecordFinding, ...]:
        """Returns what every server has."""
        return survey([record], self.settings)

    def finding(self, record: DnsRecord = DKIM) -> tuple[Status, tuple[str, ...]]:
        """Returns what the first server has, or the resolver in its place."""
        found = self.findings(record)[-1]
        return found.status, found.found

    def asked(self) -> set[str]:
        """Returns the names that the first server was asked for."""
        return {str(query.question[0].name).removesuffix(".") for query in self.first.heard}


@pytest.fixture
def world(servers: tuple[int, list[ToldServer]]) -> World:
    """The two, told anew."""
    return World(*servers)


@pytest.mark.parametrize("closed", [False, True])
def test_what_ses_s_own_name_is_an_alias_of_is_its_own_matter(world: World, *, closed: bool) -> None:
    """Aliases are followed up to the wanted target, however it is spelled, and no further."""
    world.first.put(f"{DKIM.name} CNAME own.acme.example.", f"own.acme.example CNAME {TARGET.upper()}.")
    world.first.put("com NS ns1.acme.example.", f"{TARGET} CNAME elsewhere.example.", "elsewhere.example TXT x")
    if closed:
        world.close_port_53()
    assert world.finding() == (Status.OK, (f"CNAME {TARGET.upper()}",))


@pytest.mark.parametrize("record", [SPF, DMARC], ids=lambda record: record.purpose)
def test_a_text_that_the_resolver_knows(world: World, record: DnsRecord) -> None:
    """Where no server can be asked: at the name itself, at the end of aliases, or not at all."""
    world.close_port_53()
    (value,) = record.values
    assert [each.status for each in world.findings(record)] == [Status.TIMEOUT]
    world.first.put(f'{record.name} TXT "{value}"')
    assert world.findings(record)[1:] == (RecordFinding(record, Status.OK, RESOLVER, (f"TXT {value}",)),)
    world.first.drop(record.name, "TXT")
    world.first.put(f"{record.name} CNAME own.example.", f'own.example TXT "{value}"')
    assert world.finding(record) == (Status.OK, (f"TXT {value}",))


def test_names_in_an_spf_record_are_looked_up(world: World) -> None:
    """Also where its suffix is doubled; a name that cannot be looked up is told."""
    world.first.put(PART, f"{SPF.name} TXT {WHOLE}")
    assert world.finding(SPF)[0] is Status.OK
    world.first.twist("_spf.acme.example", "TXT", told.garbage)
    (found,) = world.findings(SPF)
    assert (found.status, found.why) == (
        Status.WRONG_VALUE,
        "SPF temperror: DNS did not answer for _spf.acme.example",
    )
    world.first.twists.clear()
    world.first.drop(SPF.name, "TXT")
    world.first.put(f"{SPF.name}.acme.example TXT {WHOLE}")
    assert world.finding(SPF) == (Status.DOUBLED_SUFFIX, (f"{SPF.name}.acme.example",))


def test_a_wildcard_is_no_doubled_suffix(world: World) -> None:
    """Every name has it then."""
    stranger = f"{STRANGER}._domainkey.acme.example.acme.example"
    world.first.put(f"{DKIM.name}.acme.example CNAME {TARGET}.", f"{stranger} CNAME {TARGET}.")
    assert world.finding() == (Status.ABSENT, ())
    world.first.drop(stranger, "CNAME")
    world.first.put(f"{stranger} CNAME other.example.")
    assert world.finding() == (Status.DOUBLED_SUFFIX, (f"{DKIM.name}.acme.example",))


ORDER = (Status.WRONG_VALUE, Status.OK, Status.BOGUS, Status.TIMEOUT)


@pytest.mark.parametrize(("first", "second"), [*itertools.permutations(ORDER, 2)])
def test_which_server_decides(first: Status, second: Status) -> None:
    """What is wrong somewhere, else what is right, else what nobody sees; not which server comes first."""
    (found,) = decide([RecordFinding(DKIM, first, "a"), RecordFinding(DKIM, second, "b")])
    assert found.status is min(first, second, key=ORDER.index)


@pytest.mark.parametrize(
    ("twist", "address", "statuses"),
    [
        (told.silence, "127.0.0.2", [Status.TIMEOUT]),
        (told.refusal(dns.rcode.SERVFAIL), "127.0.0.2", [Status.SERVFAIL]),
        (told.truncated, "127.0.0.2", [Status.TRUNCATED, Status.OK]),
        (None, "255.255.255.255", [Status.UNREACHABLE, Status.OK]),
    ],
)
def test_when_the_resolver_is_asked(
    world: World, twist: told.Twist | None, address: str, statuses: list[Status]
) -> None:
    """Where the reason may lie with this machine; a server that is silent while others answer is dead."""
    world.first.drop("ns1.acme.example", "A")
    world.first.drop("example", "NS")
    world.first.put("example NS ns.example.", "ns.example A 127.0.0.1", f"ns1.acme.example A {address}")
    world.first.put(f"{DKIM.name} CNAME {TARGET}.")
    if twist:
        world.second.twist(DKIM.name, "CNAME", twist)
    assert [finding.status for finding in world.findings()] == statuses


def test_a_question_that_is_not_answered_later(world: World) -> None:
    """It counts as the server's silence about the record."""
    world.first.twist(f"{DKIM.name}.acme.example", "CNAME", told.garbage)
    assert world.findings() == (RecordFinding(DKIM, Status.SERVFAIL, str(world.server("ns1.acme.example"))),)


def test_a_domain_that_only_its_registry_s_servers_know(world: World) -> None:
    """Whatever each of them says: the domain leads nowhere; and where the resolver fails nothing is known."""
    world.first.drop("acme.example", "NS")
    world.first.put("example NS ns2.acme.example.", "ns2.acme.example A 127.0.0.2")
    world.second.twist(DKIM.name, "CNAME", told.refusal(dns.rcode.NOERROR))
    assert world.findings() == (RecordFinding(DKIM, Status.UNDELEGATED, RESOLVER),)
    world.first.twist("example", "NS", told.refusal(dns.rcode.SERVFAIL))
    assert world.findings() == (RecordFinding(DKIM, Status.SERVFAIL, RESOLVER),)


def test_aliases_and_values_are_reported(world: World) -> None:
    """In their order, each with its type."""
    world.first.put(f"{SPF.name} CNAME own.example.", 'own.example TXT "v=spf1 -all"')
    assert world.finding(SPF) == (Status.WRONG_VALUE, ("CNAME own.example", "TXT v=spf1 -all"))


def test_an_alias_whose_zone_is_silent(world: World) -> None:
    """Its signatures cannot be looked at, and nobody else can either."""
    world.first.put(f"{DKIM.name} CNAME own.other.example.", f"own.other.example CNAME {TARGET}.")
    world.first.put("other.example NS ns2.other.example.", "ns2.other.example A 127.0.0.2")
    world.second.twist("own.other.example", "CNAME", told.garbage)
    assert world.finding() == (Status.OK, (f"CNAME {TARGET}",))


def test_the_zone_that_serves_it_may_be_doubled(world: World) -> None:
    """Also where the program takes another for the zone, whose doubled name would be too long."""
    zone = f"{'b' * 45}.{'c' * 46}.example"
    for domain in ("mail.acme.example", f"{'a' * 30}.{zone}"):
        (record,) = easy_dkim_records(domain, ["t1"], "dkim.amazonses.com", domain)
        above = domain.partition(".")[2]
        world.first.put(f"{above} NS ns1.acme.example.", f"{record.name}.{above} CNAME {TARGET}.")
        assert world.finding(record) == (Status.DOUBLED_SUFFIX, (f"{record.name}.{above}",))


@pytest.mark.parametrize(
    ("domain", "zone", "status"),
    [
        (f"{'a' * 59}.{'b' * 59}", None, Status.DOUBLED_SUFFIX),
        (f"mail.{'a' * 52}.{'b' * 52}", f"{'a' * 52}.{'b' * 52}", Status.ABSENT),
    ],
)
def test_names_as_long_as_can_be(world: World, domain: str, zone: str | None, status: Status) -> None:
    """A doubled name is looked for up to 253 characters, and so is its neighbor; no zone that is not known."""
    (record,) = easy_dkim_records(domain, ["t1"], "dkim.amazonses.com", zone)
    world.settings = replace(world.settings, only=world.server("only"))
    doubled, stranger = f"{record.name}.{zone or domain}", f"{STRANGER}._domainkey.{domain}.{zone or domain}"
    assert 253 in {len(doubled), len(stranger)}
    world.first.put(f"{doubled} CNAME {TARGET}.")
    if len(stranger) <= 253:
        world.first.put(f"{stranger} CNAME {TARGET}.")
    assert world.finding(record)[0] is status
    assert world.asked() - {stranger} == {record.name, doubled}
