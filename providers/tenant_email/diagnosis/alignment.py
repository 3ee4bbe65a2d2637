"""What a receiver will make of a sender's domain: its DMARC policy, and what is aligned with it (RFC 9989)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tenant_email.aws.dmarc import dmarc_texts
from tenant_email.aws.identity import mail_from_verdict, verdict
from tenant_email.aws.spf_record import spf_texts
from tenant_email.mail_proof.dmarc_check import find_policy, is_aligned
from tenant_email.platforms.survey import fine, problem, unknown, warning

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tenant_email.aws.identity import Identity
    from tenant_email.aws.spf import Lookup
    from tenant_email.diagnosis.sender import Sender
    from tenant_email.findings import Finding
    from tenant_email.mail_proof.dmarc_check import Policy

_ASK_DNS = "Run it from a machine that can ask DNS."


def judge_domain(sender: Sender, lookup: Lookup, identity: Identity | None, *, by_ses: bool) -> Iterable[Finding]:
    """Yields what DNS says of a sender's domain; `identity` is what SES signs with, where that is known."""
    try:
        policy = find_policy(sender.domain, lookup)
        yield _describe_policy(sender, policy, lookup)
        yield from _judge_spf(sender, lookup)
        if identity is not None:
            yield _judge_alignment(sender, policy, identity, lookup)
    except LookupError as error:
        yield unknown("dmarc", f"{sender.domain} was not looked at: {error}", _ASK_DNS)
        return
    if identity is None and not by_ses:
        what = f"whether mail from {sender.domain} is signed for it, only a mail that arrived shows"
        yield unknown("alignment", what, "Send one: tenant-email send-test")


def _describe_policy(sender: Sender, policy: Policy, lookup: Lookup) -> Finding:
    if policy.reading is None:
        several = len(dmarc_texts(lookup(f"_dmarc.{sender.domain}", "TXT")))
        there = f"has {several} DMARC records, of which none counts" if several else "has no DMARC record"
        remedy = f"Publish one at _dmarc.{sender.domain}: v=DMARC1; p=none; rua=mailto:…"
        return warning("dmarc", f"{sender.domain} {there}: large receivers want one", remedy)
    tested = " (as a test: t=y)" if policy.reading.testing else ""
    return fine("dmarc", f"DMARC of {sender.domain} asks for p={policy.asks}{tested}, at _dmarc.{policy.at}")


def _judge_spf(sender: Sender, lookup: Lookup) -> Iterable[Finding]:
    records = spf_texts(lookup(sender.domain, "TXT"))
    if len(records) > 1:
        what = f"{sender.domain} has {len(records)} SPF records, which is an error: none counts"
        yield problem("spf", what, "Make one record of them.")


def _judge_alignment(sender: Sender, policy: Policy, identity: Identity, lookup: Lookup) -> Finding:
    """Says by what a mail of SES passes DMARC: a signature of the identity, or SPF of its MAIL FROM domain."""
    reading, signer = policy.reading, identity.domain.rpartition("@")[2]
    by_dkim, by_spf = (reading.dkim_alignment, reading.spf_alignment) if reading else ("r", "r")
    signs = identity.dkim.enabled and verdict(identity) == "verified"
    dkim = signs and is_aligned(signer, sender.domain, by_dkim, lookup)
    bounce = identity.mail_from
    verified = bounce is not None and mail_from_verdict(bounce) == "verified"
    spf = bounce is not None and verified and is_aligned(bounce.domain, sender.domain, by_spf, lookup)
    passing = [name for name, passes in (("DKIM", dkim), ("SPF", spf)) if passes]
    if passing:
        return fine("alignment", f"mail from {sender.domain} passes DMARC by {' and '.join(passing)}")
    what = f"mail from {sender.domain} fails DMARC: neither DKIM ({signer}) nor SPF is aligned"
    remedy = f"Verify {sender.domain} itself in SES, with DKIM on and a MAIL FROM domain below it."
    return (problem if policy.asks != "none" else warning)("alignment", what, remedy)
