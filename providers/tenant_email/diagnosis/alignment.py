"""What a receiver will make of a sender's domain: its DMARC policy, and what is aligned with it (RFC 9989)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from tenant_email.aws.dmarc import dmarc_texts
from tenant_email.aws.dmarc_reports import AUTHORIZATION, authorization_record, report_hosts
from tenant_email.aws.dmarc_stage import DmarcFacts, dmarc_stage
from tenant_email.aws.identity import mail_from_verdict, verdict
from tenant_email.aws.spf import SES
from tenant_email.aws.spf_record import read, spf_texts
from tenant_email.mail_proof.dmarc_check import find_policy, is_aligned
from tenant_email.platforms.survey import fine, problem, unknown, warning

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from tenant_email.aws.dmarc import DmarcReading
    from tenant_email.aws.identity import Identity
    from tenant_email.aws.spf import Lookup
    from tenant_email.diagnosis.sender import Sender
    from tenant_email.findings import Finding
    from tenant_email.mail_proof.dmarc_check import Policy

_WHOLE: Final = 100  # percent
_ASK_DNS = "Run it from a machine that can ask DNS."


def judge_domain(sender: Sender, lookup: Lookup, identity: Identity | None, *, by_ses: bool) -> Iterable[Finding]:
    """Yields what DNS says of a sender's domain; `identity` is what SES signs with, where that is known."""
    try:
        policy = find_policy(sender.domain, lookup)
        yield _describe_policy(sender, policy, lookup)
        yield from _judge_spf(sender, lookup)
        aligned = None if identity is None else _aligned(sender, policy, identity, lookup)
        if identity is not None and aligned is not None:
            yield _judge_alignment(sender, policy, identity, aligned)
        if policy.reading is not None:
            yield from _judge_stage(sender, policy, policy.reading, aligned, lookup)
    except LookupError as error:
        yield unknown("dmarc", f"{sender.domain} was not looked at: {error}", _ASK_DNS)
        return
    if identity is None and not by_ses:
        what = f"whether mail from {sender.domain} is signed for it, only a mail that arrived shows"
        yield unknown("alignment", what, "Send one: tenant-email send-test")


def _describe_policy(sender: Sender, policy: Policy, lookup: Lookup) -> Finding:
    if policy.reading is None:
        match len(dmarc_texts(lookup(f"_dmarc.{sender.domain}", "TXT"))):
            case 0:
                there = "has no DMARC record"
            case 1:
                there = "has a DMARC record that nobody goes by: it has a tag twice, or a policy that there is not"
            case several:
                there = f"has {several} DMARC records, of which none counts"
        remedy = f"Publish one at _dmarc.{sender.domain}: v=DMARC1; p=none; rua=mailto:…"
        return warning("dmarc", f"{sender.domain} {there}: large receivers want one", remedy)
    tested = " (as a test: t=y)" if policy.reading.testing else ""
    return fine("dmarc", f"DMARC of {sender.domain} asks for p={policy.asks}{tested}, at _dmarc.{policy.at}")


def _judge_spf(sender: Sender, lookup: Lookup) -> Iterable[Finding]:
    records = spf_texts(lookup(sender.domain, "TXT"))
    if len(records) > 1:
        what = f"{sender.domain} has {len(records)} SPF records, which is an error: none counts"
        yield problem("spf", what, "Make one record of them.")


class _Aligned(NamedTuple):
    """By what a mail of SES passes DMARC."""

    dkim: bool
    spf: bool


def _aligned(sender: Sender, policy: Policy, identity: Identity, lookup: Lookup) -> _Aligned:
    """Returns whether a signature of the identity is aligned, and SPF of its MAIL FROM domain."""
    reading, signer = policy.reading, identity.domain.rpartition("@")[2]
    by_dkim, by_spf = (reading.dkim_alignment, reading.spf_alignment) if reading else ("r", "r")
    signs = identity.dkim.enabled and verdict(identity) == "verified"
    bounce = identity.mail_from
    verified = bounce is not None and mail_from_verdict(bounce) == "verified"
    return _Aligned(
        signs and is_aligned(signer, sender.domain, by_dkim, lookup),
        bounce is not None and verified and is_aligned(bounce.domain, sender.domain, by_spf, lookup),
    )


