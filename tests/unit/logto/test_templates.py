"""Templates between our inputs and Logto's entries: what is written, what is shown, and whose an entry is."""

from __future__ import annotations

from typing import Any

import pytest

from tenant_email.platforms.logto.templates import attribute_paths, body_of, comparable, key, live_of, without_id

WHOLE: dict[str, Any] = {
    "kind": "logto.template",
    "language": "fr",
    "type": "SignIn",
    "subject": "Salut",
    "content": "<p>{{code}}</p>",
    "content_type": "text/plain",
    "reply_to": "help@acme.example",
    "from_address": "a@b.example",
}
DETAILS = {
    "subject": "Salut",
    "content": "<p>{{code}}</p>",
    "contentType": "text/plain",
    "replyTo": "help@acme.example",
    "sendFrom": "a@b.example",
}
ENTRY: dict[str, Any] = {"id": "t1", "languageTag": "fr", "templateType": "SignIn", "details": DETAILS}
BARE: dict[str, Any] = {name: WHOLE[name] for name in ("kind", "language", "type", "subject", "content")}


def test_a_template_is_known_by_language_and_type() -> None:
    """As a query asks for it."""
    assert key(WHOLE) == {"languageTag": "fr", "templateType": "SignIn"}


@pytest.mark.parametrize(
    ("settings", "body"),
    [
        (WHOLE, {"languageTag": "fr", "templateType": "SignIn", "details": DETAILS}),
        ({**BARE, "reply_to": None}, {"languageTag": "fr", "templateType": "SignIn", "details": {
            "subject": "Salut", "content": "<p>{{code}}</p>",
        }}),
        ({"language": "fr", "subject": ""}, {"languageTag": "fr", "details": {"subject": ""}}),
        ({"type": "SignIn"}, {"templateType": "SignIn", "details": {}}),
    ],
)  # fmt: skip
def test_a_template_is_written_whole(settings: dict[str, Any], body: dict[str, Any]) -> None:
    """What is given and nothing else, as far as it is known: its size is judged before it is."""
    assert body_of(settings) == {"templates": [body]}


def test_an_entry_shows_as_settings() -> None:
    """All of it, an empty text as none, and HTML where it does not say."""
    live = live_of({**ENTRY, "createdAt": 1}, WHOLE)
    assert (dict(live.inputs.settings), live.attributes, live.would_be_removed) == (WHOLE, ENTRY, ())
    live = live_of({**ENTRY, "details": {"subject": "Salut", "content": "", "replyTo": ""}}, BARE)
    assert dict(live.inputs.settings) == {
        "kind": "logto.template",
        "language": "fr",
        "type": "SignIn",
        "subject": "Salut",
        "content_type": "text/html",
    }
    assert live.would_be_removed == ("content_type",)
    assert "id" not in live_of({name: ENTRY[name] for name in ENTRY if name != "id"}, WHOLE).attributes


def test_what_a_write_would_take_away_is_beside() -> None:
    """By the names of the settings, in order."""
    assert live_of(ENTRY, BARE).would_be_removed == ("content_type", "from_address", "reply_to")


def test_an_id_counts_where_one_is_recorded() -> None:
    """A state of an earlier release goes by the text alone."""
    live = live_of(ENTRY, WHOLE)
    assert comparable(live, {"id": "t0", "details": {}}) == ENTRY
    bare = {name: ENTRY[name] for name in ENTRY if name != "id"}
    assert comparable(live, {"details": {}}) == without_id(ENTRY) == bare


def test_where_an_entry_repeats_a_setting() -> None:
    """Its key beside its details."""
    found = [attribute_paths(name) for name in ("language", "type", "subject", "reply_to")]
    assert found == [(("languageTag",),), (("templateType",),), (("details",),), (("details",),)]
