"""At which stage of DMARC a domain stands, and what it still needs before the next is safe: a decision of facts alone.

A policy has no effect on mail that passes: so what matters is that everything that is sent as the domain passes, and
that somebody reads what receivers report. A signature survives forwarding, which SPF does not (RFC 7960 section 2.1):
it is what both stages rest on. SPF of a MAIL FROM domain is the second leg, without which one failed signature rejects
a mail (RFC 9989 section 4.4 lets either pass).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

Enforced = Literal["quarantine", "reject"]

_NEXT: Final[dict[str, Enforced]] = {"none": "quarantine", "quarantine": "reject"}
_TESTED: Final = {"reject": "quarantine", "quarantine": "none"}


@dataclass(frozen=True, slots=True)
class DmarcFacts:
    """What is known of a domain: None where nobody could say.

    asks: the policy that applies to it; testing: as a test. signed: mail has a verified signature that is aligned.
    bounces: so is a MAIL FROM domain whose SPF passes. reports: of each domain that gets aggregate reports, why they do
    not arrive, empty where they do. other_senders: what the domain's own SPF record names beside SES.
    """

    asks: str
    testing: bool
    signed: bool | None
    bounces: bool | None
    reports: tuple[tuple[str, str], ...] = ()
    other_senders: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class DmarcStage:
    """Where a domain stands.

    asks: what receivers do by its policy now. missing: what it lacks for that. before_next: what it lacks for `next`.
    """

    asks: str
    next: Enforced | None
    missing: tuple[str, ...]
    before_next: tuple[str, ...]


def stage_of(asks: str, *, testing: bool) -> str:
    """Returns what receivers do by a policy: of a test one step less than the policy (RFC 9989 section 4.7)."""
    return _TESTED.get(asks, "none") if testing else asks


def skips(before: str, after: str) -> bool:
    """Returns whether another policy leaves a stage out, in which mail that fails could still have been found."""
    return (before, after) == ("none", "reject")


def dmarc_stage(facts: DmarcFacts) -> DmarcStage:
    """Returns where a domain stands, with everything that it lacks."""
    now = stage_of(facts.asks, testing=facts.testing)
    step = _NEXT.get(now)
    before = (*_lacks(facts, step, known=False), *_unproven(facts)) if step else ()
    return DmarcStage(now, step, _lacks(facts, now, known=True) if now != "none" else (), before)


def _lacks(facts: DmarcFacts, stage: str, *, known: bool) -> tuple[str, ...]:
    """Returns what a stage needs that the domain has not; but for `known`, also what nobody knows."""
    lacking = list[str]()
    if facts.signed is False:
        lacking.append("a verified signature that is aligned")
    elif facts.signed is None and not known:
        lacking.append("a look at the signature of a mail (tenant-email send-test)")
    # the second leg: a mail in quarantine can be found, a rejected one cannot
    if stage == "reject" and facts.bounces is False:
        lacking.append("a MAIL FROM domain of its own whose SPF passes")
    if not facts.reports:
        lacking.append("reports (rua), which alone show what else is sent as the domain")
    elif all(why for _, why in facts.reports):
        lacking.append("reports that arrive")
    return tuple(lacking)


def _unproven(facts: DmarcFacts) -> tuple[str, ...]:
    """Returns what only the reports can show, so that it is no lack of a stage that was reached."""
    if not facts.other_senders:
        return ()
    return (f"reports that show aligned signatures of what SPF names beside SES: {', '.join(facts.other_senders)}",)