def _judge_alignment(sender: Sender, policy: Policy, identity: Identity, aligned: _Aligned) -> Finding:
    """Says by what a mail of SES passes DMARC: a signature of the identity, or SPF of its MAIL FROM domain."""
    passing = [name for name, passes in (("DKIM", aligned.dkim), ("SPF", aligned.spf)) if passes]
    if passing:
        return fine("alignment", f"mail from {sender.domain} passes DMARC by {' and '.join(passing)}")
    signer = identity.domain.rpartition("@")[2]
    what = f"mail from {sender.domain} fails DMARC: neither DKIM ({signer}) nor SPF is aligned"
    remedy = f"Verify {sender.domain} itself in SES, with DKIM on and a MAIL FROM domain below it."
    return (problem if policy.asks != "none" else warning)("alignment", what, remedy)


def _judge_stage(
    sender: Sender, policy: Policy, reading: DmarcReading, aligned: _Aligned | None, lookup: Lookup
) -> Iterable[Finding]:
    """Says at which stage the domain stands, what it lacks there, and what it needs before the next (docs/dmarc.md)."""
    facts = DmarcFacts(
        asks=policy.asks,
        testing=reading.testing,
        signed=aligned.dkim if aligned else None,
        bounces=aligned.spf if aligned else None,
        reports=tuple((host, _why_no_reports(host, policy, lookup)) for host in report_hosts(sorted(reading.rua))),
        other_senders=_other_senders(lookup(sender.domain, "TXT")),
    )
    stage = dmarc_stage(facts)
    if reading.percent < _WHOLE:
        part = (
            f"pct={reading.percent}: who goes by RFC 7489 applies the policy to {reading.percent} % of the mail alone"
        )
        remedy = "Remove pct, which RFC 9989 has not; t=y asks everybody for one step less."
        yield warning("dmarc.stage", f"DMARC of {sender.domain} has {part}, and everybody else to all of it", remedy)
    for host, why in facts.reports:
        if why:
            name = authorization_record(policy.at, host).name
            remedy = f"Have {host} publish {name} TXT {AUTHORIZATION}, or send the reports elsewhere."
            yield warning("dmarc.reports", f"{sender.domain}: reports to {host} do not arrive: it {why}", remedy)
    if stage.missing:
        what = f"{sender.domain} stands at {stage.asks} and lacks {'; '.join(stage.missing)}"
        yield warning("dmarc.stage", what, "See docs/dmarc.md; until then p=none keeps mail from being lost.")
    elif stage.next is None:
        yield fine("dmarc.stage", f"{sender.domain} stands at {stage.asks}, the last stage of DMARC")
    elif stage.before_next:
        what = f"{sender.domain} stands at {stage.asks}; before {stage.next} it needs {'; '.join(stage.before_next)}"
        yield fine("dmarc.stage", what)
    else:
        what = f"{sender.domain} stands at {stage.asks}; nothing that can be seen keeps it from {stage.next}"
        yield fine("dmarc.stage", f"{what}: read the reports of some weeks first")


def _why_no_reports(host: str, policy: Policy, lookup: Lookup) -> str:
    """Returns why reports to a domain do not arrive; empty where nothing is known against it."""
    exchanges = {exchange.split()[-1] for exchange in lookup(host, "MX")}
    # an address is a host by itself where there is no MX (RFC 5321 section 5.1), and a single "." says none (RFC 7505)
    if exchanges == {"."} or not (exchanges or lookup(host, "A") or lookup(host, "AAAA")):
        return "gets no mail"
    if is_aligned(host, policy.at, "r", lookup):
        return ""
    leave = authorization_record(policy.at, host)
    return "" if dmarc_texts(lookup(leave.name, "TXT")) else f"has no {leave.name}"


def _other_senders(texts: Sequence[str]) -> tuple[str, ...]:
    """Returns the domains that the only SPF record there includes beside SES's."""
    records = spf_texts(texts)
    try:
        terms = read(records[0]).terms if len(records) == 1 else ()
    except ValueError:
        return ()  # nobody takes anything from it
    return tuple(term.domain for term in terms if term.name == "include" and term.domain.lower().rstrip(".") != SES)
