"""Everything that the page shows of a machine, read while it runs."""

from __future__ import annotations

import hashlib
import json
import threading
import time
from base64 import b64decode
from importlib import import_module
from secrets import token_hex
from typing import TYPE_CHECKING, Any, Final

import dns.exception
import dns.resolver

from tenant_email_local.aws.shown import secrets_of, sections
from tenant_email_local.dns_zone import txt_chunks
from tenant_email_local.machine import PASSWORDS
from tenant_email_local.page.calls import Calls
from tenant_email_local.page.mails import Mails
from tenant_email_local.page.masking import Secrets
from tenant_email_local.page.texts import harmless, on_one_line
from tenant_email_local.ports import LOOPBACK

if TYPE_CHECKING:
    from tenant_email_local.dns_zone import ServedZone
    from tenant_email_local.holdings import Holding, Section, TenantHoldings
    from tenant_email_local.machine import LocalMachine

_LONGEST_TEXT: Final = 200_000
_MOST: Final = 1000
"""The things of a kind, and the records of a zone, that are shown."""
_DNS_SECONDS: Final = 2.0


class PageState:
    """Reads a machine; from its making on, the calls and mails of the machine are kept for the page."""

    def __init__(self, machine: LocalMachine) -> None:
        self._machine = machine
        self._resolver = _resolver(machine.dns.port)
        self.run = token_hex(8)
        self.secrets = Secrets()
        self.calls = Calls(self.secrets)
        self.mails = Mails(self.key_text)
        self.mails.read_inbox(machine.smtp.inbox)
        self._making = threading.Lock()
        for password in PASSWORDS.values():
            self.secrets.learn(password)
        for name, tenant in machine.tenants.items():
            tenant.watch = self.calls.of(name)
            held = self._holdings(name)
            for outlet in held.outlets:
                self.mails.read_messages(outlet)
            for server in held.servers:
                server.watch = self.calls.of(f"{name} · graph")
        machine.aws.watched_by(self.calls.of("aws"))
        machine.smtp.watch = self.calls.of("smtp")

    def look(self, *, trims: bool = False) -> None:
        """Takes in what happened; `trims` keeps the machine itself from growing without end."""
        self.mails.look(trims=trims)
        self.calls.learn()
        if trims:
            for tenant in self._machine.tenants.values():
                tenant.forget_calls(_MOST)
            del self._machine.aws.calls[:-_MOST]

    def news(self, calls_after: int, mails_after: int, known: str) -> dict[str, Any]:
        """Returns the calls and mails after these numbers, and what the machine holds unless that is `known`."""
        self.look()
        held = self.held()
        digest = hashlib.sha256(json.dumps(held, sort_keys=True).encode()).hexdigest()[:16]
        return {
            "run": self.run,
            "now": time.time(),
            "calls": self.calls.after(calls_after),
            "callsForgotten": self.calls.forgotten(),
            "mails": self.mails.after(mails_after),
            "mailsForgotten": self.mails.forgotten(),
            "digest": digest,
            "held": None if digest == known else held,
        }

    def held(self) -> dict[str, Any]:
        """Returns what tenants, DNS and AWS hold."""
        with self._making:
            for secret in secrets_of(self._machine.aws):
                self.secrets.learn(secret)
            tenants = [self._tenant(name, self._holdings(name)) for name in self._machine.tenants]
            return {
                "tenants": tenants,
                "aws": {"url": self._machine.aws.url, "sections": self._sections(sections(self._machine.aws))},
                "dns": {"address": self._machine.dns.address, "zones": self._zones()},
                "smtp": {"ports": [self._machine.smtp.port, self._machine.smtp.tls_port]},
            }

    def _holdings(self, name: str) -> TenantHoldings:
        module = import_module(f"tenant_email_local.emulators.{name}.shown")
        found: TenantHoldings = module.holdings(self._machine.tenants[name])
        for secret in found.secrets:
            self.secrets.learn(secret)
            self.secrets.learn(_decoded(secret))
        return found

    def _tenant(self, name: str, found: TenantHoldings) -> dict[str, Any]:
        return {
            "name": name,
            "title": found.title,
            "url": self._machine.tenants[name].url,
            "sender": on_one_line(self.secrets.text(found.sender)),
            "sections": self._sections(found.sections),
        }

    def _sections(self, given: tuple[Section, ...]) -> list[dict[str, Any]]:
        return [
            {
                "title": each.title,
                "empty": each.empty,
                "count": len(each.holdings),
                "holdings": [self._holding(holding) for holding in each.holdings[:_MOST]],
            }
            for each in given
        ]

    def _holding(self, holding: Holding) -> dict[str, Any]:
        document = self.secrets.document(holding.document) if holding.document is not None else None
        return {
            "name": on_one_line(self.secrets.text(holding.name)),
            "note": on_one_line(self.secrets.text(holding.note)),
            "document": "" if document is None else harmless(json.dumps(document, indent=2, ensure_ascii=False)),
            "texts": {
                on_one_line(name): harmless(self.secrets.text(text[:_LONGEST_TEXT]))
                for name, text in holding.texts.items()
            },
        }

    def _zones(self) -> list[dict[str, Any]]:
        served = self._machine.dns
        return [
            *(self._zone(zone, "Route 53") for zone in served.zones()),
            *(self._zone(zone, "Amazon SES") for zone in served.services()),
        ]

    def _zone(self, zone: ServedZone, keeper: str) -> dict[str, Any]:
        records = sorted(
            self._machine.dns.records(zone), key=lambda each: (each.name != zone.name, each.name, each.type)
        )
        return {
            "name": on_one_line(zone.name),
            "keeper": keeper,
            "count": len(records),
            "records": [
                [on_one_line(each.name), each.type, each.ttl, [harmless(value) for value in each.values]]
                for each in records[:_MOST]
            ],
        }

    def key_text(self, name: str) -> str | None:
        """Returns the TXT record of a name, as anybody finds it in this machine's DNS."""
        try:
            answer = self._resolver.resolve(name, "TXT")
        except (dns.exception.DNSException, ValueError):
            return None
        texts = ["".join(txt_chunks(str(each))) for each in answer]
        return texts[0] if texts else None


def _resolver(port: int) -> dns.resolver.Resolver:
    resolver = dns.resolver.Resolver(configure=False)
    resolver.nameservers, resolver.port, resolver.lifetime = [LOOPBACK], port, _DNS_SECONDS
    return resolver


def _decoded(value: str) -> str:
    """Returns what a secret is in base64, as the API of ESVs takes them, or nothing."""
    try:
        return b64decode(value, validate=True).decode()
    except ValueError:
        return ""
