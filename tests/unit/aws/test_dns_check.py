"""What a record is judged by: aliases followed, SPF evaluated, doubled suffixes told from wildcards."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from support.name_servers import told
from tenant_email.aws.dns_check import survey
from tenant_email.aws.dns_findings import RecordFinding, Status
from tenant_email.aws.dns_records import DnsRecord, dmarc_record, easy_dkim_records, mail_from_records

if TYPE_CHECKING:
    from support.name_servers.told import ToldServer

(DKIM,) = easy_dkim_records("acme.example", ["t1"], "dkim.amazonses.com")
_, SPF = mail_from_records("bounce.acme.example", "acme.example", "eu-west-1")
DMARC = dmarc_record("acme.example")
TARGET = "t1.dkim.amazonses.com"
RESOLVER = "this machine's resolver"
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
        "SPF temperror: DNS has no answer about _spf.acme.example",
    )
    world.first.twists.clear()
    world.first.drop(SPF.name, "TXT")
    world.first.put(f"{SPF.name}.acme.example TXT {WHOLE}")
    assert world.finding(SPF) == (Status.DOUBLED_SUFFIX, (f"{SPF.name}.acme.example",))


def test_a_wildcard_is_no_doubled_suffix(world: World) -> None:
    """Every name has it then; one whose neighbors are longer than any name may be cannot be told from it."""
    stranger = "no-such-name-tenant-email._domainkey.acme.example.acme.example"
    world.first.put(f"{DKIM.name}.acme.example CNAME {TARGET}.", f"{stranger} CNAME {TARGET}.")
    assert world.finding() == (Status.ABSENT, ())
    world.first.drop(stranger, "CNAME")
    world.first.put(f"{stranger} CNAME other.example.")
    assert world.finding() == (Status.DOUBLED_SUFFIX, (f"{DKIM.name}.acme.example",))


def test_where_neighbors_of_a_doubled_name_would_be_too_long(world: World) -> None:
    """Whether it is a wildcard cannot be asked; a zone that is not known is not looked for."""
    domain = ".".join(["a" * 57] * 2)
    (record,) = easy_dkim_records(domain, ["t1"], "dkim.amazonses.com")
    world.settings = replace(world.settings, only=world.server("only"))
    world.first.put(f"{record.name}.{domain} CNAME {TARGET}.")
    assert len(f"{record.name}.{domain}") < 253 < len(f"no-such-name-tenant-email._domainkey.{domain}.{domain}")
    assert world.finding(record) == (Status.DOUBLED_SUFFIX, (f"{record.name}.{domain}",))
    world.first.drop(f"{record.name}.{domain}", "CNAME")
    assert world.finding(record) == (Status.ABSENT, ())
    assert world.asked() == {record.name, f"{record.name}.{domain}"}
