"""Says whether a record works, by what nobody here wrote: BIND as a validating resolver, dkimpy, pyspf, checkdmarc."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import dkim
import dns.exception
import dns.resolver
import spf
from checkdmarc.dmarc import DMARCError, parse_dmarc_record
from checkdmarc.mta_sts import MTASTSError, parse_mta_sts_record
from checkdmarc.smtp_tls_reporting import SMTPTLSReportingError, parse_smtp_tls_reporting_record

if TYPE_CHECKING:
    from support.name_servers.cases import Kind
    from support.name_servers.lab import Lab
    from tenant_email.aws.dns_records import DnsRecord

_SENDERS = ("199.255.192.9", "54.240.1.2")
_MAIL = b"From: no-reply@acme.example\r\nSubject: hello\r\n\r\nhello\r\n"


@dataclass(frozen=True)
class Judge:
    """Asks the resolver; `keys` are the private keys (PEM) with which mail is signed, by selector."""

    lab: Lab
    keys: dict[str, bytes]

    def works(self, kind: Kind, record: DnsRecord, domain: str) -> bool:
        """Returns whether a receiver of mail finds what the record is for."""
        match kind:
            case "easy" | "own":
                return self._signature_verifies(record.name.partition(".")[0], domain)
            case "mx":
                return [str(each.exchange).lower() for each in self._ask(record.name, "MX")] == [
                    "feedback-smtp.eu-west-1.amazonses.com."
                ]
            case "spf":
                return self._passes(record.name)
            case "dmarc":
                return self._means(record)
            case "leave":
                return self._lets_reports_come(domain)
            case "tls" | "sts":
                return self._announces(kind, record)

    def _signature_verifies(self, selector: str, domain: str) -> bool:
        signature = dkim.sign(_MAIL, selector.encode(), domain.encode(), self.keys[selector])

        def text(name: bytes, **_: object) -> bytes | None:
            found = self._ask(name.decode(), "TXT")
            return b"".join(found[0].strings) if found else None

        return bool(dkim.verify(signature + _MAIL, dnsfunc=text))

    def _passes(self, name: str) -> bool:
        def look_up(name: str, kind: str, *_: object) -> list[Any]:
            found = self._ask(name, kind)
            values: dict[str, Any] = {
                "TXT": lambda each: tuple(each.strings),
                "MX": lambda each: (each.preference, str(each.exchange)),
            }
            return [((name, kind), values.get(kind, str)(each)) for each in found]

        spf.DNSLookup = look_up
        results = [spf.check2(sender, f"bounce@{name}", "mail.amazonses.com")[0] for sender in _SENDERS]
        return all(result == "pass" for result in results)

    def _means(self, record: DnsRecord) -> bool:
        texts = [text for text in self._texts(record.name) if text[:8].lower() == "v=dmarc1"]
        try:
            found, desired = (_meaning(text) for text in (*texts, record.values[0]))
        except (ValueError, DMARCError):
            return False
        return found == desired

    def _lets_reports_come(self, host: str) -> bool:
        """Returns whether any text there is a record of DMARC's."""
        texts = self._texts(f"acme.example._report._dmarc.{host}")
        return any(text.startswith("v=DMARC1") and _meaning(text) for text in texts)

    def _announces(self, kind: Kind, record: DnsRecord) -> bool:
        """Returns whether the only record of the kind says the same."""
        begins = {"tls": "v=TLSRPTv1", "sts": "v=STSv1"}[kind]
        texts = [text for text in self._texts(record.name) if text.startswith(begins)]
        try:
            found, desired = (_said(kind, text) for text in (*texts, record.values[0]))
        except (ValueError, SMTPTLSReportingError, MTASTSError):
            return False
        return found == desired

    def _texts(self, name: str) -> list[str]:
        return [b"".join(each.strings).decode() for each in self._ask(name, "TXT")]

    def _ask(self, name: str, kind: str) -> list[Any]:
        resolver = dns.resolver.Resolver(configure=False)
        resolver.nameservers, resolver.port, resolver.lifetime = [self.lab.resolver], self.lab.port, 8
        try:
            return list(resolver.resolve(name, kind, raise_on_no_answer=False).rrset or ())
        except dns.exception.DNSException:
            return []


def _meaning(text: str) -> dict[str, object]:
    tags = parse_dmarc_record(text, "acme.example")["tags"]
    meant = {name: tag["value"] for name, tag in tags.items()}
    return {"np": meant["sp"], **meant}


def _said(kind: Kind, text: str) -> object:
    if kind == "sts":
        return parse_mta_sts_record(text)["tags"]["id"]
    return {address.lower() for address in parse_smtp_tls_reporting_record(text)["tags"]["rua"]["value"]}
