"""The local name server beside BIND, NSD and Knot: the same zone, the same questions, the same answers."""

from __future__ import annotations

from contextlib import ExitStack
from itertools import product
from typing import TYPE_CHECKING, Any, TypeAlias

import dns.flags
import dns.message
import dns.opcode
import dns.query
import dns.rcode
import dns.rdatatype
import pytest

from support.name_servers import processes
from tenant_email_local.dns import DnsServer
from tenant_email_local.dns_zone import ServedRecordSet, ServedZone, txt_chunks
from tenant_email_local.ports import free_ports

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path

absent = processes.missing()
pytestmark = pytest.mark.skipif(bool(absent), reason=f"not installed: {', '.join(absent)}; see tests/servers.txt")

APEX = "acme.example"
LONG = " ".join(f'"{letter * 250}"' for letter in "abcdef")
RECORDS = {
    (APEX, "SOA"): (f"ns1.{APEX}. hostmaster.{APEX}. 1 7200 900 1209600 60",),
    (APEX, "NS"): (f"ns1.{APEX}.", f"ns2.{APEX}."),
    (APEX, "MX"): (f"10 host.{APEX}.",),
    (APEX, "TXT"): ('"v=spf1 -all"',),
    (f"ns1.{APEX}", "A"): ("192.0.2.1",),
    (f"ns2.{APEX}", "A"): ("192.0.2.2",),
    (f"host.{APEX}", "A"): ("192.0.2.3",),
    (f"host.{APEX}", "AAAA"): ("2001:db8::3",),
    (f"deep.er.{APEX}", "TXT"): ('"deep; \\"quoted\\""',),
    (f"long.{APEX}", "TXT"): (LONG,),
    (f"alias.{APEX}", "CNAME"): (f"host.{APEX}.",),
    (f"chain.{APEX}", "CNAME"): (f"alias.{APEX}.",),
    (f"out.{APEX}", "CNAME"): ("elsewhere.other.test.",),
    (f"nowhere.{APEX}", "CNAME"): (f"none.{APEX}.",),
    (f"loop.{APEX}", "CNAME"): (f"loop.{APEX}.",),
    (f"down.{APEX}", "CNAME"): (f"x.sub.{APEX}.",),
    (f"sub.{APEX}", "NS"): (f"ns.sub.{APEX}.", "ns.other.test."),
    (f"sub.{APEX}", "DS"): (f"1 13 2 {'ab' * 32}",),
    (f"ns.sub.{APEX}", "A"): ("192.0.2.9",),
    (f"x.sub.{APEX}", "TXT"): ('"below"',),
    (f"sub.sub.{APEX}", "NS"): ("ns.deeper.test.",),
    (f"plain.{APEX}", "NS"): ("ns.other.test.",),
    (f"*.wild.{APEX}", "TXT"): ('"any"',),
    (f"*.wild.{APEX}", "MX"): (f"10 host.{APEX}.",),
    (f"there.wild.{APEX}", "A"): ("192.0.2.4",),
    (f"a.b.wild.{APEX}", "A"): ("192.0.2.5",),
    (f"*.cname.{APEX}", "CNAME"): (f"host.{APEX}.",),
    (f"_dmarc.{APEX}", "TXT"): ('"v=DMARC1; p=none"',),
}
CHILD = {
    (f"own.{APEX}", "SOA"): (f"ns1.{APEX}. hostmaster.{APEX}. 2 7200 900 1209600 60",),
    (f"own.{APEX}", "NS"): (f"ns1.{APEX}.",),
    (f"x.own.{APEX}", "TXT"): ('"child"',),
}
PARENT_OF_CHILD = {(f"own.{APEX}", "NS"): (f"ns1.{APEX}.",), (f"own.{APEX}", "DS"): (f"1 13 2 {'cd' * 32}",)}
NAMES = [
    "",
    "HOST",
    "host",
    "none",
    "er",
    "deep.er",
    "x.deep.er",
    "alias",
    "chain",
    "out",
    "nowhere",
    "loop",
    "down",
    "sub",
    "x.sub",
    "ns.sub",
    "y.sub.sub",
    "x.y.plain",
    "wild",
    "x.wild",
    "x.y.wild",
    "there.wild",
    "x.there.wild",
    "b.wild",
    "c.b.wild",
    "*.wild",
    "q.cname",
    "_dmarc",
    "own",
    "x.own",
    "y.own",
]
TYPES = ["A", "TXT", "MX", "NS", "CNAME", "DS", "SOA"]
QUESTIONS = [(f"{name}.{APEX}".removeprefix("."), type_) for name, type_ in product(NAMES, TYPES)]

Records: TypeAlias = "Mapping[tuple[str, str], tuple[str, ...]]"
Ask: TypeAlias = "Callable[[dns.message.Message, bool], dns.message.Message]"


