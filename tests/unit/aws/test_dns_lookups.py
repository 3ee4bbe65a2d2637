"""How the servers of a name are found and asked: resolver, cuts, referrals, aliases, and what each silence means."""

from __future__ import annotations

import socket
import threading
from dataclasses import replace
from typing import TYPE_CHECKING

import dns.exception
import dns.flags
import dns.message
import dns.name
import dns.rcode
import dns.resolver
import pytest

from support.name_servers import told
from tenant_email.aws import dns_aliases
from tenant_email.aws.dns_aliases import AliasChain
from tenant_email.aws.dns_authorities import ZoneReplies
from tenant_email.aws.dns_resolver import Cut, Resolver, map_in_parallel
from tenant_email.aws.dns_servers import Clock, NameServer, NoAnswerError, Silence

if TYPE_CHECKING:
    from support.name_servers.told import ToldServer

ZONE, NAME = "acme.example", "t1._domainkey.acme.example"
A_ZONE = dns.name.from_text(ZONE)


class World(told.TwoServers):
    """The first is the resolver and serves example and acme.example, the second is free."""

    def __init__(self, port: int, servers: list[ToldServer]) -> None:
        super().__init__(port, servers)
        self.first.put("example NS ns.example.", "ns.example A 127.0.0.1", "acme.example NS ns1.acme.example.")
        self.first.put("ns1.acme.example A 127.0.0.1")
        self.ns1 = self.server("ns1.acme.example")
        self.ns2 = self.server("ns2.acme.example", "127.0.0.2")

    def resolver(self) -> Resolver:
        """Returns a new one, that remembers nothing."""
        return Resolver(self.settings, Clock(5))

    def ask_all(self, name: str = NAME, kind: str = "CNAME") -> ZoneReplies:
        """Asks anew."""
        return self.authorities().ask_all(name, kind)

    def ask(self, *, signed: bool = False) -> dns.message.Message:
        """Asks the first server for the name."""
        return self.authorities().ask(self.ns1, NAME, "CNAME", signed=signed)

    def silences(self) -> list[Silence | None]:
        """Returns why each server gave no answer."""
        return [reply.silence for reply in self.ask_all().replies]

    def count(self, server: ToldServer, name: str, kind: str) -> int:
        """Returns how often a server was asked."""
        return [str(query.question[0]) for query in server.heard].count(f"{name}. IN {kind}")


@pytest.fixture
def world(servers: tuple[int, list[ToldServer]]) -> World:
    """The two, told anew."""
    return World(*servers)


def test_a_question_as_resolvers_ask_it(world: World) -> None:
    """Without recursion, with room for what passes everywhere, signatures where they are wanted."""
    world.first.put(f"{NAME} CNAME t1.dkim.amazonses.com.")
    assert world.authorities().ask(world.ns1, NAME, "CNAME").answer
    assert not world.ask(signed=True).flags & dns.flags.TC
    plain, signed = world.first.heard
    assert (plain.payload, signed.payload, plain.flags & dns.flags.RD) == (1232, 1232, 0)
    assert (plain.ednsflags & dns.flags.DO, bool(signed.ednsflags & dns.flags.DO)) == (0, True)


@pytest.mark.parametrize(
    ("twist", "why", "edns"),
    [
        (told.silence, "timeout", [0, -1]),
        (told.garbage, "servfail", [0]),
        (told.truncated, "truncated", [0]),
        (told.refusal(dns.rcode.BADVERS), "no_edns", [0]),
        (told.without_edns, "no_edns", [0, -1, 0]),
    ],
)
def test_why_there_is_no_answer(world: World, twist: told.Twist, why: str, edns: list[int]) -> None:
    """After as many questions as it takes to know."""
    world.first.twist(NAME, "CNAME", twist)
    with pytest.raises(NoAnswerError, match=f"^{why}$"):
        world.ask()
    assert [query.edns for query in world.first.heard] == edns


