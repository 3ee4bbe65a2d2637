"""Diff and step: what a registration comes to."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from embedded_pulumi_engine import decisions
from embedded_pulumi_engine.diffs import Diff
from embedded_pulumi_engine.values import UNKNOWN, seal
from support.registrations import recorded, registration

if TYPE_CHECKING:
    from embedded_pulumi_engine.resources import Resource

OLD = recorded(inputs={"a": 1})
NONE, CHANGED = Diff(changes=False), Diff(changes=True)
REPLACED = Diff(changes=True, replaces=("a",))


@pytest.mark.parametrize(
    ("old", "diff", "op"),
    [
        (None, None, "create"),
        (OLD, NONE, "same"),
        (OLD, CHANGED, "update"),
        (OLD, REPLACED, "replace"),
        (OLD, None, "replace"),  # it was deleted because of what it depends on
        (OLD, Diff(changes=False, replaces=("a",)), "same"),  # nothing changed is nothing replaced
        (replace(OLD, external=True), None, "replace"),  # what was looked up becomes ours
        (replace(OLD, pending_replacement=True), NONE, "replace"),
        (replace(OLD, init_errors=("it did not start",)), NONE, "update"),
        (replace(OLD, init_errors=("it did not start",)), REPLACED, "replace"),
    ],
)
def test_the_operation(old: Resource | None, diff: Diff | None, op: str) -> None:
    """Follows from what is recorded and what differs."""
    assert decisions.operation(registration({"a": 2}, old), diff) == op


@pytest.mark.parametrize(
    ("old", "diff", "paths"),
    [
        (None, None, []),
        (OLD, CHANGED, ["a"]),
        (OLD, None, ["a"]),
        (OLD, NONE, []),  # the plug-in has the last word
        (replace(OLD, pending_replacement=True), NONE, ["a"]),
        (replace(OLD, external=True), None, []),
    ],
)
def test_the_changes_that_are_shown(old: Resource | None, diff: Diff | None, paths: list[str]) -> None:
    """Are those of the inputs, where there is something to compare with and the plug-in sees a difference."""
    assert [change.path for change in decisions.shown_changes(registration({"a": 2}, old), diff)] == paths


@pytest.mark.parametrize(
    ("before", "after", "forced"),
    [
        (None, None, False),
        (None, "1", False),  # the first trigger of a resource that was made without
        ("1", None, False),
        ("1", "1", False),
        ("1", seal("1"), False),
        ("1", "2", True),
        ("1", UNKNOWN, True),
        (UNKNOWN, UNKNOWN, True),  # who knows
    ],
)
def test_a_replacement_trigger(before: object, after: object, forced: bool) -> None:
    """Replaces when it changes, or may have."""
    old, new = (recorded(replacement_trigger=trigger) for trigger in (before, after))
    diff = decisions.forced_diff(old, new, requested=False)
    assert (diff == Diff(changes=True, replaces=("replacementTrigger",))) is forced
    assert (diff is None) is not forced


def test_a_replacement_on_request() -> None:
    """No plug-in is asked about what the user has named."""
    assert decisions.forced_diff(OLD, OLD, requested=True) == Diff(changes=True, replaces=("id",))


def test_whether_the_provider_changed() -> None:
    """By its reference: another id of the same provider is a change too."""
    provider = "urn:pulumi:dev::demo::pulumi:providers:aws::default::1"
    assert decisions.provider_urns(recorded(provider=provider), recorded(provider=provider)) is None
    other = recorded(provider=provider.replace("::1", "::2"))
    urn = provider.removesuffix("::1")
    assert decisions.provider_urns(recorded(provider=provider), other) == (urn, urn)
    assert decisions.provider_urns(recorded(), other) == ("", urn)


@pytest.mark.parametrize(
    ("program", "plugin", "first"),
    [(None, False, False), (None, True, True), (True, False, True), (False, True, False)],
)
def test_what_is_deleted_before_its_replacement(program: bool | None, plugin: bool, first: bool) -> None:
    """The program's word counts before the plug-in's."""
    goal = registration({}, OLD, delete_before_replace=program).goal
    assert decisions.deletes_first(goal, replace(REPLACED, delete_before_replace=plugin)) is first
