"""What is told of a run at its end, as a table and as data."""

from __future__ import annotations

import pytest

from tenant_email.fleet import summary
from tenant_email.fleet.driver import Outcome, Status
from tenant_email.fleet.events import Said
from tenant_email.fleet.stack_config import Unit
from tenant_email.redaction.secrets import register

DONE = Outcome(Unit(tenant="acme"), Status.DONE, Said({"create": 2, "same": 1}), seconds=3.25)
FAILED = Outcome(
    Unit(sending_domain="mail"),
    Status.FAILED,
    Said({"update": 11}, ("x",), ("late\nby a day", "canary-fleet-1")),
    text="  said canary-fleet-1 \nend\n",
    why="mail: canary-fleet-1\x1b[2J\nsecond",
)
ABSENT = Outcome(Unit(tenant="forge"), Status.ABSENT, why="there is no such stack")


@pytest.fixture(autouse=True)
def _registered() -> None:
    """Makes the secret known."""
    register("canary-fleet-1")


def test_the_table() -> None:
    """Each stack with the counts that there are, texts to the left and numbers to the right."""
    assert list(summary.table([DONE, FAILED, ABSENT])) == [
        "stack                result     create  update  same  s",
        "acme                 done            2             1  3",
        "sending_domain.mail  failed                 11",
        "forge                not there",
    ]


def test_the_total() -> None:
    """How many stacks ended how, and the changes of all."""
    assert summary.total([DONE, FAILED, ABSENT]) == "3 stacks: 1 done, 1 failed, 1 not there; 13 changes"
    assert summary.total([DONE]) == "1 stack: 1 done; 2 changes"
    one = Outcome(Unit(), Status.DONE, Said({"update": 1}))
    assert summary.total([one, one]).endswith("2 changes")
    assert summary.total([one]).endswith("; 1 change")


def test_why_a_stack_is_not_done() -> None:
    """Without a secret and without what steers a terminal; of one that is good enough nothing."""
    unexplained = Outcome(Unit(tenant="a"), Status.LEFT)
    assert list(summary.reasons([DONE, FAILED, ABSENT, unexplained])) == [
        "sending_domain.mail: failed: mail: ***\\x1b[2J",
        "  second",
    ]


@pytest.mark.parametrize(
    ("statuses", "good"),
    [
        ((), True),
        ((Status.DONE, Status.RESUMED, Status.ABSENT), True),
        ((Status.DONE, Status.FAILED), False),
        ((Status.UNFINISHED,), False),
        ((Status.LEFT,), False),
    ],
)
def test_a_run_that_is_good(statuses: tuple[Status, ...], good: bool) -> None:
    """Nothing failed, and nothing is left."""
    assert summary.is_good([Outcome(Unit(tenant="a"), each) for each in statuses]) is good


@pytest.mark.parametrize("at", [0, 16_380, 32_760, 49_140, 100_000])
def test_a_long_text_is_told_to_its_end(at: int) -> None:
    """The differences of a tenant with many templates, and no secret in them, wherever it stands."""
    lines = "\n".join(f"  + template {number:05} {'x' * 60}" for number in range(2000))
    said = list(summary.safe_lines(f"{lines[:at]}canary-fleet-1{lines[at:]}\nResources: + 16 to create"))
    assert (len(said), said[-1]) == (2001, "Resources: + 16 to create")
    assert "\n".join(said).count("***") == 1
    assert "canary" not in "\n".join(said)


def test_the_document() -> None:
    """The same for a program to read."""
    assert summary.data(DONE) == {
        "stack": "acme",
        "tenant": "acme",
        "sending_domain": "",
        "status": "done",
        "changes": {"create": 2, "same": 1},
        "warnings": [],
        "seconds": 3.2,
        "why": "",
        "text": "",
    }
    assert summary.data(FAILED) == {
        "stack": "sending_domain.mail",
        "tenant": "",
        "sending_domain": "mail",
        "status": "failed",
        "changes": {"update": 11},
        "warnings": ["late", "by a day", "***"],
        "seconds": 0.0,
        "why": "mail: ***\\x1b[2J\nsecond",
        "text": "  said ***\nend",
    }
