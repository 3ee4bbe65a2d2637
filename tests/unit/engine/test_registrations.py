"""Check: what a plug-in is asked, and what becomes of its answer."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from embedded_pulumi_engine.claims import InvalidRegistrationError
from embedded_pulumi_engine.plugins import CheckFailure
from embedded_pulumi_engine.registrations import check
from support.registrations import TYPE, Host, recorded, registration

if TYPE_CHECKING:
    from embedded_pulumi_engine.resources import Resource

OLD = recorded(inputs={"size": "old", "note": "kept"})


def test_defaults_of_the_old_version_are_carried_over() -> None:
    """The plug-in sees the recorded inputs, and the program's with what it ignores changes of."""
    host = Host()
    made = check(registration({"note": "other"}, OLD, host, ignore_changes=("note",)), anew=False)
    assert host.checked == [(OLD.inputs, {"note": "kept"})]
    assert made.new.inputs == {"size": "old", "note": "kept"}


@pytest.mark.parametrize("old", [None, replace(OLD, external=True)])
def test_nothing_is_carried_over_from_what_this_stack_did_not_make(old: Resource | None) -> None:
    """A new resource and one that was only looked up are checked on their own."""
    host = Host()
    made = check(registration({"note": "other"}, old, host, ignore_changes=("note",)), anew=False)
    assert host.checked == [(None, {"note": "other"})]
    assert made.new.inputs == {"size": "new", "note": "other"}


def test_nothing_is_carried_over_to_a_replacement() -> None:
    """`anew` asks for a check without the version that goes away."""
    host = Host()
    assert check(registration({}, OLD, host), anew=True).new.inputs == {"size": "new"}
    assert host.checked == [(None, {})]


def test_a_component_is_checked_by_nobody() -> None:
    """Its inputs are the program's, with what it ignores changes of."""
    made = check(registration({"note": "other"}, OLD, None, ignore_changes=("note",)), anew=False)
    assert made.new.inputs == {"note": "kept"}


def test_all_problems_come_at_once() -> None:
    """Each in the words of Pulumi's console, with the property where there is one."""
    host = Host(failures=(CheckFailure("", "it is too small"), CheckFailure("note", "it is empty")))
    with pytest.raises(InvalidRegistrationError) as caught:
        check(registration({}, None, host), anew=False)
    assert caught.value.args == (
        f"{TYPE} resource 'thing' has a problem: it is too small",
        f"{TYPE} resource 'thing': property note has a problem: it is empty",
    )
