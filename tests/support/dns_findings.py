"""Produces each way in which a record can be wrong, at real name servers, and writes the table of docs/dns-findings.md.

Run from the project's folder: `PYTHONPATH=tests .venv/bin/python -m support.dns_findings > docs/dns-findings.md`
"""

from __future__ import annotations

import sys
from contextlib import ExitStack
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from support.dns_zone import serve, zone_server
from tenant_email.aws.dns_check import RecordFinding, Status, check_records
from tenant_email.aws.dns_records import DnsRecord, easy_dkim_records
from tenant_email.aws.dns_servers import DnsSettings, Server
from tenant_email.local.dns import DnsServer

if TYPE_CHECKING:
    from tenant_email.local.dns import Fault

(RECORD,) = easy_dkim_records("acme.example", ["token1"], "dkim.amazonses.com")
TARGET = RECORD.values[0]
_SECOND = "127.0.0.2"
_HEAD = """# What can be wrong with a DNS record, and what you are told

Each line was produced by a name server that really answers so, for the first DKIM record of `acme.example`; a time-out
of the verification and a FAILED domain list such a line for every record concerned. `ns1.acme.example` stands for the
server that was asked. Every authoritative server of the zone is asked, and only answers with the AA flag count.
"""


@dataclass(frozen=True)
class Case:
    """One way to be wrong: what the zone holds in the record's place, or how its server fails."""

    status: Status
    what: str
    sets: tuple[tuple[str, str, list[str]], ...] = ()
    fault: Fault | None = None
    second: str = field(default="", repr=False)  # what a server without authority says
    record: DnsRecord = RECORD


CASES = (
    Case(Status.ABSENT, "the name does not exist"),
    Case(Status.WRONG_VALUE, "another value", ((RECORD.name, "CNAME", ["token1.dkim.eu-south-1.amazonses.com."]),)),
    Case(Status.WRONG_TYPE, "another type", ((RECORD.name, "TXT", [f'"{TARGET}"']),)),
    Case(Status.DOUBLED_SUFFIX, "the zone twice", ((f"{RECORD.name}.acme.example", "CNAME", [f"{TARGET}."]),)),
    Case(Status.PROXIED, "a proxied CNAME", ((RECORD.name, "A", ["192.0.2.1"]),)),
    Case(Status.SERVFAIL, "the server fails", fault="servfail"),
    Case(Status.TIMEOUT, "the server is silent", fault="timeout"),
    Case(Status.LAME, "the server is not authoritative", second=f"{RECORD.name}. 60 IN CNAME {TARGET}."),
    Case(
        Status.UNDELEGATED,
        "nobody serves the domain",
        record=easy_dkim_records("acme.test", ["token1"], "dkim.amazonses.com")[0],
    ),
)


def produce(case: Case) -> RecordFinding:
    """Makes servers that answer as the case says, and asks them."""
    with ExitStack() as running:
        dns = running.enter_context(DnsServer())
        address = _SECOND if case.second else "127.0.0.1"
        delegation = [("acme.example", "NS", ["ns1.acme.example."]), ("ns1.acme.example", "A", [address])]
        serve(dns, *delegation, *case.sets)
        if case.fault:
            dns.fail(case.record.name, case.fault)
        if case.second:
            running.enter_context(zone_server(case.second, _SECOND, dns.port, authoritative=False))
        # a server that fails is asked directly, because here the resolver is the same one
        server = Server("ns1.acme.example", address, dns.port) if case.fault else None
        settings = DnsSettings(resolver="127.0.0.1", port=dns.port, only=server, timeout=0.3)
        (finding,) = check_records([case.record], settings)
    return finding


def table() -> str:
    """Returns the page, with the local servers' addresses left out."""
    rows = ["| What is there | What you are told |", "|---|---|"]
    for case in CASES:
        finding = produce(case)
        assert finding.status is case.status, f"{case.what}: {finding}"
        told = finding.explain().replace(finding.server, finding.server.split(" (")[0])
        rows.append(f"| {case.what} | {told} |")
    return "\n".join([_HEAD, *rows, ""])


if __name__ == "__main__":
    sys.stdout.write(table())
