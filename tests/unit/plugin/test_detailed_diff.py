"""Where inputs differ, as the engine shows it: paths as Pulumi writes them, by the schema's names."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from pulumi.runtime.proto import provider_pb2 as pb

from tenant_email import package_schema as schema
from tenant_email.plugin.detailed_diff import compare

if TYPE_CHECKING:
    from collections.abc import Collection

PROVIDER = schema.properties_of(schema.token("EmailProvider"))
SETTINGS = schema.properties_of(schema.token("SesDomainSettings"))
Kind = pb.PropertyDiff


def differences(before: Any, after: Any, declared: Any = PROVIDER, replaces: Collection[str] = ()) -> dict[str, Any]:
    """Returns the kinds of what differs by path; all of it is of inputs."""
    found = compare(before, after, declared, replaces)
    assert all(each.inputDiff for each in found.values())
    return {path: each.kind for path, each in found.items()}


@pytest.mark.parametrize(
    ("before", "after", "found"),
    [
        (
            {"settings": {"host": "a"}},
            {"settings": {"port": 1}},
            {"settings.host": Kind.DELETE, "settings.port": Kind.ADD},
        ),
        ({"settings": {"host": "a"}}, {"settings": {"host": None}}, {"settings.host": Kind.UPDATE}),
        ({"settings": {"host": None}}, {"settings": {"host": "a"}}, {"settings.host": Kind.UPDATE}),
        ({"settings": {"kind": ["x"]}}, {"settings": {"kind": "x"}}, {"settings.kind": Kind.UPDATE}),
        ({"settings": {}}, {"settings": "x"}, {"settings": Kind.UPDATE}),
        ({"settings": "x"}, {"settings": {}}, {"settings": Kind.UPDATE}),
        ({"further_domains": ["a", "b"]}, {"further_domains": ["b"]}, {"furtherDomains": Kind.UPDATE}),
        ({"odd_one": {"in_it": 1}}, {"odd_one": {"in_it": 2}}, {"odd_one.in_it": Kind.UPDATE}),
        (
            {"settings": {"odd_one": {"in_it": 1}}},
            {"settings": {"odd_one": {}}},
            {"settings.odd_one.in_it": Kind.DELETE},
        ),
        ({"tenant": "a"}, {"tenant": "a"}, {}),
    ],
)
def test_a_difference_is_at_its_path(before: Any, after: Any, found: dict[str, Any]) -> None:
    """As deep as it is; a list differs as a whole, and what is not declared has the user's names."""
    assert differences(before, after) == found


def test_names_are_those_of_the_kind() -> None:
    """Of one, what only another has stays as it was written; of two that differ, of both."""
    smtp: dict[str, Any] = {"kind": "auth0.smtp"}
    other = {"settings": {**smtp, "access_key_id": "x"}}
    assert differences({"settings": smtp}, other) == {"settings.access_key_id": Kind.ADD}
    ses = {"settings": {"kind": "auth0.ses", "access_key_id": "x"}}
    logto = {"settings": {"kind": "logto.smtp", "reply_to": "x"}}
    assert [*differences(ses, logto)] == ["settings.accessKeyId", "settings.kind", "settings.replyTo"]


def test_keys_of_a_free_map_are_the_users() -> None:
    """Quoted where they are no identifiers; what is in them has its own names."""
    changed = {"from_address": "x", "a b": "y", 'a"b': "z"}
    assert [*differences({"tags": {}}, {"tags": changed}, SETTINGS)] == [
        'tags["a b"]',
        'tags["a\\"b"]',
        "tags.from_address",
    ]
    texts = [{"settings": {"kind": "logto.smtp", "templates": {"sign_in": {"content_type": each}}}} for each in "ab"]
    assert [*differences(*texts)] == ["settings.templates.sign_in.contentType"]


@pytest.mark.parametrize(
    ("before", "after", "kind"),
    [
        ({}, {"zone_id": "a"}, Kind.ADD_REPLACE),
        ({"zone_id": "a"}, {}, Kind.DELETE_REPLACE),
        ({"zone_id": "a"}, {"zone_id": "b"}, Kind.UPDATE_REPLACE),
    ],
)
def test_what_forces_a_replacement_says_so(before: Any, after: Any, kind: Any) -> None:
    """Whatever became of it, and no other input."""
    found = differences({**before, "tags": {"a": "b"}}, after, SETTINGS, ["zone_id"])
    assert found == {"zoneId": kind, "tags": Kind.DELETE}
