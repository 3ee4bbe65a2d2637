"""The local DNS server, asked by dnspython."""

from __future__ import annotations

from typing import TYPE_CHECKING

import dns.flags
import dns.message
import dns.query
import dns.rcode
import pytest

from tenant_email_local.dns import DnsServer
from tenant_email_local.dns_zone import ServedRecordSet, ServedZone

if TYPE_CHECKING:
    from collections.abc import Iterator

CHUNKS = ('"' + "k" * 255 + '" "tail; \\"x\\""',)
ZONES = (
    ServedZone(
        "acme.example",
        (
            ServedRecordSet("t._domainkey.acme.example", "CNAME", 300, ("t.dkim.amazonses.com",)),
            ServedRecordSet("mail.acme.example", "MX", 300, ("10 feedback-smtp.eu-west-1.amazonses.com",)),
            ServedRecordSet("alias.acme.example", "CNAME", 60, ("host.acme.example",)),
            ServedRecordSet("host.acme.example", "A", 60, ("192.0.2.1",)),
            ServedRecordSet("deep.er.acme.example", "TXT", 60, CHUNKS),
            ServedRecordSet("loop.acme.example", "CNAME", 60, ("loop.acme.example",)),
            ServedRecordSet("_sip._tcp.acme.example", "SRV", 60, ("1 2 5060 host.acme.example",)),
        ),
    ),
    ServedZone("own.acme.example", (ServedRecordSet("own.acme.example", "NS", 60, ("ns-7.awsdns-1.com",)),)),
)


@pytest.fixture
def server() -> Iterator[DnsServer]:
    """Serves a parent and a child zone."""
    with DnsServer(lambda: ZONES) as running:
        yield running


def ask(server: DnsServer, name: str, type_: str, *, tcp: bool = False, seconds: float = 60) -> dns.message.Message:
    """Sends one query and returns the reply."""
    query = dns.message.make_query(name, type_)
    send = dns.query.tcp if tcp else dns.query.udp
    return send(query, "127.0.0.1", port=server.port, timeout=seconds)


def values(reply: dns.message.Message) -> list[str]:
    """Returns the values of a reply's answer."""
    return [str(data) for rrset in reply.answer for data in rrset]


@pytest.mark.parametrize("tcp", [False, True])
@pytest.mark.parametrize(
    ("name", "type_", "expected"),
    [
        ("t._domainkey.acme.example", "CNAME", ["t.dkim.amazonses.com."]),
        ("MAIL.Acme.Example", "MX", ["10 feedback-smtp.eu-west-1.amazonses.com."]),
        ("alias.acme.example", "A", ["host.acme.example.", "192.0.2.1"]),
        ("deep.er.acme.example", "TXT", ['"' + "k" * 255 + '" "tail; \\"x\\""']),
        ("loop.acme.example", "A", ["loop.acme.example."]),
        ("_sip._tcp.acme.example", "SRV", ["1 2 5060 host.acme.example."]),
        ("acme.example", "NS", ["ns1.local.", "ns2.local."]),
        ("own.acme.example", "NS", ["ns-7.awsdns-1.com."]),
        ("ns-7.awsdns-1.com", "A", ["127.0.0.1"]),
        ("ns1.local", "A", ["127.0.0.1"]),
        ("email-smtp.eu-central-1.amazonaws.com", "A", ["127.0.0.1"]),
    ],
)
def test_answers_with_authority(server: DnsServer, name: str, type_: str, expected: list[str], *, tcp: bool) -> None:
    """Each record is answered with the authoritative flag, over UDP and TCP."""
    reply = ask(server, name, type_, tcp=tcp)
    assert values(reply) == expected
    assert reply.flags & dns.flags.AA


@pytest.mark.parametrize(
    ("name", "type_", "rcode", "authority"),
    [
        ("nothing.acme.example", "A", dns.rcode.NXDOMAIN, 1),
        ("er.acme.example", "TXT", dns.rcode.NOERROR, 1),
        ("host.acme.example", "MX", dns.rcode.NOERROR, 1),
        ("email-smtp.eu-west-1.amazonaws.com", "AAAA", dns.rcode.NOERROR, 0),
        ("elsewhere.example", "A", dns.rcode.NXDOMAIN, 0),
    ],
)
def test_tells_no_name_from_no_data(
    server: DnsServer, name: str, type_: str, rcode: dns.rcode.Rcode, authority: int
) -> None:
    """An absent name is NXDOMAIN, a present one without the type NODATA; a zone's SOA says who answers."""
    reply = ask(server, name, type_)
    assert (reply.rcode(), reply.answer, len(reply.authority)) == (rcode, [], authority)


@pytest.mark.parametrize(("fault", "rcode"), [("servfail", dns.rcode.SERVFAIL), ("lame", dns.rcode.REFUSED)])
def test_fails_as_told_until_restored(server: DnsServer, fault: str, rcode: dns.rcode.Rcode) -> None:
    """A fault holds for its name until it is restored."""
    server.fail("acme.example", "servfail" if fault == "servfail" else "lame")
    assert ask(server, "acme.example", "SOA").rcode() == rcode
    server.restore("acme.example")
    assert ask(server, "acme.example", "SOA").rcode() == dns.rcode.NOERROR


def test_a_lame_zone_refuses_every_name_below(server: DnsServer) -> None:
    """A lame delegation concerns the whole zone, a SERVFAIL one name."""
    server.fail("acme.example", "lame")
    assert ask(server, "host.acme.example", "A").rcode() == dns.rcode.REFUSED
    server.fail("acme.example", "servfail")
    assert ask(server, "host.acme.example", "A").rcode() == dns.rcode.NOERROR


def test_a_dropped_query_gets_no_answer(server: DnsServer) -> None:
    """A timeout is silence, not an error reply."""
    server.fail("host.acme.example", "timeout")
    with pytest.raises(dns.exception.Timeout):
        ask(server, "host.acme.example", "A", seconds=0.5)


def test_overrides_replace_all_that_a_zone_says_of_a_name(server: DnsServer) -> None:
    """A proxied CNAME answers A and no CNAME; an override without records makes the name absent."""
    server.override("t._domainkey.acme.example", {"A": ["192.0.2.9"]})
    assert values(ask(server, "t._domainkey.acme.example", "CNAME")) == []
    assert values(ask(server, "t._domainkey.acme.example", "A")) == ["192.0.2.9"]
    server.override("t._domainkey.acme.example")
    assert ask(server, "t._domainkey.acme.example", "A").rcode() == dns.rcode.NXDOMAIN


def test_an_override_can_add_a_name_with_a_doubled_suffix(server: DnsServer) -> None:
    """The mistake of a host that appends the zone once more can be made."""
    server.override("x.acme.example.acme.example", {"TXT": ['"v=DMARC1; p=none"']})
    assert values(ask(server, "x.acme.example.acme.example", "TXT")) == ['"v=DMARC1; p=none"']


def test_a_taken_port_is_an_error(server: DnsServer) -> None:
    """A fixed port that another server holds is refused at once."""
    with pytest.raises(OSError, match="in use"):
        DnsServer(port=server.port)
