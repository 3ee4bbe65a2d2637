"""At which stage of DMARC a domain stands, and what it needs before the next."""

from __future__ import annotations

from typing import Any

import pytest

from tenant_email.aws.dmarc_stage import DmarcFacts, dmarc_stage

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
