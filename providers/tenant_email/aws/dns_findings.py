"""What one server has for one record, and how that is reported."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from tenant_email.errors import redact_external

if TYPE_CHECKING:
    from tenant_email.aws.dns_records import DnsRecord


class Status(StrEnum):
    """How one record stands at one server."""

    OK = "ok"
    ABSENT = "absent"
    WRONG_TYPE = "wrong_type"
    WRONG_VALUE = "wrong_value"
    DOUBLED_SUFFIX = "doubled_suffix"
    PROXIED = "proxied"
    BOGUS = "bogus"
    SERVFAIL = "servfail"
    TIMEOUT = "timeout"
    TRUNCATED = "truncated"
    UNREACHABLE = "unreachable"
    NO_EDNS = "no_edns"
    LAME = "lame"
    NAMELESS = "nameless"
    UNDELEGATED = "undelegated"


NO_ANSWER: Final = frozenset(
    {
        Status.SERVFAIL,
        Status.TIMEOUT,
        Status.TRUNCATED,
        Status.UNREACHABLE,
        Status.NO_EDNS,
        Status.LAME,
        Status.NAMELESS,
        Status.UNDELEGATED,
    }
)
"""What says nothing about the record."""

WRONG: Final = frozenset({Status.WRONG_TYPE, Status.WRONG_VALUE, Status.DOUBLED_SUFFIX, Status.PROXIED})
"""What is there, but wrong: waiting does not heal it."""

_EXPLANATIONS: Final = {
    Status.OK: "{server} has the expected record.",
    Status.ABSENT: (
        "{server} has no such name; expected {desired}. Publish it in the zone that this server serves, or point the "
        "domain's registrar to the servers of the zone that has it."
    ),
    Status.WRONG_TYPE: "{server} has {found}; expected {desired}. Replace it with the expected record.",
    Status.WRONG_VALUE: "{server} has {found}; expected {desired} and nothing else of its kind. Correct the value.",
    Status.DOUBLED_SUFFIX: (
        "{server} has the record at {found} instead, because the DNS host appended the zone to a full name; expected "
        "{desired}. Enter the name as {relative}."
    ),
    Status.PROXIED: (
        "{server} answers with {found}; expected {desired}. Turn off the proxy (the orange cloud) or the flattening "
        "for this name, or remove the wildcard that answers for it."
    ),
    Status.BOGUS: "{server} has the expected record, but validating resolvers do not see it: {why}. Re-sign the zone, "
    "or correct the DS record at the registrar, or remove it.",
    Status.SERVFAIL: "{server} failed to answer; expected {desired}. Check the zone and its DNSSEC signatures.",
    Status.TIMEOUT: (
        "{server} did not answer in time; expected {desired}. Check that it is running and reachable, and that this "
        "machine can reach port 53."
    ),
    Status.TRUNCATED: (
        "{server} truncated its answer over UDP and cannot be queried over TCP; expected {desired}. Open TCP port 53 "
        "too."
    ),
    Status.UNREACHABLE: (
        "{server} cannot be reached from this machine; expected {desired}. Run from a machine that has a route to it "
        "(IPv6, if the server has nothing else), or assign the server an IPv4 address."
    ),
    Status.NO_EDNS: (
        "{server} does not answer queries with EDNS, which resolvers send; expected {desired}. Let such packets "
        "through to it, or replace it with a newer server."
    ),
    Status.LAME: (
        "{server} is not authoritative for this name; expected {desired}. The registrar lists a server that does not "
        "serve the zone: set the name servers there to those of the zone."
    ),
    Status.NAMELESS: (
        "{server} has no address in DNS; expected {desired}. Correct the name of this server in the zone and at the "
        "registrar."
    ),
    Status.UNDELEGATED: (
        "no name server serves the domain; expected {desired}. Register the domain, and set its name servers at the "
        "registrar to those of your zone."
    ),
}


@dataclass(frozen=True, slots=True)
class RecordFinding:
    """What one server has for one record; `found` is in words, such as `CNAME other.example`, `why` the reason."""

    record: DnsRecord
    status: Status
    server: str
    found: tuple[str, ...] = ()
    why: str = ""

    @property
    def desired(self) -> str:
        """The record as it should be."""
        return f"{self.record.type} " + ", ".join(self.record.values)

    @property
    def ok(self) -> bool:
        """Returns whether there is nothing to do."""
        return self.status is Status.OK

    def explain(self) -> str:
        """Returns a sentence or two: which record, what is there, what should be, what to do."""
        found = redact_external(", ".join(self.found)) or f"no {self.record.type} record"
        if self.why and self.status is Status.WRONG_VALUE:
            found += f" ({redact_external(self.why)})"
        return f"{self.record.name}: " + _EXPLANATIONS[self.status].format(
            server=self.server,
            found=found,
            why=redact_external(self.why),
            desired=self.desired,
            relative=self.record.zone_relative_name,
        )
