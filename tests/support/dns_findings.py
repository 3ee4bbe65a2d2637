"""Produces each way in which a record can be wrong, at real name servers, and writes the table of docs/dns-findings.md.

Run from the project's folder: `PYTHONPATH=tests .venv/bin/python -m support.dns_findings > docs/dns-findings.md`
"""

from __future__ import annotations

import sys
from contextlib import ExitStack
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from support.dns_zone import NoEdns, ShortAnswers, serve, zone_server
from tenant_email.aws.dns_check import survey
from tenant_email.aws.dns_findings import RecordFinding, Status
from tenant_email.aws.dns_records import DnsRecord, easy_dkim_records
from tenant_email.aws.dns_servers import DnsSettings, NameServer
from tenant_email_local.dns import DnsServer

if TYPE_CHECKING:
    from tenant_email_local.dns import Fault

(RECORD,) = easy_dkim_records("acme.example", ["token1"], "dkim.amazonses.com")
TARGET = RECORD.values[0]
_RIGHT = f"{RECORD.name}. 60 IN CNAME {TARGET}."
_SECOND = "127.0.0.2"
_HEAD = """# What can be wrong with a DNS record, and what the message says

Each line was produced by a name server that really answers so, for the first DKIM record of `acme.example`; a timeout
of the verification and a FAILED domain list such a line for every record concerned. `ns1.acme.example` stands for the
server that was asked.

- **SES decides**: what it has verified is verified, and such a line is then a warning. While it has not, the lines say
  what to fix; a wait ends early only where SES has seen the mistake too.
- Every authoritative server of the zone is asked, aliases (CNAME, DNAME) are followed, and only answers with the AA
  flag count. A server that does not answer is reported, but does not decide the result as long as another one has the
  record. Where none answers, the servers of the delegation are asked, and the machine's resolver where the fault may
  lie between here and them.
- SPF is evaluated for SES (RFC 7208), a DKIM key judged by RFC 6376, DMARC by RFC 7489 and RFC 9989.
- DNSSEC is validated from the zone's DS record on, as the zone above has it; the signatures of the top-level domain and
  the root are taken to be right. Where only the machine's resolver can be asked, nothing is validated here: a resolver
  that does not validate either does not show DNSSEC failures.
"""


@dataclass(frozen=True)
class Case:
    """One way to be wrong: what the zone holds in the record's place, or how its server fails."""

    status: Status
    what: str
    sets: tuple[tuple[str, str, list[str]], ...] = ()
    fault: Fault | None = None
    second: str | ShortAnswers | NoEdns = field(
        default="", repr=False
    )  # what a server without authority says, over UDP alone
    address: str = "127.0.0.1"  # of the zone's server; empty where it has none and another serves the zone
    record: DnsRecord = RECORD


CASES = (
    Case(Status.ABSENT, "the name does not exist"),
    Case(Status.WRONG_VALUE, "another value", ((RECORD.name, "CNAME", ["token1.dkim.eu-south-1.amazonses.com."]),)),
    Case(Status.WRONG_TYPE, "another type", ((RECORD.name, "TXT", [f'"{TARGET}"']),)),
    Case(Status.DOUBLED_SUFFIX, "the zone twice", ((f"{RECORD.name}.acme.example", "CNAME", [f"{TARGET}."]),)),
    Case(Status.PROXIED, "a proxied CNAME", ((RECORD.name, "A", ["192.0.2.1"]),)),
    Case(
        Status.BOGUS,
        "DNSSEC is broken",
        ((RECORD.name, "CNAME", [f"{TARGET}."]), ("acme.example", "DS", [f"12345 13 2 {'AB' * 32}"])),
    ),
    Case(Status.SERVFAIL, "the server fails", fault="servfail"),
    Case(Status.TIMEOUT, "the server is silent", fault="timeout"),
    Case(Status.TRUNCATED, "the server is closed to TCP", second=ShortAnswers()),
    Case(Status.UNREACHABLE, "there is no way to the server", address="255.255.255.255"),
    Case(Status.NO_EDNS, "the server drops EDNS", second=NoEdns(_RIGHT)),
    Case(Status.NAMELESS, "the server has no address", address=""),
    Case(Status.LAME, "the server is not authoritative", second=_RIGHT),
    Case(
        Status.UNDELEGATED,
        "nobody serves the domain",
        record=easy_dkim_records("acme.test", ["token1"], "dkim.amazonses.com")[0],
    ),
)


def produce(case: Case) -> RecordFinding:
    """Makes servers that answer as the case says, asks them, and returns what is said of the first."""
    with ExitStack() as running:
        dns = running.enter_context(DnsServer())
        address = _SECOND if case.second else case.address
        hosts = ["ns1.acme.example.", *([] if address else ["ns2.acme.example."])]
        addresses = [
            ("ns2.acme.example", "A", ["127.0.0.1"]),
            *([("ns1.acme.example", "A", [address])] if address else []),
        ]
        serve(dns, ("acme.example", "NS", hosts), *addresses, *case.sets)
        if case.fault:
            dns.fail(case.record.name, case.fault)
        if case.second:
            running.enter_context(zone_server(case.second, _SECOND, dns.port, authoritative=False))
        # a server that fails is asked directly, because here the resolver is the same one
        server = NameServer("ns1.acme.example", address, dns.port) if case.fault else None
        settings = DnsSettings(resolver="127.0.0.1", port=dns.port, only=server, timeout=0.3)
        return survey([case.record], settings)[0]


def table() -> str:
    """Returns the page, with the local servers' addresses left out."""
    rows = ["| What is there | The message |", "|---|---|"]
    for case in CASES:
        finding = produce(case)
        assert finding.status is case.status, f"{case.what}: {finding}"
        told = finding.explain().replace(finding.server, finding.server.split(" (")[0])
        rows.append(f"| {case.what} | {told} |")
    return "\n".join([_HEAD, *rows, ""])


if __name__ == "__main__":
    sys.stdout.write(table())
