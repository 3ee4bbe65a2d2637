"""Findings on BIND, NSD and Knot, held against what a validating resolver and mail libraries make of the records."""

from __future__ import annotations

import base64
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from support.name_servers.cases import ZONES
from support.name_servers.judges import Judge
from support.name_servers.lab import running
from support.name_servers.processes import missing
from tenant_email.aws.dmarc_reports import authorization_record
from tenant_email.aws.dns_check import check_records
from tenant_email.aws.dns_records import (
    dmarc_record,
    easy_dkim_records,
    mail_from_records,
    mta_sts_record,
    own_dkim_record,
    tls_rpt_record,
)
from tenant_email.aws.dns_servers import DnsSettings

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from support.name_servers.cases import Case, Kind
    from support.name_servers.lab import Lab
    from tenant_email.aws.dns_findings import RecordFinding
    from tenant_email.aws.dns_records import DnsRecord

pytestmark = pytest.mark.skipif(bool(missing()), reason=f"not installed: {', '.join(missing())}; see tests/servers.txt")
KEYS = {name: rsa.generate_private_key(public_exponent=65537, key_size=2048) for name in ("t1", "t2", "sel")}
BUDGET, SPARE = 15.0, 5.0  # seconds that any check may take here
AT_ONCE = 16
LEAST = 60


def public(selector: str) -> str:
    """Returns the base64 of a public key."""
    spki = serialization.PublicFormat.SubjectPublicKeyInfo
    return base64.b64encode(KEYS[selector].public_key().public_bytes(serialization.Encoding.DER, spki)).decode()


def text(selector: str) -> str:
    """Returns a DKIM key as a zone file has it."""
    key = public(selector)
    return f'"p={key[:200]}" "{key[200:]}"'


def pem(selector: str) -> bytes:
    """Returns a private key."""
    form = serialization.PrivateFormat.TraditionalOpenSSL
    return KEYS[selector].private_bytes(serialization.Encoding.PEM, form, serialization.NoEncryption())


@pytest.fixture
def lab(tmp_path: Path) -> Iterator[Lab]:
    """All zones, up."""
    keys = {token: text(token) for token in ("t1", "t2")}
    with running(tmp_path, ZONES, text("sel"), keys) as lab:
        yield lab


def desired(kind: Kind, domain: str) -> DnsRecord:
    """Returns the record that a stack wants."""
    (easy,) = easy_dkim_records(domain, ["t1"], "dkim.amazonses.com")
    mx, spf = mail_from_records(f"bounce.{domain}", domain, "eu-west-1")
    bounce = f"bounce.{domain}"
    records = {
        "easy": easy,
        "mx": mx,
        "spf": spf,
        "dmarc": dmarc_record(domain),
        "leave": authorization_record("acme.example", domain),
        "tls": tls_rpt_record(bounce, domain, ["tls@acme.example"]),
        "sts": mta_sts_record(bounce, domain, "a1"),
    }
    return {**records, "own": own_dkim_record(domain, "sel", public("sel"))}[kind]


@dataclass(frozen=True)
class Outcome:
    """What was found of a case, how long that took, and whether the record works."""

    case: Case
    finding: RecordFinding
    took: float
    works: bool

    def __str__(self) -> str:
        verdict = "works" if self.works else "does not work"
        return f"{self.case.name}: {verdict}, expected {self.case.status}, {self.took:.1f} s; {self.finding.explain()}"


def outcome(lab: Lab, judge: Judge, case: Case) -> Outcome:
    """Looks for a record, then has the judge look at it."""
    domain = f"{case.name}.example"
    record = desired(case.kind, domain)
    settings = DnsSettings(resolver=lab.resolver, port=lab.port, timeout=1.5, lifetime=5.0, budget=BUDGET)
    started = time.monotonic()
    (finding,) = check_records([record], settings)
    took = time.monotonic() - started
    return Outcome(case, finding, took, judge.works(case.kind, record, domain))


def test_findings_are_true(lab: Lab) -> None:
    """A record is reported as right exactly where it works, the cause told is the real one, and no check hangs."""
    judge = Judge(lab, {name: pem(name) for name in KEYS})
    with ThreadPoolExecutor(AT_ONCE) as pool:
        outcomes = list(pool.map(partial(outcome, lab, judge), ZONES))
    false_alarms = [each for each in outcomes if each.works and not each.finding.ok]
    passed_though_broken = [each for each in outcomes if each.finding.ok and not each.works]
    other_causes = [each for each in outcomes if each.finding.status is not each.case.status]
    hung = [each for each in outcomes if each.took > BUDGET + SPARE]
    failures = {str(each) for each in (*false_alarms, *passed_though_broken, *other_causes, *hung)}
    assert not failures, "\n".join(sorted(failures))
    assert len(outcomes) >= LEAST
