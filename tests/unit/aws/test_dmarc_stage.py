"""At which stage of DMARC a domain stands, and what it needs before the next."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tenant_email.aws.dmarc_stage import DmarcFacts, dmarc_stage, skips
from tenant_email.diagnosis.alignment import judge_domain
from tenant_email.diagnosis.sender import Sender

if TYPE_CHECKING:
    from collections.abc import Sequence

WHOLE: dict[str, Any] = {"testing": False, "signed": True, "bounces": True, "reports": (("acme.example", ""),)}
SIGNATURE, BOUNCES = "a verified signature that is aligned", "a MAIL FROM domain of its own whose SPF passes"
REPORTS, ARRIVE = "reports (rua), which alone show what else is sent as the domain", "reports that arrive"


@pytest.mark.parametrize(
    ("asks", "testing", "now", "step"),
    [
        ("none", False, "none", "quarantine"),
        ("quarantine", False, "quarantine", "reject"),
        ("reject", False, "reject", None),
        ("quarantine", True, "none", "quarantine"),
        ("reject", True, "quarantine", "reject"),
        ("none", True, "none", "quarantine"),
    ],
)
def test_a_stage_is_what_receivers_do(asks: str, testing: bool, now: str, step: str | None) -> None:
    """A test is one step less than its policy; where nothing is missing, nothing is said to be."""
    stage = dmarc_stage(DmarcFacts(asks=asks, **{**WHOLE, "testing": testing}))
    assert (stage.asks, stage.next, stage.missing, stage.before_next) == (now, step, (), ())


@pytest.mark.parametrize(
    ("given", "before_quarantine", "before_reject"),
    [
        ({"signed": False}, [SIGNATURE], [SIGNATURE]),
        ({"bounces": False}, [], [BOUNCES]),
        ({"reports": ()}, [REPORTS], [REPORTS]),
        ({"reports": (("a.example", "gets no mail"),)}, [ARRIVE], [ARRIVE]),
        ({"reports": (("a.example", "gets no mail"), ("b.example", ""))}, [], []),
    ],
)
def test_a_lack_is_one_before_the_stage_and_at_it(
    given: dict[str, Any], before_quarantine: list[str], before_reject: list[str]
) -> None:
    """A domain that went on too early is told the same as one that asks."""
    none, quarantine, reject = (
        dmarc_stage(DmarcFacts(asks=asks, **{**WHOLE, **given})) for asks in ("none", "quarantine", "reject")
    )
    assert [*none.before_next] == [*quarantine.missing] == before_quarantine
    assert [*quarantine.before_next] == [*reject.missing] == before_reject


def test_what_nobody_knows_is_no_lack_of_what_was_reached() -> None:
    """Before a stage it is to be looked at: the signature of a mail, and the other senders in the reports."""
    unknown = {**WHOLE, "signed": None, "bounces": None, "other_senders": ("_spf.google.com",)}
    stage = dmarc_stage(DmarcFacts(asks="quarantine", **unknown))
    assert stage.missing == ()
    assert [each.split(":")[0] for each in stage.before_next] == [
        "a look at the signature of a mail (tenant-email send-test)",
        "reports that show aligned signatures of what SPF names beside SES",
    ]


def told(zone: dict[tuple[str, str], list[str]], domain: str = "acme.example", check: str = "dmarc.") -> list[str]:
    """Returns what doctor says of the reports and the stage of a domain that nobody knows the signature of."""

    def lookup(name: str, kind: str) -> Sequence[str]:
        return zone.get((name, kind), [])

    found = judge_domain(Sender(domain, (domain,)), lookup, None, by_ses=False)
    return [f"{each.level} {each.what}" for each in found if each.check.startswith(check)]


def test_doctor_says_why_reports_do_not_arrive() -> None:
    """The domain that gets them has no mail server, or has not agreed; a record of any kind agrees."""
    zone = {
        ("_dmarc.acme.example", "TXT"): ["v=DMARC1; p=none; rua=mailto:a@dead.example,mailto:b@reports.example"],
        ("reports.example", "MX"): ["10 mx.reports.example"],
        ("acme.example", "TXT"): ["v=spf1 include:amazonses.com include:_spf.google.com ~all"],
    }
    leave = "acme.example._report._dmarc.reports.example"
    dead, closed, stage = told(zone)
    assert dead == "warning acme.example: reports to dead.example do not arrive: it gets no mail"
    assert closed == f"warning acme.example: reports to reports.example do not arrive: it has no {leave}"
    assert stage.startswith("ok acme.example stands at none; before quarantine it needs a look at the signature")
    assert "reports that arrive; reports that show aligned signatures of" in stage
    assert stage.endswith("_spf.google.com")
    _, stage = told({**zone, (leave, "TXT"): ["v=DMARC1"]})
    assert "reports that arrive" not in stage


@pytest.mark.parametrize("host", [["0 ."], []])
def test_reports_come_to_nobody_that_takes_no_mail(host: list[str]) -> None:
    """A single dot for a mail server says so (RFC 7505), as nothing at all does."""
    zone = {("_dmarc.acme.example", "TXT"): ["v=DMARC1; rua=mailto:a@mail.acme.example"]}
    dead, *_ = told({**zone, ("mail.acme.example", "MX"): host})
    assert dead == "warning acme.example: reports to mail.acme.example do not arrive: it gets no mail"


def test_doctor_says_that_a_percentage_is_read_by_some_alone() -> None:
    """RFC 9989 has it no more: what is left at reject for a part of the mail is not the last stage for everybody."""
    said, *_ = told({("_dmarc.acme.example", "TXT"): ["v=DMARC1; p=reject; pct=5"]})
    assert said.startswith("warning DMARC of acme.example has pct=5: who goes by RFC 7489 applies the policy to 5 % of")


@pytest.mark.parametrize("record", ["v=DMARC1; p=stop", "v=DMARC1; p=reject; p=none"])
def test_a_record_without_a_policy_to_go_by_is_told_as_one(record: str) -> None:
    """And its parent's is not taken in its place."""
    zone = {("_dmarc.mail.acme.example", "TXT"): [record], ("_dmarc.acme.example", "TXT"): ["v=DMARC1; p=reject"]}
    said = told(zone, "mail.acme.example", "dmarc")
    why = "it has a tag twice, or a policy that there is not: large receivers want one"
    assert said == [f"warning mail.acme.example has a DMARC record that nobody goes by: {why}"]


def test_what_leaves_a_stage_out() -> None:
    """Only the way from none to reject: every other is a step, or a step back."""
    stages = ("none", "quarantine", "reject")
    assert [(a, b) for a in stages for b in stages if skips(a, b)] == [("none", "reject")]


def test_nothing_comes_after_the_last_stage() -> None:
    """What nobody knows, and what only reports can show, is asked for before a stage and not after all of them."""
    stage = dmarc_stage(DmarcFacts(asks="reject", **{**WHOLE, "signed": None}, other_senders=("shop.example",)))
    assert (stage.next, stage.before_next) == (None, ())
