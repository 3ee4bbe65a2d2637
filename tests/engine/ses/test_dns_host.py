"""A sending domain at a DNS host of one's own: a function whose resources change a zone of BIND, looked at as it is."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest

from support.blocks import ROOT, blocks
from support.engines import engine_params
from support.lab import DOMAIN, Lab
from support.name_servers.primary import SECRET, WHOLE, primary
from support.name_servers.processes import missing
from tenant_email_local.aws.behavior import Behavior
from tenant_email_local.machine import LocalMachine

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from support.canary import Watched
    from support.engines import Outcome
    from support.name_servers.primary import Primary

pytestmark = pytest.mark.skipif("named" in missing(), reason="BIND is not installed; see tests/servers.txt")
BOUNCE, DMARC = f"bounce.{DOMAIN}", f"_dmarc.{DOMAIN}"
SPF, MX = '"v=spf1 include:amazonses.com ~all"', "10 feedback-smtp.us-east-1.amazonses.com."
RECORDS = {"mail-mail-from-mx", "mail-mail-from-spf", "mail-dmarc", *(f"mail-dkim-{number}" for number in range(3))}
PROGRAM = f"""
import json
import os
import pulumi
from pulumi.dynamic import CreateResult, DiffResult, ReadResult, Resource, ResourceProvider, UpdateResult
from tenant_email import SesSendingDomain, ses


def change(*steps):
    import dns.query, dns.rcode, dns.tsigkeyring, dns.update
    with open(os.environ["LAB_DNS_KEY"]) as file:
        keys = dns.tsigkeyring.from_text({{file.read(): "{SECRET}"}})
    update = dns.update.UpdateMessage("{DOMAIN}", keyring=keys)
    for step, *record in steps:
        getattr(update, step)(*record)
    reply = dns.query.tcp(update, "127.0.0.1", port=int(os.environ["LAB_DNS_PORT"]), timeout=60)
    if reply.rcode():
        raise Exception("the name server says " + dns.rcode.to_text(reply.rcode()))


def record(props):
    kind, value = props["type"], props["value"]
    if kind == "TXT":
        value = " ".join('"' + value[start : start + 255] + '"' for start in range(0, len(value), 255))
    return props["name"] + ".", int(props["ttl"]), kind, value if kind == "TXT" else value + "."


class Host(ResourceProvider):
    def create(self, props):
        change(("add", *record(props)))
        return CreateResult(props["name"] + "/" + props["type"], props)

    def diff(self, id, olds, news):
        changed = [name for name in ("name", "type", "ttl", "value") if olds[name] != news[name]]
        return DiffResult(changes=bool(changed), replaces=[name for name in changed if name in ("name", "type")])

    def update(self, id, olds, news):
        name, _, kind, value = record(olds)
        change(("delete", name, kind, value), ("add", *record(news)))
        return UpdateResult(news)

    def read(self, id, props):
        import dns.message, dns.query, dns.rdata
        name, _, kind, value = record(props)
        answer = dns.query.tcp(dns.message.make_query(name, kind), "127.0.0.1", port=int(os.environ["LAB_DNS_PORT"]))
        found = [each.to_text() for rrset in answer.answer for each in rrset]
        stands = dns.rdata.from_text("IN", kind, value).to_text() in found
        return ReadResult(id, props) if stands else ReadResult("", {{}})

    def delete(self, id, props):
        name, _, kind, value = record(props)
        change(("delete", name, kind, value))


class HostRecord(Resource, module="lab", name="HostRecord"):
    def __init__(self, name, props, opts):
        super().__init__(Host(), name, props, opts)


def publish(to_publish, opts):
    props = {{"name": to_publish.name, "type": to_publish.type, "ttl": to_publish.ttl, "value": to_publish.value}}
    return HostRecord(to_publish.resource_name, props, pulumi.ResourceOptions() if config.get_bool("drops") else opts)


