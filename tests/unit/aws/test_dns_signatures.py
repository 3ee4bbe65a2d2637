"""DNSSEC, as far as a finding needs it: each way in which a validating resolver refuses what a server has."""

from __future__ import annotations

from typing import TYPE_CHECKING

import dns.flags
import dns.message
import dns.name
import dns.rcode
import dns.rrset
import pytest

from support.name_servers.told import (
    Key,
    ToldServer,
    TwoServers,
    garbage,
    refusal,
    silence,
    truncated,
    without_authority,
)
from tenant_email.aws.dns_authorities import Authorities
from tenant_email.aws.dns_check import survey
from tenant_email.aws.dns_findings import RecordFinding, Status
from tenant_email.aws.dns_records import easy_dkim_records
from tenant_email.aws.dns_signatures import validation_failure

if TYPE_CHECKING:
    from support.name_servers.told import Twist

(DKIM,) = easy_dkim_records("acme.example", ["t1"], "dkim.amazonses.com")
ZONE, NAME = "acme.example", f"{DKIM.name}"
SIGNING, ZONES, OTHER = Key(), Key(), Key()
WHOLE = f"{NAME} CNAME t1.dkim.amazonses.com."


class World(TwoServers):
    """The first server serves the top-level domain and acme.example, signed."""

    def __init__(self, port: int, servers: list[ToldServer]) -> None:
        super().__init__(port, servers)
        self.put(
            "example NS ns1.acme.example.",
            "acme.example NS ns1.acme.example.",
            "ns1.acme.example A 127.0.0.1",
            WHOLE,
        )

    def put(self, *lines: str) -> None:
        """Adds records at the first server."""
        self.first.put(*lines)

    def sign(self, zone: str = ZONE, *sets: tuple[str, str]) -> None:
        """Publishes the key of a zone, at home and above it, and signs sets with it."""
        self.put(f"{zone} DS {SIGNING.signer(zone)}", f"{zone} DNSKEY {SIGNING.public}")
        for name, kind in ((zone, "DNSKEY"), *sets):
            self.first.sign(name, kind, zone, SIGNING)

    def why(self, zone: str = ZONE, name: str = NAME, kind: str = "CNAME") -> str:
        """Returns why the first server's answer is refused."""
        server = self.server("ns1.acme.example")
        return validation_failure(self.authorities(), dns.name.from_text(zone), server, name, kind)

    def finding(self) -> RecordFinding:
        """Returns what is found of the record."""
        (finding,) = survey([DKIM], self.settings)
        return finding


def adding(*sets: dns.rrset.RRset) -> Twist:
    """Adds to an answer."""

    def add(reply: dns.message.Message) -> bytes:
        reply.answer.extend(sets)
        return reply.to_wire()

    return add


@pytest.fixture
def world(servers: tuple[int, list[ToldServer]]) -> World:
    """The two, told anew."""
    return World(*servers)


def test_what_is_signed_right_is_seen(world: World) -> None:
    """And whoever is asked for signatures is asked so; the digest in the DS record may be any that is known."""
    world.sign(ZONE, (NAME, "CNAME"))
    finding = world.finding()
    assert (world.why(), finding.status, finding.found) == ("", Status.OK, ("CNAME t1.dkim.amazonses.com",))
    asked = {str(query.question[0]): query.ednsflags & dns.flags.DO for query in world.first.heard[:-1]}
    assert asked["acme.example. IN DNSKEY"]
    assert not asked["acme.example. IN DS"]
    for digest in ("SHA1", "SHA384"):
        world.first.drop(ZONE, "DS")
        world.put(f"{ZONE} DS {SIGNING.signer(ZONE, digest)}")
        assert world.why() == ""


@pytest.mark.parametrize("signer", ["", "12345 253 2 " + "AB" * 32, "12345 15 3 " + "AB" * 32])
def test_a_zone_without_a_signer_that_is_known_is_unsigned(world: World, signer: str) -> None:
    """No DS record, or one by an algorithm or a digest that nobody here knows: then signatures are not looked at."""
    if signer:
        world.put(f"{ZONE} DS {signer}")
    world.first.sign(NAME, "CNAME", ZONE, OTHER, ends=-60)
    assert world.why() == ""
    assert "acme.example. IN DNSKEY" not in {str(query.question[0]) for query in world.first.heard}


