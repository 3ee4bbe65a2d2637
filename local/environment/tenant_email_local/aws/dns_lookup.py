"""Looks up a domain's records the way SES does, in the local DNS."""

from collections.abc import Iterable
from dataclasses import dataclass

import dns.exception
import dns.resolver
from dns.rdtypes.ANY import SOA, TXT

from tenant_email_local.ports import LOOPBACK

LIFETIME = 1.0


@dataclass(frozen=True)
class RequiredRecord:
    """Names one record that must be published, with its only right value."""

    name: str
    type: str
    value: str


@dataclass(frozen=True)
class Soa:
    """The start of authority that VerificationInfo reports."""

    primary: str
    admin: str
    serial: int


class Dns:
    """A client of the server that listens on 127.0.0.1 at `port`."""

    def __init__(self, port: int) -> None:
        self._resolver = dns.resolver.Resolver(configure=False)
        self._resolver.nameservers = [LOOPBACK]
        self._resolver.port = port
        self._resolver.lifetime = LIFETIME

    def problem(self, records: Iterable[RequiredRecord]) -> str:
        """Returns the ErrorType of the first record that is not as expected, or "" when all are."""
        problems = (self._record_problem(record) for record in records)
        return next((problem for problem in problems if problem), "")

    def soa(self, name: str) -> Soa | None:
        """Returns the start of authority of a name's own zone."""
        try:
            answer = self._resolver.resolve(name, "SOA")
        except dns.exception.DNSException:
            return None
        for data in answer:
            if isinstance(data, SOA.SOA):
                return Soa(str(data.mname), str(data.rname), data.serial)
        return None

    def _record_problem(self, record: RequiredRecord) -> str:
        try:
            answer = self._resolver.resolve(record.name, record.type)
        except dns.resolver.NXDOMAIN:
            return "HOST_NOT_FOUND"
        except dns.resolver.NoAnswer:
            return "TYPE_NOT_FOUND"
        except dns.exception.DNSException:
            return "DNS_SERVER_ERROR"
        values = [_text(data) for data in answer]
        if record.type == "TXT":
            return "" if any(_same_key(value, record.value) for value in values) else "INVALID_VALUE"
        return "" if values == [record.value] else "INVALID_VALUE"


def _text(data: object) -> str:
    if isinstance(data, TXT.TXT):
        return b"".join(data.strings).decode()
    return str(data).rstrip(".").lower()


def _same_key(value: str, expected: str) -> bool:
    """Compares the `p=` tags, so that AWS's short form and the RFC 6376 form both count."""
    tags = [tag.strip().replace(" ", "") for tag in value.split(";")]
    return expected in tags