config = pulumi.Config()
given = json.loads(config.get("sending") or "{{}}")
dns = ses.DnsZone(publish=publish, existing=given.pop("existing", []))
sending = SesSendingDomain("mail", domain="{DOMAIN}", mail_from="bounce", dns=dns, **given)
pulumi.export("records", sending.dns_records)
"""


@dataclass
class Stack:
    """The stack, its DNS host and the machine that it lives on."""

    machine: LocalMachine
    engine: Watched
    host: Primary
    key: Path

    def choose(self, **sending: Any) -> None:
        """Says what the sending domain is to have, beside a MAIL FROM domain."""
        self.engine.set_config("lab:sending", json.dumps(sending))

    def up(self) -> Outcome:
        """Brings the stack up."""
        outcome = self.engine.up()
        assert outcome.ok, outcome.text
        return outcome

    def refused(self) -> str:
        """Returns what keeps an `up` from its end."""
        outcome = self.engine.up()
        assert not outcome.ok
        return outcome.text

    def records(self) -> set[tuple[str, str]]:
        """Returns what stands in the zone, by name and type, DKIM's left out."""
        return {key for key in self.host.sets() if "_domainkey" not in key[0]}


@pytest.fixture(params=engine_params())
def stack(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Stack]:
    """Opens the stack on each engine, at a host whose zone has nothing yet."""
    behavior = Behavior(look_delay=0.1, key_delay=0)
    with primary(tmp_path / "host", DOMAIN) as host, LocalMachine(tmp_path / "machine", behavior=behavior) as machine:
        machine.dns.zones = lambda: [host.served()]
        lab, key = Lab.make(machine, tmp_path, request.param), tmp_path / "key"
        key.write_text(WHOLE)
        lab.write(PROGRAM)
        environ = {"TENANT_EMAIL_DNS": host.address, "LAB_DNS_PORT": str(host.port), "LAB_DNS_KEY": str(key)}
        yield Stack(machine, lab.open(environ), host, key)


@pytest.fixture
def deep(stack: Stack) -> Stack:
    """The stack, for what takes a minute."""
    require_time(stack.engine.kind)
    return stack


def require_time(kind: str) -> None:
    """Skips what takes a minute on the embedded engine, unless that alone is chosen."""
    if kind == "embedded" and os.environ.get("TENANT_EMAIL_ENGINE") != "embedded":
        pytest.skip("runs on the real CLI, and with TENANT_EMAIL_ENGINE=embedded")


def test_a_domain_lives_at_a_host(stack: Stack) -> None:
    """Nothing is put beside a foreign SPF, a failure is gone on with, and then only what changes is written."""
    stack.host.put(BOUNCE, "TXT", '"v=spf1 -all"')
    before = stack.host.serial()
    stack.choose(dmarc="none")
    refused = stack.refused()
    assert f"{BOUNCE} TXT: needs v=spf1 include:amazonses.com ~all, but has TXT 'v=spf1 -all'" in refused
    assert stack.host.serial() == before
    assert not [call for call in stack.machine.aws.calls if call.operation.startswith(("Create", "Put"))]

    stack.host.drop(BOUNCE, "TXT")
    stack.key.write_text("no-mx")
    assert "the name server says REFUSED" in stack.refused()
    assert (BOUNCE, "MX") not in stack.host.sets()
    stack.key.write_text(WHOLE)
    assert "create" in stack.up().operations.values()
    found = stack.host.sets()
    assert len(found) == len(RECORDS)
    assert (found[BOUNCE, "TXT"], found[BOUNCE, "MX"]) == ([SPF], [MX])

    before, asked = stack.host.serial(), len(stack.host.questions())
    stack.machine.aws.calls.clear()
    assert stack.up().operations == {}
    assert (stack.host.serial(), len(stack.host.questions())) == (before, asked)
    assert {call.operation for call in stack.machine.aws.calls} <= {"GetCallerIdentity"}  # which a program asks
    stack.choose(dmarc="reject")
    assert stack.up().operations == {"mail-dmarc": "update"}
    assert stack.host.sets()[DMARC, "TXT"] == ['"v=DMARC1; p=reject;"']
    assert stack.engine.destroy().ok
    assert stack.host.sets() == {}


