"""The steps of a resource's life as both faces do them: what a hook of the lifecycle needs around it.

A face hands over plain values: unknowns as one sentinel, whole numbers as int, absent for None, and the paths of what
the user marked secret under `secret_inputs`. It gets plain values back, and marks what is secret in them by its means.
"""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

from tenant_email.errors import PlatformError, Problem
from tenant_email.inputs.properties import NOTHING, Properties
from tenant_email.operations import engine_request, operation, uncertain_writes
from tenant_email.operations.console import info, warn
from tenant_email.operations.import_ids import require_recorded
from tenant_email.operations.imports import without_option
from tenant_email.operations.secret_inputs import SECRET_INPUTS, hides_secret, public_id, real_id, secret_paths
from tenant_email.redaction import secrets

if TYPE_CHECKING:
    from collections.abc import Generator, Sequence

    from tenant_email.json_types import Props
    from tenant_email.operations.lifecycle import Lifecycle

UNCONFIRMED: Final = "unconfirmed"
"""The output that marks a creation whose answer was lost; only a face whose engine records such a one has it."""

_MOST_PROBLEMS: Final = 50  # of one resource; nobody reads more


class UnconfirmedCreationError(Exception):
    """A creation whose answer was lost: `error` says so, `id` and `outputs` are what a state can hold of it."""

    def __init__(self, error: PlatformError, id_: str, outputs: Props) -> None:
        super().__init__()
        self.error, self.id, self.outputs = error, id_, outputs


def check(lifecycle: Lifecycle, recorded: Props, desired: Props, unfit: Sequence[Problem] = ()) -> list[Problem]:
    """Validates; see `Lifecycle.do_check`. Says what is worth it, claims what the resource owns, returns the problems.

    `unfit`: what the face found already, in values that no input can have.
    """
    with _plain_props(lifecycle, recorded, desired) as (before, after):
        findings = lifecycle.do_check(lifecycle.recorded_inputs(before) or None, after)
        findings += operation.current().ownership.register(findings.claims, engine_request.current().urn)
        for notice in findings.notices:
            info(notice)
        for warning in findings.warnings:
            warn(warning)
        unique = list({str(problem): problem for problem in (*unfit, *findings.problems)}.values())
    if len(unique) > _MOST_PROBLEMS:
        more = Problem("", f"and {len(unique) - _MOST_PROBLEMS} more problems", "Correct these first.")
        return [*unique[:_MOST_PROBLEMS], more]
    return unique


def diff(lifecycle: Lifecycle, id_: str, recorded: Props, desired: Props) -> tuple[bool, list[str]]:
    """Compares; see `Lifecycle.do_diff`. A creation whose answer was lost is gone on with in any case."""
    with _plain_props(lifecycle, recorded, desired) as (before, after):
        unconfirmed = before.pop(UNCONFIRMED, False)
        changed, replaces = lifecycle.do_diff(_own_id(lifecycle, id_, before), without_option(before, after), after)
        for note in lifecycle.warn_of_change(before, after) if changed and not replaces else ():
            warn(note)
    return changed or bool(replaces) or bool(unconfirmed), replaces


def create(lifecycle: Lifecycle, desired: Props) -> tuple[str, Props]:
    """Creates; returns (id, inputs and outputs).

    Raises:
        UnconfirmedCreationError: it may have been made, and a later run can go on with it.
    """
    with _plain_props(lifecycle, {}, desired) as (_, after):
        try:
            id_, outputs = lifecycle.do_create(after)
        except PlatformError as error:
            expected = lifecycle.creation_id(after) if error.uncertain else None
            if expected is None:
                raise
            id_ = public_id(expected, after, secret_paths(desired))
            raise UnconfirmedCreationError(error, id_, {**after, UNCONFIRMED: True}) from None
    return public_id(id_, after, secret_paths(desired)), {**after, **outputs.to_props()}