@pytest.mark.parametrize("code", [dns.rcode.FORMERR, dns.rcode.NOTIMP])
def test_a_server_from_before_edns_is_asked_without(world: World, code: dns.rcode.Rcode) -> None:
    """What it says then is its answer."""
    refuse = told.refusal(code)
    world.first.put(f"{NAME} CNAME t1.dkim.amazonses.com.")
    world.first.twist(NAME, "CNAME", lambda reply: refuse(reply) if reply.edns >= 0 else reply.to_wire())
    assert world.ask(signed=True).answer
    assert [query.edns for query in world.first.heard] == [0, -1]


def test_a_packet_may_be_lost(world: World) -> None:
    """Then the answer is the one to the question with EDNS, asked again."""
    world.first.twist(NAME, "CNAME", lambda reply: None if len(world.first.heard) == 1 else reply.to_wire())
    assert world.ask().edns == 0
    assert [query.edns for query in world.first.heard] == [0, -1, 0]


def test_a_long_answer_comes_over_tcp(world: World) -> None:
    """From the same server."""
    world.first.put(f"{NAME} CNAME t1.dkim.amazonses.com.")
    world.first.twist(NAME, "CNAME", told.truncated)
    with socket.create_server(("127.0.0.1", world.port)) as listener:

        def serve() -> None:
            connection, _ = listener.accept()
            with connection:
                asked = connection.recv(4096)[2:]
                world.first.twists.clear()
                reply = world.first.answer(asked) or b""
                connection.sendall(len(reply).to_bytes(2, "big") + reply)

        threading.Thread(target=serve, daemon=True).start()
        assert world.ask().answer


def test_a_server_that_says_nothing_over_tcp(world: World) -> None:
    """It is waited for no longer than for any other."""
    world.first.twist(NAME, "CNAME", told.truncated)
    with socket.create_server(("127.0.0.1", world.port)), pytest.raises(NoAnswerError, match="truncated"):
        world.ask()


def test_where_no_packet_can_go(world: World) -> None:
    """There is no way there, nobody listens, or the server's name has no address."""
    for address, port, why in [
        ("255.255.255.255", world.port, "unreachable"),
        ("127.0.0.1", 9, "timeout"),
        ("127.0.0.1", 0, "timeout"),
        ("", 53, "nameless"),
    ]:
        with pytest.raises(NoAnswerError, match=why):
            world.authorities().ask(NameServer("x", address, port), NAME, "A")
    assert str(NameServer("x", "")) == "x"


def test_a_clock_ends_all_waits() -> None:
    """No timeout is longer than what is left, and nothing is asked after the end."""
    assert Clock(5).at_most(2) == 2
    assert 0 < Clock(1).at_most(2) <= 1
    with pytest.raises(dns.exception.Timeout):
        Clock(0).at_most(2)


def test_the_closest_zone(world: World) -> None:
    """The last that the resolver has servers of, each asked for once."""
    resolver = world.resolver()
    assert resolver.closest(dns.name.from_text(NAME)) == Cut(A_ZONE, ("ns1.acme.example",))
    resolver.closest(dns.name.from_text(NAME))
    assert world.count(world.first, ZONE, "NS") == 1
    above = resolver.closest(A_ZONE.parent())
    assert above is not None
    assert (str(above.zone), above.hosts) == ("example.", ("ns.example",))
    world.first.put(". NS ns.example.")
    assert world.resolver().closest(dns.name.from_text("x.test")) is None
    assert world.resolver().closest(dns.name.root) is None


def test_an_alias_is_no_zone(world: World) -> None:
    """The servers there are those of another name; several are reported in order."""
    world.first.put("alias.example CNAME acme.example.", "acme.example NS a.example.", "acme.example NS z.example.")
    closest = world.resolver().closest(dns.name.from_text("x.alias.example"))
    assert closest == world.resolver().closest(dns.name.from_text("example"))
    assert closest is not None
    cut = world.resolver().closest(A_ZONE)
    assert cut is not None
    assert cut.hosts == ("a.example", "ns1.acme.example", "z.example")