def test_what_exists_is_used_and_let_go(deep: Stack) -> None:
    """It is neither made nor deleted, is to say what the program says, and can become the stack's, and the reverse."""
    stack = deep
    stack.host.put(DMARC, "TXT", '"v=DMARC1; p=none"')
    stack.choose(dmarc="none", existing=["dmarc"])
    assert "mail-dmarc" not in stack.up().operations
    before = stack.host.serial()
    stack.choose(dmarc="reject", existing=["dmarc"])
    assert "has TXT 'v=DMARC1; p=none', and existing promises v=DMARC1; p=reject;" in stack.refused()
    stack.choose(dmarc="none")
    assert "already, with the same effect" in stack.refused()
    assert stack.host.serial() == before

    stack.host.drop(DMARC, "TXT")
    assert stack.up().operations == {"mail-preflight": "update", "mail-dmarc": "create"}
    stack.choose(dmarc="none", existing=["dmarc"])
    refused = stack.engine.preview()
    assert not refused.ok
    assert f"{DMARC} TXT is published by this stack, which would now delete what 'dmarc' promises" in refused.text
    stack.choose(dmarc="none", on_delete="retain")
    stack.up()
    stack.choose(dmarc="none", existing=["dmarc"])
    assert stack.up().operations["mail-dmarc"] == "delete"
    assert stack.host.sets()[DMARC, "TXT"] == ['"v=DMARC1; p=none;"']
    assert stack.up().operations == {}
    assert stack.engine.destroy().ok
    assert stack.host.sets().keys() == {(DMARC, "TXT")}


def test_what_others_change_comes_back(deep: Stack) -> None:
    """A refresh finds a record that is gone; another region changes the stack's own records in place."""
    stack = deep
    stack.choose(dmarc="none")
    stack.up()
    assert stack.engine.refresh().operations == {}
    stack.host.drop(BOUNCE, "MX")
    assert stack.engine.refresh().operations["mail-mail-from-mx"] == "delete"
    again = stack.up().operations
    assert (again["mail-mail-from-mx"], again.get("mail-preflight")) == ("create", None)
    stack.choose(dmarc="none", region="eu-west-1")
    moved = stack.up().operations
    assert (moved["mail-preflight"], moved["mail-mail-from-mx"]) == ("update", "update")
    assert "mail-dmarc" not in moved
    assert stack.host.sets()[BOUNCE, "MX"] == [MX.replace("us-east-1", "eu-west-1")]
    assert len(stack.host.sets()) == len(RECORDS)


def test_a_function_that_drops_its_options_is_refused_at_preview(stack: Stack) -> None:
    """Its records would be written before the look."""
    stack.engine.set_config("lab:drops", "true")
    refused = stack.engine.preview()
    assert not refused.ok
    assert "without the options that it got: it would be written before the look" in refused.text
    assert "Traceback" not in refused.text


def test_the_function_of_the_guide_publishes(lab: Lab) -> None:
    """With resources of another provider than this package's; none is left at the end."""
    require_time(lab.kind)
    (guide,) = blocks(ROOT / "docs" / "dns-hosts.md", language="python")
    aws = lab.machine.aws
    route53 = aws.session().client("route53", endpoint_url=aws.url)
    (zone,) = route53.list_hosted_zones()["HostedZones"]
    program = guide.text.replace("Z0123456789ABCDEFGHIJ", zone["Id"].rpartition("/")[2]).replace("acme.com", DOMAIN)
    assert DOMAIN in program
    lab.write(program)
    engine = lab.open()
    for operations in (5, 0):
        outcome = engine.up()
        assert outcome.ok, outcome.text
        made = [name for name in outcome.operations if name.startswith(("mail-dkim-", "mail-mail-from-"))]
        assert len(made) == operations
    assert engine.refresh().operations == {}
    assert engine.destroy().ok
    sets = route53.list_resource_record_sets(HostedZoneId=zone["Id"])["ResourceRecordSets"]
    assert {each["Type"] for each in sets} == {"NS", "SOA"}
