"""The steps of a resource's life as both faces do them: what a hook of the lifecycle needs around it.

A face hands over plain values: unknowns as one sentinel, whole numbers as int, absent for None, and the paths of what
the user marked secret under `secret_inputs`. It gets plain values back, and marks what is secret in them by its means.
"""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

from tenant_email.errors import Problem
from tenant_email.operations import operation
from tenant_email.operations.console import info, warn
from tenant_email.operations.secret_inputs import SECRET_INPUTS, public_id, real_id, secret_paths
from tenant_email.redaction import secrets

if TYPE_CHECKING:
    from collections.abc import Generator, Sequence

    from tenant_email.json_types import Props
    from tenant_email.operations.lifecycle import Lifecycle

_MOST_PROBLEMS: Final = 50  # of one resource; nobody reads more


def check(lifecycle: Lifecycle, recorded: Props, desired: Props, unfit: Sequence[Problem] = ()) -> list[Problem]:
    """Validates; see `Lifecycle.do_check`. Says what is worth it, claims what the resource owns, returns the problems.

    `unfit`: what the face found already, in values that no input can have.
    """
    with _plain_props(lifecycle, recorded, desired) as (before, after):
        findings = lifecycle.do_check(lifecycle.recorded_inputs(before) or None, after)
        findings += operation.current().ownership.register(findings.claims)
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
    """Compares; see `Lifecycle.do_diff`."""
    with _plain_props(lifecycle, recorded, desired) as (before, after):
        changed, replaces = lifecycle.do_diff(real_id(id_, before), before, after)
        for note in lifecycle.warn_of_change(before, after) if changed and not replaces else ():
            warn(note)
    return changed or bool(replaces), replaces


def create(lifecycle: Lifecycle, desired: Props) -> tuple[str, Props]:
    """Creates; returns (id, inputs and outputs)."""
    with _plain_props(lifecycle, {}, desired) as (_, after):
        id_, outputs = lifecycle.do_create(after)
    return public_id(id_, after, secret_paths(desired)), {**after, **outputs.to_props()}


def read(lifecycle: Lifecycle, id_: str, recorded: Props) -> tuple[Props, Props] | None:
    """Reads; returns (inputs, inputs and outputs), or None when it is gone."""
    with _plain_props(lifecycle, recorded, {}) as (before, _):
        found = lifecycle.do_read(real_id(id_, before), before)
    if found is None:
        return None
    inputs, outputs = found
    return inputs, {**inputs, **outputs.to_props()}


def update(lifecycle: Lifecycle, id_: str, recorded: Props, desired: Props) -> Props:
    """Updates; returns inputs and outputs."""
    with _plain_props(lifecycle, recorded, desired) as (before, after):
        outputs = lifecycle.do_update(real_id(id_, before), before, after)
    return {**after, **outputs.to_props()}


def delete(lifecycle: Lifecycle, id_: str, recorded: Props) -> None:
    """Deletes."""
    with _plain_props(lifecycle, recorded, {}) as (before, _):
        lifecycle.do_delete(real_id(id_, before), before)


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
