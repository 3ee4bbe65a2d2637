"""Whose a live configuration is, as a table: the platform's id first, then what identifies a kind, then the rest."""

from __future__ import annotations

from typing import Any

import pytest

from tenant_email.inputs.tenant_objects import ProviderInputs
from tenant_email.operations import provenance
from tenant_email.operations.recorded_outputs import ProviderOutputs, WrittenIdentity
from tenant_email.platforms.auth0.capabilities import CAPABILITIES
from tenant_email.platforms.base import LiveProvider
from tenant_email.redaction.secrets import Secret

KINDS = CAPABILITIES.transports
SMTP = {"kind": "auth0.smtp", "host": "one.example", "port": 587, "username": "mailer"}
ATTRIBUTES = {
    "name": "smtp",
    "credentials": {"smtp_host": "one.example"},
    "enabled": True,
    "default_from_address": "a@a.example",
}


def live(settings: dict[str, Any] | None = None, **more: Any) -> LiveProvider:
    """Returns what a tenant shows."""
    shown = settings or SMTP
    return LiveProvider(ProviderInputs(shown), more.pop("attributes", ATTRIBUTES), identity=shown, **more)


def test_what_is_written_is_known_again() -> None:
    """Nothing of it is strange, and nothing was edited."""
    written = provenance.identity_of(live(id="x", secret_digests={"password": "1"}), KINDS)
    props = {**SMTP, "id": "x", "attributes": ATTRIBUTES, "secret_digests": {"password": "1"}}
    assert (written.to_props(), WrittenIdentity.from_props(props)) == (props, written)
    assert provenance.differs_from_written(live(id="x"), written, KINDS) == ""
    assert provenance.changed_names(live(id="x", secret_digests={"password": "1"}), written) == ""


@pytest.mark.parametrize(
    ("there", "said"),
    [
        (live(id="y"), "id is y"),
        (live(describe=lambda: "several of them"), "several of them"),
        (live({**SMTP, "kind": "auth0.ses"}, id="x"), "kind is auth0.ses"),
        (live({**SMTP, "username": "someone"}, id="x"), "smtp_user is someone"),
        (live({**SMTP, "host": "two.example", "port": 25}, id="x"), "smtp_host is two.example, smtp_port is 25"),
    ],
)
def test_what_shows_that_it_is_another_one(there: LiveProvider, said: str) -> None:
    """Another id decides alone; with ours, another kind, host, port or user was configured by someone."""
    assert provenance.differs_from_written(there, provenance.identity_of(live(id="x"), KINDS), KINDS) == said


@pytest.mark.parametrize(
    ("attributes", "secret_digests", "said"),
    [
        ({**ATTRIBUTES, "enabled": False}, {}, "enabled"),
        ({**ATTRIBUTES, "default_from_address": "b@a.x"}, {}, "default_from_address"),
        ({**ATTRIBUTES, "settings": {"headers": {"X": "1"}}}, {}, "X"),
        ({**ATTRIBUTES, "settings": {}, "hidden": None, "text": ""}, {}, ""),
        (ATTRIBUTES, {"password": "2"}, "password"),
    ],
)
def test_what_someone_edited_is_named(attributes: Any, secret_digests: Any, said: str) -> None:
    """Every fact counts, also one that was not there; what is empty is as good as absent."""
    written = WrittenIdentity(SMTP, "", ATTRIBUTES, {"password": "1"} if secret_digests else {})
    assert provenance.changed_names(live(attributes=attributes, secret_digests=secret_digests), written) == said


def test_a_partial_write_makes_only_its_own_part_ours() -> None:
    """What someone changed stays theirs when another field is written, and a state without it takes what it saw."""
    theirs = {**ATTRIBUTES, "default_from_address": "b@a.x", "enabled": False}
    there = live(attributes=theirs, written_names=frozenset({"enabled"}))
    before = ProviderOutputs(theirs, written_identity=WrittenIdentity(SMTP, attributes=ATTRIBUTES))
    earlier = ProviderOutputs(ATTRIBUTES, written_identity=WrittenIdentity(SMTP))
    for outputs in (before, earlier):
        assert provenance.identity_of(there, KINDS, outputs).attributes == {**ATTRIBUTES, "enabled": False}
    assert provenance.identity_of(there, KINDS).attributes == theirs


