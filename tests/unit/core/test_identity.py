"""Whose a live configuration is, as a table: the platform's id first, then what identifies a kind, then the facts."""

from __future__ import annotations

from typing import Any

import pytest

from tenant_email.operations import written_identity
from tenant_email.platforms.auth0.capabilities import CAPABILITIES
from tenant_email.platforms.base import LiveObject

KINDS = CAPABILITIES.transports
SMTP = {"kind": "auth0.smtp", "host": "one.example", "port": 587, "username": "mailer"}
FACTS = {
    "name": "smtp",
    "credentials": {"smtp_host": "one.example"},
    "enabled": True,
    "default_from_address": "a@a.example",
}


def live(settings: dict[str, Any] | None = None, **more: Any) -> LiveObject:
    """Returns what a tenant shows."""
    shown = settings or SMTP
    return LiveObject({"settings": shown}, more.pop("facts", FACTS), identity=shown, **more)


def test_what_is_written_is_known_again() -> None:
    """Nothing of it is strange, and nothing was edited."""
    wrote = written_identity.identity_of(live(id="x", marks={"password": "1"}), KINDS)
    assert wrote == {**SMTP, "id": "x", "facts": FACTS, "marks": {"password": "1"}}
    assert written_identity.differs_from_written(live(id="x"), wrote, KINDS) == ""
    assert written_identity.changed_names(live(id="x", marks={"password": "1"}), wrote) == ""


@pytest.mark.parametrize(
    ("there", "said"),
    [
        (live(id="y"), "id is y"),
        (live(describe=lambda: "several of them"), "several of them"),
        (live({**SMTP, "kind": "auth0.ses"}, id="x"), "kind is auth0.ses"),
        (live({**SMTP, "username": "somebody"}, id="x"), "smtp_user is somebody"),
        (live({**SMTP, "host": "two.example", "port": 25}, id="x"), "smtp_host is two.example, smtp_port is 25"),
    ],
)
def test_what_shows_that_it_is_another_one(there: LiveObject, said: str) -> None:
    """Another id decides alone; with ours, another kind, host, port or user was configured by somebody."""
    assert (
        written_identity.differs_from_written(there, written_identity.identity_of(live(id="x"), KINDS), KINDS) == said
    )


@pytest.mark.parametrize(
    ("facts", "marks", "said"),
    [
        ({**FACTS, "enabled": False}, {}, "enabled"),
        ({**FACTS, "default_from_address": "b@a.x"}, {}, "default_from_address"),
        ({**FACTS, "settings": {"headers": {"X": "1"}}}, {}, "X"),
        ({**FACTS, "settings": {}, "hidden": None, "text": ""}, {}, ""),
        (FACTS, {"password": "2"}, "password"),
    ],
)
def test_what_somebody_edited_is_named(facts: Any, marks: Any, said: str) -> None:
    """Every fact counts, also one that was not there; what is empty is as good as absent."""
    wrote = {**SMTP, "facts": FACTS, "marks": {"password": "1"} if marks else {}}
    assert written_identity.changed_names(live(facts=facts, marks=marks), wrote) == said


def test_a_partial_write_makes_only_its_own_part_ours() -> None:
    """What somebody changed stays theirs when another field is written, and a state without facts takes what it saw."""
    theirs = {**FACTS, "default_from_address": "b@a.x", "enabled": False}
    there = live(facts=theirs, sent=frozenset({"enabled"}))
    before = {"wrote": {**SMTP, "facts": FACTS}, "live": theirs}
    assert written_identity.identity_of(there, KINDS, before)["facts"] == {**FACTS, "enabled": False}
    assert written_identity.identity_of(there, KINDS, {"wrote": SMTP, "live": FACTS})["facts"] == {
        **FACTS,
        "enabled": False,
    }
    assert written_identity.identity_of(there, KINDS)["facts"] == theirs


def test_states_of_earlier_releases_tell_what_they_can() -> None:
    """An id that was seen stands for one that was written; without facts nothing counts as edited."""
    assert written_identity.recorded_id({"wrote": SMTP, "live": {"id": "x"}}) == "x"
    assert written_identity.recorded_id({"wrote": {"id": "w"}, "live": {"id": "x"}}) == "w"
    assert written_identity.recorded_id({}) == ""
    assert not written_identity.is_another(live(id="x"), "")
    assert written_identity.differs_from_written(live(id="x"), SMTP, KINDS) == ""
    assert written_identity.changed_names(live(facts={}), SMTP) == ""
    assert written_identity.identity_of(live(sent=frozenset({"enabled"})), KINDS, {"wrote": {}})["facts"] == {
        "enabled": True
    }


def test_a_kind_of_later_releases_is_told_by_its_name() -> None:
    """Nobody knows what identifies it; a platform without ids records none."""
    later = live({"kind": "auth0.pigeon", "loft": "7"})
    assert written_identity.identity_of(later, KINDS) == {"kind": "auth0.pigeon", "facts": FACTS, "marks": {}}


def test_what_identifies_and_may_not_be_seen_is_only_said_to_be_another() -> None:
    """A login that is the secret too is in no message."""
    hidden = LiveObject({"settings": {**SMTP, "username": "canary-token"}}, FACTS, identity={"kind": SMTP["kind"]})
    assert (
        written_identity.differs_from_written(hidden, written_identity.identity_of(live(), KINDS), KINDS)
        == "smtp_user is another"
    )


def test_a_creation_is_recognised_whole() -> None:
    """What it shows beside what was sent is somebody else's; ids and marks nobody could know."""
    assert written_identity.facts_equal(live(facts={**FACTS, "id": "x", "marks": {"password": "1"}}), FACTS)
    assert not written_identity.facts_equal(live(facts={**FACTS, "reply_to": "a@a.example"}), FACTS)
    assert not written_identity.facts_equal(live(), {**FACTS, "reply_to": "a@a.example"})