def test_a_resolver_that_fails(world: World) -> None:
    """Above all zones known that is reported; below one it leads no further; the top alone failing is passed by."""
    world.first.twist(ZONE, "NS", told.refusal(dns.rcode.SERVFAIL))
    closest = world.resolver().closest(dns.name.from_text(NAME))
    assert closest is not None
    assert str(closest.zone) == "example."
    assert not world.count(world.first, f"_domainkey.{ZONE}", "NS")
    world.first.twist("example", "NS", told.refusal(dns.rcode.SERVFAIL))
    with pytest.raises(dns.exception.DNSException):
        world.resolver().closest(dns.name.from_text(NAME))


def test_what_the_resolver_says(world: World) -> None:
    """Aliases followed, nothing where there is nothing, and each answer once."""
    world.first.put("a.example CNAME b.example.", "b.example TXT x", "b.example TXT y")
    resolver = world.resolver()
    assert sorted(resolver.resolve("a.example", "TXT")) == ["x", "y"]
    assert resolver.resolve("a.example", "TXT")
    assert resolver.resolve("a.example", "MX") == ()
    assert resolver.resolve("nowhere.example", "TXT") == ()
    assert world.count(world.first, "a.example", "TXT") == 1
    assert world.first.heard[0].flags & (dns.flags.RD | dns.flags.CD) == dns.flags.RD
    resolver.records(dns.name.from_text("b.example"), "TXT", unchecked=True)
    assert world.first.heard[-1].flags & (dns.flags.RD | dns.flags.CD) == dns.flags.RD | dns.flags.CD
    elsewhere = replace(world.settings, port=9, resolver_port=world.port)
    assert Resolver(elsewhere, Clock(5)).resolve("b.example", "TXT")
    with pytest.raises(dns.exception.Timeout):
        Resolver(world.settings, Clock(0)).resolve("b.example", "TXT")