def test_a_zone_without_keys(world: World) -> None:
    """It has a DS record above it; one that is known counts also beside others."""
    world.put(f"{ZONE} DS {OTHER.signer(ZONE)}", f"{ZONE} DS 12345 253 2 {'AB' * 32}")
    assert world.why() == "acme.example has a DS record above it, but no DNSKEY"


def test_keys_of_another(world: World) -> None:
    """The DS record is of none of them."""
    world.put(f"{ZONE} DS {OTHER.signer(ZONE)}", f"{ZONE} DNSKEY {SIGNING.public}")
    assert world.why() == "the DS record above acme.example matches no key of the zone"
    finding = world.finding()
    assert (finding.status, finding.why, finding.server) == (
        Status.BOGUS,
        "the DS record above acme.example matches no key of the zone",
        f"ns1.acme.example (127.0.0.1:{world.port})",
    )


def test_keys_without_a_signature(world: World) -> None:
    """By a key that the DS record is of: one of another key of the zone does not vouch for both."""
    world.put(f"{ZONE} DS {SIGNING.signer(ZONE)}", f"{ZONE} DNSKEY {SIGNING.public}", f"{ZONE} DNSKEY {ZONES.public}")
    assert world.why() == "DNSKEY of acme.example has no signature"
    world.first.sign(ZONE, "DNSKEY", ZONE, ZONES)
    assert world.why() == "the signature of DNSKEY of acme.example is not valid"
    world.first.sign(ZONE, "DNSKEY", ZONE, SIGNING)
    world.first.sign(NAME, "CNAME", ZONE, ZONES)
    assert world.why() == ""


def test_an_answer_without_a_good_signature(world: World) -> None:
    """None, one by a stranger's key, one that has ended, or one of each."""
    world.sign()
    what = f"CNAME of {NAME}"
    assert world.why() == f"{what} has no signature"
    world.first.sign(NAME, "CNAME", ZONE, SIGNING, ends=-60, begun=7200)
    assert world.why() == f"the signature of {what} has expired"
    world.first.sign(NAME, "CNAME", ZONE, OTHER)
    assert world.why() == f"the signature of {what} is not valid"


def test_keys_that_cannot_be_had(world: World) -> None:
    """Too long for UDP where there is no TCP is told, as resolvers meet it too; silence is a finding of its own."""
    world.sign()
    world.first.twist(ZONE, "DNSKEY", truncated)
    assert world.why() == "the keys of acme.example are too long for UDP, and TCP is closed"
    world.first.twist(ZONE, "DNSKEY", garbage)
    assert world.why() == ""


def test_an_answer_that_cannot_be_had(world: World) -> None:
    """That it fails is a finding of its own."""
    world.sign()
    world.first.twist(NAME, "CNAME", garbage)
    assert world.why() == ""


def test_an_alias_that_a_dname_makes(world: World) -> None:
    """It has no signature of its own, but the DNAME must have one."""
    made_by = "_domainkey.acme.example"
    world.put(f"{made_by} DNAME dkim.amazonses.com.")
    world.sign(ZONE, (made_by, "DNAME"))
    signature = world.first.signature(made_by, "DNAME")
    alias, dname = world.first.drop(NAME, "CNAME"), world.first.drop(made_by, "DNAME")
    world.first.twist(NAME, "TXT", adding(dname, alias))
    assert world.why(kind="TXT") == "DNAME of _domainkey.acme.example has no signature"
    world.first.twist(NAME, "TXT", adding(dname, signature, alias))
    assert world.why(kind="TXT") == ""


