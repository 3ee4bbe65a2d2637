"""Says whether a record works, by what nobody here wrote: BIND as a validating resolver, dkimpy, pyspf, checkdmarc."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import dkim
import dns.exception
import dns.resolver
import spf
from checkdmarc.dmarc import DMARCError, parse_dmarc_record

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
        texts = [b"".join(each.strings).decode() for each in self._ask(record.name, "TXT")]
        texts = [text for text in texts if text.startswith("v=DMARC1")]
        try:
            found, desired = (_meaning(text) for text in (*texts, record.values[0]))
        except (ValueError, DMARCError):
            return False
        return found == desired

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