def test_the_resolver_of_the_machine(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is the one of the machine's settings, which are not read where another is named; and no wait is longer."""

    def read(resolver: dns.resolver.Resolver, _: object) -> None:
        resolver.nameservers, resolver.port = ["127.0.0.1"], world.port

    monkeypatch.setattr(dns.resolver.Resolver, "read_resolv_conf", read)
    world.first.put("b.example TXT x")
    assert Resolver(replace(world.settings, resolver=None), Clock(5)).resolve("b.example", "TXT") == ("x",)
    monkeypatch.delattr(dns.resolver.Resolver, "read_resolv_conf")
    assert world.resolver().resolve("b.example", "TXT") == ("x",)
    world.first.twist("b.example", "TXT", told.silence)
    with pytest.raises(dns.exception.Timeout) as caught:
        Resolver(replace(world.settings, lifetime=0.1), Clock(5)).resolve("b.example", "TXT")
    assert caught.value.kwargs["timeout"] < 1


def test_the_addresses_of_servers(world: World) -> None:
    """What a referral says is taken; IPv6 where there is nothing else that can be reached; a dead name has none."""
    world.first.put("both.example A 127.0.0.1", "both.example AAAA ::1", "six.example AAAA ::1")
    world.first.put("far.example A 255.255.255.255", "far.example AAAA ::1", "lost.example A 255.255.255.255")
    world.first.twist("dead.example", "A", told.refusal(dns.rcode.SERVFAIL))
    hosts = (
        "Glue.example",
        "odd.example",
        "both.example",
        "six.example",
        "far.example",
        "lost.example",
        "dead.example",
    )
    glue: dict[str, tuple[str, ...]] = {
        "glue.example": ("127.0.0.3", "127.0.0.4", "::1"),
        "odd.example": ("255.255.255.255", "::1"),
    }
    servers = world.resolver().servers(Cut(A_ZONE, (*hosts, "both.example", "none.example"), glue))
    assert [(server.name, server.address) for server in servers] == [
        ("Glue.example", "127.0.0.3"),
        ("Glue.example", "127.0.0.4"),
        ("odd.example", "::1"),
        ("both.example", "127.0.0.1"),
        ("six.example", "::1"),
        ("far.example", "::1"),
        ("lost.example", "255.255.255.255"),
        ("dead.example", ""),
        ("none.example", ""),
    ]
    assert {server.port for server in servers if server.address} == {world.port}
    assert not world.count(world.first, "Glue.example", "A")


def test_the_addresses_of_servers_without_ipv6(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the kernel has none, not even a socket can be made for it: such an address is one without a way."""
    monkeypatch.setattr(socket, "AF_INET6", socket.AF_APPLETALK)
    world.first.put("six.example AAAA ::1", "both.example A 127.0.0.1", "both.example AAAA ::1")
    servers = world.resolver().servers(Cut(A_ZONE, ("six.example", "both.example")))
    assert [(server.name, server.address) for server in servers] == [
        ("six.example", "::1"),
        ("both.example", "127.0.0.1"),
    ]


def test_work_side_by_side() -> None:
    """Results keep their order, all are under way at the same time, and none are no work."""
    items = [*range(15), 0]
    barrier = threading.Barrier(len(items))

    def wait(item: int) -> int:
        barrier.wait(2)
        return item * 2

    assert map_in_parallel(wait, items) == [item * 2 for item in items]
    assert map_in_parallel(wait, []) == []


def test_every_server_of_the_closest_zone_is_asked(world: World) -> None:
    """What each says, and why one does not."""
    world.first.put(f"{NAME} CNAME t1.dkim.amazonses.com.", f"{ZONE} NS ns2.{ZONE}.", f"ns2.{ZONE} A 127.0.0.2")
    said = world.ask_all()
    assert (said.zone, said.reached, said.above_all_domains) == (A_ZONE, True, False)
    assert [reply.server for reply in said.replies] == [world.ns1, world.ns2]
    assert all(reply.message for reply in said.replies)
    for twist, why in [
        (told.refusal(dns.rcode.REFUSED), Silence.LAME),
        (told.refusal(dns.rcode.NOTAUTH), Silence.LAME),
        (told.refusal(dns.rcode.SERVFAIL), Silence.SERVFAIL),
        (told.without_authority, Silence.LAME),
        (told.silence, Silence.TIMEOUT),
    ]:
        world.second.twist(NAME, "CNAME", twist)
        said = world.ask_all()
        assert [(reply.silence, bool(reply.message)) for reply in said.replies] == [(None, True), (why, False)]
        assert said.replies[1].server == world.ns2


def test_one_server_alone(world: World) -> None:
    """Nobody else is asked; and what it has from elsewhere does not count."""
    world.settings = replace(world.settings, only=world.ns2)
    said = world.ask_all()
    assert (said.zone, len(said.replies), said.replies[0].server, said.reached) == (None, 1, world.ns2, True)
    assert said.replies[0].authoritative
    world.second.twist(NAME, "CNAME", told.without_authority)
    assert world.silences() == [Silence.LAME]
    assert not world.first.heard


def test_referrals_lead_further_down(world: World) -> None:
    """Where the resolver does not: with the addresses that they give, as long as they lead down to the name."""
    world.first.drop(ZONE, "NS")
    hosts = [(f"NS2.{ZONE}", address) for address in ("127.0.0.2", "127.0.0.3", "::1")]
    world.first.twist(NAME, "CNAME", told.referral(ZONE, *hosts))
    world.second.put(f"{NAME} CNAME t1.dkim.amazonses.com.")
    said = world.ask_all()
    assert (said.zone, said.reached) == (A_ZONE, True)
    assert [(reply.server.address, bool(reply.message)) for reply in said.replies] == [
        ("127.0.0.2", True),
        ("127.0.0.3", False),
    ]
    assert not world.count(world.first, f"NS2.{ZONE}", "A")


@pytest.mark.parametrize("zone", ["example", ".", "other.example", "below." + NAME])
def test_referrals_elsewhere_are_none(world: World, zone: str) -> None:
    """Up, aside, to the zone itself or below the name: such a server does not have the name."""
    world.first.drop(ZONE, "NS")
    world.first.twist(NAME, "CNAME", told.referral(zone, (f"ns2.{ZONE}", "127.0.0.2")))
    said = world.ask_all()
    assert (str(said.zone), [reply.silence for reply in said.replies]) == ("example.", [Silence.LAME])
    assert said.above_all_domains
    assert not world.second.heard


def test_a_referral_beside_an_answer_is_none(world: World) -> None:
    """Such a server has both from elsewhere; and where those of a top-level domain are silent nobody was reached."""
    refer = told.referral(ZONE, (f"ns2.{ZONE}", "127.0.0.2"))

    def both(reply: dns.message.Message) -> bytes:
        answer = list(reply.answer)
        refer(reply)
        reply.answer.extend(answer)
        return reply.to_wire()

    world.first.drop(ZONE, "NS")
    world.first.put(f"{NAME} CNAME t1.dkim.amazonses.com.")
    for twist, why, reached in ((both, Silence.LAME, True), (told.silence, Silence.TIMEOUT, False)):
        world.first.twist(NAME, "CNAME", twist)
        said = world.ask_all()
        assert (str(said.zone), [reply.silence for reply in said.replies]) == ("example.", [why])
        assert said.reached is reached
    assert not world.second.heard


def test_referrals_in_a_circle_end(world: World) -> None:
    """After as many as any real name has."""
    deep = ".".join(f"l{number}" for number in range(12)) + f".{ZONE}"
    parts = deep.split(".")
    zones = iter([".".join(parts[start:]) for start in range(len(parts) - 3, -1, -1)])

    def further(reply: dns.message.Message) -> bytes | None:
        return told.referral(next(zones), ("ns", "127.0.0.1"))(reply)

    world.first.twist(deep, "CNAME", further)
    said = world.ask_all(deep)
    assert (said.zone, said.replies) == (None, ())
    assert world.count(world.first, deep, "CNAME") == 8


def test_servers_that_the_zone_above_knows_otherwise(world: World) -> None:
    """Where no server that the resolver has answers, those of the delegation are asked; those asked already are not."""
    world.first.twist(NAME, "CNAME", told.silence)
    world.second.put(f"{NAME} CNAME t1.dkim.amazonses.com.")
    refer = told.referral(ZONE, (f"ns1.{ZONE}", "127.0.0.1"), (f"ns2.{ZONE}", "127.0.0.2"))
    resolver_first = iter(["resolver", "above"])

    def once(reply: dns.message.Message) -> bytes | None:
        return reply.to_wire() if next(resolver_first) == "resolver" else refer(reply)

    world.first.twist(ZONE, "NS", once)
    said = world.ask_all()
    assert (said.zone, said.reached) == (A_ZONE, True)
    assert [(reply.server, reply.silence) for reply in said.replies] == [
        (world.ns1, Silence.TIMEOUT),
        (world.ns2, None),
    ]


def test_a_zone_that_is_gone_above(world: World) -> None:
    """The zone above says with authority that there is none."""
    world.first.twist(NAME, "CNAME", told.silence)
    answers = iter([dns.rcode.NOERROR, dns.rcode.NXDOMAIN])

    def gone(reply: dns.message.Message) -> bytes | None:
        code = next(answers)
        return told.refusal(code)(reply) if code else reply.to_wire()

    world.first.twist(ZONE, "NS", gone)
    said = world.ask_all()
    assert (str(said.zone), said.above_all_domains, len(said.replies)) == ("example.", True, 1)


@pytest.mark.parametrize(("twist", "reached"), [(told.silence, False), (told.garbage, True), (None, True)])
def test_whether_any_server_could_be_asked(world: World, twist: told.Twist | None, *, reached: bool) -> None:
    """Also one that answers something else, or one of the zone above."""
    world.first.put(f"{ZONE} NS ns2.{ZONE}.", f"ns2.{ZONE} A 127.0.0.2")
    world.first.drop("ns1.acme.example", "A")
    world.first.drop("ns.example", "A")
    world.first.put("ns.example A 127.0.0.2")
    world.second.twist(NAME, "CNAME", twist if reached and twist else told.silence)
    world.second.twist(ZONE, "NS", told.silence if twist else told.refusal(dns.rcode.NOERROR))
    said = world.ask_all()
    assert (said.zone, said.reached) == (A_ZONE, reached)
    assert [reply.server.name for reply in said.replies] == ["ns1.acme.example", "ns2.acme.example"]


def test_nobody_is_known(world: World) -> None:
    """No zone, and no server."""
    assert world.ask_all("x.test") == ZoneReplies(None, ())
    world.first.twist("test", "NS", told.silence)
    world.settings = replace(world.settings, lifetime=0.1)
    with pytest.raises(dns.exception.Timeout):
        world.ask_all("x.test")


def message(*lines: str) -> dns.message.Message:
    """Returns an answer with these records."""
    text = "\n".join(["id 1", "opcode QUERY", "rcode NOERROR", "flags QR AA", ";QUESTION", ";ANSWER", *lines])
    return dns.message.from_text(text)


def test_aliases_in_one_answer() -> None:
    """As far as they lead; a circle leads nowhere, a final value ends them."""
    two = message("a. 1 IN CNAME b.", "b. 1 IN CNAME c.", 'c. 1 IN TXT "x"', 'c. 1 IN TXT "y"')
    assert dns_aliases.chain(two, "a", "TXT") == AliasChain(("b", "c"), ("x", "y"))
    assert dns_aliases.chain(two, "a", "CNAME") == AliasChain(("b", "c"))
    assert dns_aliases.chain(two, "A", "MX") == AliasChain(("b", "c"))
    assert dns_aliases.chain(two, "x", "TXT") == AliasChain()
    circle = message("a. 1 IN CNAME b.", "b. 1 IN CNAME b.")
    assert dns_aliases.chain(circle, "a", "TXT") == AliasChain(("b",))
    long = message(*(f"n{number}. 1 IN CNAME n{number + 1}." for number in range(20)))
    assert dns_aliases.chain(long, "n0", "TXT").aliases == tuple(f"n{number}" for number in range(1, 13))
    assert dns_aliases.values(two, "c", "TXT") == ("x", "y")
    assert dns_aliases.values(two, "c", "A") == ()


def test_aliases_from_zone_to_zone(world: World) -> None:
    """Each asked in turn, up to the value, the wanted target, a circle, or as many as any real name has."""
    world.first.put("a.example CNAME b.example.", "b.example CNAME C.example.", "c.example TXT x")
    world.first.put("loop.example CNAME pool.example.", "pool.example CNAME loop.example.")

    def follow(aliases: str, kind: str, until: str = "") -> AliasChain:
        return dns_aliases.follow(world.authorities(), AliasChain(tuple(aliases.split())), kind, until)

    assert follow("a.example", "TXT") == AliasChain(("a.example", "b.example", "C.example"), ("x",))
    assert follow("a.example", "CNAME") == AliasChain(("a.example", "b.example", "C.example"))
    assert follow("C.Example", "CNAME", "c.example") == AliasChain(("C.Example",))
    assert follow("LOOP.example", "CNAME").aliases == ("LOOP.example", "pool.example")
    assert follow("", "CNAME") == AliasChain()
    assert follow("nowhere.example", "TXT") == AliasChain(("nowhere.example",))
    assert not world.count(world.first, "C.Example", "CNAME")
    assert follow(" ".join(f"n{number}" for number in range(11)) + " a.example", "TXT").values == ()
    begun = AliasChain(("a.example",), ("known",))
    assert dns_aliases.follow(world.authorities(), begun, "TXT") == begun


def test_an_alias_whose_servers_cannot_be_asked(world: World) -> None:
    """The machine's resolver may know; where it fails too nothing is known."""
    world.first.put("a.example CNAME b.example.", "b.example TXT x", "c.example CNAME d.example.")
    world.settings = replace(world.settings, port=9, resolver_port=world.port)
    start = AliasChain(("a.example",))
    assert dns_aliases.follow(world.authorities(), start, "TXT") == AliasChain(("a.example",), ("x",))
    begun = AliasChain(("c.example",))
    assert dns_aliases.follow(world.authorities(), begun, "CNAME") == AliasChain(("c.example", "d.example"))
    world.first.twist("a.example", "TXT", told.refusal(dns.rcode.SERVFAIL))
    assert dns_aliases.follow(world.authorities(), start, "TXT") == start