def test_what_an_answer_has_of_others(world: World) -> None:
    """Another zone's records, and another name's, are validated where they are asked for."""
    world.sign(ZONE, (NAME, "CNAME"))
    world.put("t1.dkim.amazonses.com TXT x", "other.acme.example TXT x")
    others = [world.first.drop("other.acme.example", "TXT"), world.first.records("example", "NS")]
    world.first.twist(NAME, "TXT", adding(*others))
    assert world.why(kind="TXT") == ""


def test_the_top_level_domain_is_taken_to_be_right(world: World) -> None:
    """Its keys are not looked at."""
    world.sign(ZONE, (NAME, "CNAME"))
    world.put(f"example DS {OTHER.signer('example')}", f"example DNSKEY {SIGNING.public}")
    assert world.why() == ""


def test_the_zones_above_count(world: World) -> None:
    """Broken keys there hide all below, unless a server of that zone has good ones, or there is no DS record."""
    zone, name = "mail.acme.example", "t1._domainkey.mail.acme.example"
    world.put(f"{zone} NS ns1.acme.example.", f"{name} CNAME t1.dkim.amazonses.com.")
    assert world.why(zone, name) == ""
    world.put(f"{ZONE} DS {OTHER.signer(ZONE)}", f"{ZONE} DNSKEY {SIGNING.public}")
    broken = "the DS record above acme.example matches no key of the zone"
    assert world.why(zone, name) == broken
    world.put("acme.example NS ns2.acme.example.", "ns2.acme.example A 127.0.0.2")
    world.second.put(f"{ZONE} DNSKEY {OTHER.public}")
    world.second.sign(ZONE, "DNSKEY", ZONE, OTHER)
    assert world.why(zone, name) == ""
    world.second.twist(ZONE, "DNSKEY", silence)
    assert world.why(zone, name) == broken
    world.first.twist(ZONE, "DNSKEY", silence)
    assert world.why(zone, name) == ""


def test_the_signer_is_asked_for_above(world: World) -> None:
    """Where the zone above gives no answer of its own, what the resolver has is taken; where it fails too, none."""
    world.put(f"{ZONE} DS {OTHER.signer(ZONE)}")
    world.first.twist(ZONE, "DS", without_authority)
    authorities = Authorities(world.settings)
    assert authorities.delegation_signers(dns.name.from_text(ZONE)) == [OTHER.signer(ZONE)]
    flags = world.first.heard[-1].flags
    assert flags & dns.flags.CD
    assert flags & dns.flags.RD
    world.first.twist(ZONE, "DS", refusal(dns.rcode.SERVFAIL))
    assert Authorities(world.settings).delegation_signers(dns.name.from_text(ZONE)) == []
    world.put(f"acme.test DS {OTHER.signer('acme.test')}")
    assert world.authorities().delegation_signers(dns.name.from_text("acme.test")) == [OTHER.signer("acme.test")]


def test_the_servers_above_know_better_than_the_resolver(world: World) -> None:
    """It may have a memory of what they said before."""
    world.first.drop("example", "NS")
    world.put("example NS ns2.acme.example.", "ns2.acme.example A 127.0.0.2", f"{ZONE} DS {OTHER.signer(ZONE)}")
    world.second.put(f"{ZONE} DS {SIGNING.signer(ZONE)}")
    assert world.authorities().delegation_signers(dns.name.from_text(ZONE)) == [SIGNING.signer(ZONE)]


def test_aliases_are_validated_too(world: World) -> None:
    """Each in its own zone, up to the wanted target, which is SES's own matter."""
    world.first.drop(NAME, "CNAME")
    world.put(
        f"{NAME} CNAME t1.other.example.",
        "other.example NS ns1.acme.example.",
        "t1.other.example CNAME t1.dkim.amazonses.com.",
        "com NS ns1.acme.example.",
        "dkim.amazonses.com NS ns1.acme.example.",
        f"dkim.amazonses.com DS {OTHER.signer('dkim.amazonses.com')}",
    )
    assert world.finding().status is Status.OK
    world.sign("other.example")
    finding = world.finding()
    assert (finding.status, finding.why) == (Status.BOGUS, "CNAME of t1.other.example has no signature")