@pytest.mark.parametrize(
    ("sent", "stays"), [({"enabled"}, True), ({"name", "credentials"}, False), ({"name"}, False), (None, False)]
)
def test_only_a_write_of_what_it_is_makes_another_one_ours(sent: set[str] | None, stays: bool) -> None:
    """One of a single field leaves what we wrote last, if that is known: what stands there is someone else's."""
    other = {**SMTP, "host": "two.example"}
    names = None if sent is None else frozenset(sent)
    there = live(other, identity_attributes={"name": "smtp"}, written_names=names)
    before = ProviderOutputs(ATTRIBUTES, written_identity=WrittenIdentity(SMTP, attributes=ATTRIBUTES))
    assert provenance.identity_of(there, KINDS, before).settings == (SMTP if stays else other)
    for unknown in (None, ProviderOutputs(ATTRIBUTES), ProviderOutputs(ATTRIBUTES, written_identity=WrittenIdentity())):
        assert provenance.identity_of(there, KINDS, unknown).settings == other


def test_what_identifies_settings_is_no_secret_of_them() -> None:
    """The kind and what its kind is known by, as plain text; of a kind of later releases its name."""
    given = {**SMTP, "username": Secret("canary-mailer"), "password": Secret("canary-one"), "from": None}
    assert provenance.identifying(given, KINDS) == {**SMTP, "username": "canary-mailer"}
    assert provenance.identifying({"kind": "auth0.pigeon", "loft": "7"}, KINDS) == {"kind": "auth0.pigeon"}
    assert provenance.identifying({}, KINDS) == {}


def test_states_of_earlier_releases_tell_what_they_can() -> None:
    """An id that was seen stands for one that was written; without attributes nothing counts as edited."""
    for recorded, id_ in (
        ({"written_identity": SMTP, "live": {"id": "x"}}, "x"),
        ({"written_identity": {"id": "w"}, "live": {"id": "x"}}, "w"),
        ({}, ""),
    ):
        outputs = ProviderOutputs.from_props(recorded)
        assert (outputs.id, outputs.to_props()) == (id_, recorded)
    earlier = WrittenIdentity.from_props(SMTP)
    assert not provenance.is_another(live(id="x"), "")
    assert provenance.differs_from_written(live(id="x"), earlier, KINDS) == ""
    assert provenance.changed_names(live(attributes={}), earlier) == ""
    empty = ProviderOutputs.from_props({"written_identity": {}})
    assert provenance.identity_of(live(written_names=frozenset({"enabled"})), KINDS, empty).attributes == {
        "enabled": True
    }


def test_a_kind_of_later_releases_is_reported_by_its_name() -> None:
    """Nobody knows what identifies it; a platform without ids records none."""
    later = live({"kind": "auth0.pigeon", "loft": "7"})
    assert provenance.identity_of(later, KINDS).to_props() == {
        "kind": "auth0.pigeon",
        "attributes": ATTRIBUTES,
        "secret_digests": {},
    }


def test_what_identifies_and_may_not_be_seen_is_only_said_to_be_another() -> None:
    """A login that is the secret too is in no message."""
    hidden = LiveProvider(
        ProviderInputs({**SMTP, "username": "canary-token"}), ATTRIBUTES, identity={"kind": SMTP["kind"]}
    )
    assert (
        provenance.differs_from_written(hidden, provenance.identity_of(live(), KINDS), KINDS) == "smtp_user is another"
    )


def test_a_creation_is_recognized_whole() -> None:
    """What it shows beside what was sent is someone else's; ids and secret_digests nobody could know."""
    assert provenance.attributes_equal(
        live(attributes={**ATTRIBUTES, "id": "x", "secret_digests": {"password": "1"}}), ATTRIBUTES
    )
    assert not provenance.attributes_equal(live(attributes={**ATTRIBUTES, "reply_to": "a@a.example"}), ATTRIBUTES)
    assert not provenance.attributes_equal(live(), {**ATTRIBUTES, "reply_to": "a@a.example"})