def zone_file(records: Records) -> str:
    """Returns the zone as a master file has it."""
    return "".join(f"{name}. 300 IN {type_} {value}\n" for (name, type_), values in records.items() for value in values)


def local_zone(apex: str, records: Records) -> ServedZone:
    """Returns the zone as the local Route 53 has it."""
    return ServedZone(
        apex, tuple(ServedRecordSet(name, type_, 300, values) for (name, type_), values in records.items())
    )


def asker(address: str, port: int) -> Ask:
    """Returns what asks one server, over TCP or UDP."""

    def ask(query: dns.message.Message, tcp: bool) -> dns.message.Message:
        send = dns.query.tcp if tcp else dns.query.udp
        return send(query, address, port=port, timeout=60)

    return ask


@pytest.fixture(scope="module")
def servers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Ask]]:
    """Serves both zones with every server."""
    parent = {**RECORDS, **PARENT_OF_CHILD}
    texts = {APEX: zone_file(parent), f"own.{APEX}": zone_file(CHILD)}
    addresses = {"bind": "127.54.0.1", "nsd": "127.54.0.2", "knot": "127.54.0.3"}
    (port,) = free_ports(1, list(addresses.values()))
    with ExitStack() as running:
        for name, start in (("bind", processes.bind), ("nsd", processes.nsd), ("knot", processes.knot)):
            folder: Path = tmp_path_factory.mktemp(name)
            running.enter_context(start(folder, addresses[name], port, texts))
        zones = [local_zone(APEX, parent), local_zone(f"own.{APEX}", CHILD)]
        local = running.enter_context(DnsServer(lambda: zones))
        yield {
            **{name: asker(address, port) for name, address in addresses.items()},
            "local": asker("127.0.0.1", local.port),
        }


def meaning(reply: dns.message.Message) -> tuple[object, ...]:
    """Returns what a resolver takes from a reply: the answer, and the rest where there is no answer."""

    def texts(section: Any, *, ttl: bool = False) -> list[str]:
        lines = (
            f"{rrset.name} {rrset.ttl if ttl else ''} {dns.rdatatype.to_text(rrset.rdtype)} {data}"
            for rrset in section
            for data in rrset
        )
        return sorted(line.lower() for line in lines)

    last = reply.answer[-1].rdtype if reply.answer else None
    asked = reply.question[0].rdtype
    ended = last == asked and last is not None
    authority = [] if ended else texts([each for each in reply.authority if each.rdtype != dns.rdatatype.DS], ttl=True)
    glue = texts([each for each in reply.additional if "sub." in each.name.to_text()]) if authority else []
    flags = reply.flags & (dns.flags.AA | dns.flags.TC)
    return (dns.rcode.to_text(reply.rcode()), dns.flags.to_text(flags), texts(reply.answer), authority, glue)


def test_it_answers_as_real_servers_do(servers: dict[str, Ask]) -> None:
    """Where the three agree it agrees with them, over UDP and TCP; where they differ, with one of them."""
    wrong: list[str] = []
    for (name, type_), tcp in product(QUESTIONS, (False, True)):
        query = dns.message.make_query(name, type_)
        found = {server: meaning(ask(query, tcp)) for server, ask in servers.items()}
        local = found.pop("local")
        if local not in found.values():
            others = "\n".join(f"    {server}: {each}" for server, each in found.items())
            wrong.append(f"{name} {type_}\n    local: {local}\n{others}")
    assert "\n".join(wrong) == ""


def test_it_truncates_and_speaks_edns_as_real_servers_do(
    servers: dict[str, Ask],
) -> None:
    """What does not fit is cut with TC; EDNS is answered with EDNS, a version that is not there with BADVERS."""
    name = f"long.{APEX}"
    queries = {
        "plain": dns.message.make_query(name, "TXT"),
        "edns": dns.message.make_query(name, "TXT", use_edns=0, payload=1232),
        "small": dns.message.make_query(f"host.{APEX}", "A", use_edns=0, payload=1232),
        "version": dns.message.make_query(f"host.{APEX}", "A", use_edns=1),
        "chaos": dns.message.make_query(f"host.{APEX}", "A", rdclass="CH"),
        "notify": dns.message.make_query(f"host.{APEX}", "A"),
    }
    queries["notify"].set_opcode(dns.opcode.Opcode.STATUS)

    def outcome(reply: dns.message.Message) -> tuple[object, ...]:
        truncated = bool(reply.flags & dns.flags.TC)
        return dns.rcode.to_text(reply.rcode()), truncated, reply.edns >= 0, bool(reply.answer) and not truncated

    for case, query in queries.items():
        found = {server: outcome(ask(query, False)) for server, ask in servers.items()}
        assert found.pop("local") in found.values(), (case, found)
    whole: Any = servers["local"](queries["plain"], True)
    assert [str(data) for data in whole.answer[0]] == [" ".join(f'"{chunk}"' for chunk in txt_chunks(LONG))]