def read(lifecycle: Lifecycle, id_: str, recorded: Props) -> tuple[Props, Props] | None:
    """Reads; returns (inputs, inputs and outputs), or None when it is gone."""
    with _plain_props(lifecycle, recorded, {}) as (before, _):
        unconfirmed = before.pop(UNCONFIRMED, False)
        found = _read(lifecycle, _own_id(lifecycle, id_, before), before, unconfirmed=unconfirmed)
    if found is None:
        return None
    inputs, outputs = found
    # still to be written once more: what is hidden may not be as it was sent
    return inputs, {**inputs, **outputs.to_props(), **({UNCONFIRMED: True} if unconfirmed else {})}


def import_(lifecycle: Lifecycle, id_: str) -> tuple[Props, Props] | None:
    """Reads what no state knows, see `Lifecycle.do_import`; returns as `read` does."""
    with _plain_props(lifecycle, {}, {}):
        found = lifecycle.do_import(id_)
    if found is None:
        return None
    inputs, outputs = found
    return inputs, {**inputs, **outputs.to_props()}


def update(lifecycle: Lifecycle, id_: str, recorded: Props, desired: Props) -> Props:
    """Updates, or goes on with a creation whose answer was lost; returns inputs and outputs."""
    with _plain_props(lifecycle, recorded, desired) as (before, after):
        own = _own_id(lifecycle, id_, before)
        known = _resume(lifecycle, before) if before.pop(UNCONFIRMED, False) else before
        outputs = lifecycle.do_update(own, known, after)
    return {**after, **outputs.to_props()}


def delete(lifecycle: Lifecycle, id_: str, recorded: Props) -> None:
    """Deletes; of a creation whose answer was lost only what is as it was sent."""
    with _plain_props(lifecycle, recorded, {}) as (before, _):
        id_ = _own_id(lifecycle, id_, before)
        more: Properties = NOTHING
        if before.pop(UNCONFIRMED, False):
            found = _read(lifecycle, id_, before, unconfirmed=True)
            if found is None:
                return
            _, more = found
        lifecycle.do_delete(id_, {**before, **more.to_props()})


def _own_id(lifecycle: Lifecycle, id_: str, recorded: Props) -> str:
    """Returns a recorded id with its secrets; raises InvalidSettings for one that is none of this resource's."""
    found = real_id(id_, recorded)
    if not hides_secret(found):
        require_recorded(type(lifecycle).__name__.removesuffix("Lifecycle"), found)
    return found


def _resume(lifecycle: Lifecycle, unconfirmed: Props) -> Props:
    """Makes what was sent, or takes it for made where it is there; returns what is recorded of it then."""
    sent = lifecycle.recorded_inputs(unconfirmed)
    with uncertain_writes.resuming():
        id_, outputs = lifecycle.do_create(sent)
    operation.current().ownership.write_again(id_)
    return {**sent, **outputs.to_props()}


def _read(lifecycle: Lifecycle, id_: str, recorded: Props, *, unconfirmed: bool) -> tuple[Props, Properties] | None:
    """Reads; what is not as an unconfirmed creation sent it is someone else's, and counts as none."""
    found = lifecycle.do_read(id_, recorded)
    if found is None or not unconfirmed:
        return found
    inputs, outputs = found
    differs, _ = lifecycle.do_diff(id_, {**inputs, **outputs.to_props()}, lifecycle.recorded_inputs(recorded))
    if not differs:
        return found
    warn(f"{id_}: what is there is not what this stack sent; it was made by someone else and is left alone")
    return None


@contextmanager
def _plain_props(lifecycle: Lifecycle, recorded: Props, desired: Props) -> Generator[tuple[Props, Props]]:
    """Opens recorded and desired properties, and keeps out of every message what is marked secret in them."""
    with secrets.guard_paths(secret_paths(recorded, desired)):
        before = {name: value for name, value in recorded.items() if name != SECRET_INPUTS}
        after = {name: value for name, value in desired.items() if name not in {SECRET_INPUTS, *lifecycle.mirrors}}
        # Before anything can fail: from here on a message that quotes one of them shows a mask.
        secrets.guard(before)
        secrets.guard(after)
        yield before, after
