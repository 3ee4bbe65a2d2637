"""The journal of a run: what it notes, and what it says where it is not one to go on with."""

from __future__ import annotations

import errno
import fcntl
import json
import os
from dataclasses import dataclass
from pathlib import Path
from unittest.mock import Mock

import pytest

from tenant_email.errors import TenantEmailError
from tenant_email.fleet.events import Said
from tenant_email.fleet.journal import FILE_NAME, Journal, digest

ANEW = "Run it without --resume."
FULL = Path("/dev/full")


@dataclass
class Value:
    """A value whose `repr` says where it is."""

    number: int

    def __repr__(self) -> str:
        return object.__repr__(self)


def records(folder: Path) -> list[dict[str, object]]:
    """Returns what is noted."""
    return [json.loads(line) for line in (folder / FILE_NAME).read_text().splitlines()]


def interrupted(folder: Path) -> None:
    """Leaves a run that finished one stack of two."""
    journal = Journal.begin(folder, "up", "here", resume=False)
    for stack in ("acme", "forge"):
        journal.started(stack, "x")
        journal.ended(stack, "x", "done" if stack == "acme" else "failed")
    journal.finish(whole=False)


def test_what_is_noted(tmp_path: Path) -> None:
    """Names and digests, for nobody else to read."""
    interrupted(tmp_path)
    assert records(tmp_path) == [
        {"run": 2, "operation": "up", "backend": "here", "resumed": False},
        {"stack": "acme", "digest": "x", "status": "started"},
        {"stack": "acme", "digest": "x", "status": "done"},
        {"stack": "forge", "digest": "x", "status": "started"},
        {"stack": "forge", "digest": "x", "status": "failed"},
    ]
    assert (tmp_path / FILE_NAME).stat().st_mode & 0o777 == 0o600


def test_a_stack_that_was_begun_again(tmp_path: Path) -> None:
    """Once a second run has touched it nobody knows whether it is done."""
    interrupted(tmp_path)
    again = Journal.begin(tmp_path, "up", "here", resume=True)
    assert again.done == {"acme": "x"}
    again.started("acme", "y")
    again.finish(whole=False)
    assert Journal.begin(tmp_path, "up", "here", resume=True).done == {}


@pytest.mark.parametrize(
    ("operation", "backend", "said", "remedy"),
    [
        ("destroy", "here", "the interrupted run is of up", "Run fleet up --resume first."),
        (
            "up",
            "there",
            "the interrupted run is of another backend, whose stacks are not these",
            "Log in to that one, or run it without --resume.",
        ),
    ],
)
def test_another_run(tmp_path: Path, operation: str, backend: str, said: str, remedy: str) -> None:
    """It says which, and what to do."""
    interrupted(tmp_path)
    with pytest.raises(TenantEmailError) as refused:
        Journal.begin(tmp_path, operation, backend, resume=True)
    assert str(refused.value) == f"{tmp_path / FILE_NAME}: {said}\n{remedy}"


@pytest.mark.parametrize(
    ("text", "said", "remedy"),
    [
        (None, "there is no interrupted run", ANEW),
        ("", "there is no interrupted run", ANEW),
        ('{"run": 1, "operation": "up"}\n', "is of another version of this command", ANEW),
    ],
)
def test_nothing_to_go_on_with(tmp_path: Path, text: str | None, said: str, remedy: str) -> None:
    """No journal, an empty one, or that of another version."""
    if text is not None:
        (tmp_path / FILE_NAME).write_text(text)
    with pytest.raises(TenantEmailError) as refused:
        Journal.begin(tmp_path, "up", "here", resume=True)
    assert str(refused.value) == f"{tmp_path / FILE_NAME}: {said}\n{remedy}"


def test_a_journal_that_is_held(tmp_path: Path) -> None:
    """By another run."""
    held = Journal.begin(tmp_path, "up", "here", resume=False)
    assert held.file == tmp_path / FILE_NAME
    with pytest.raises(TenantEmailError) as refused:
        Journal.begin(tmp_path, "up", "here", resume=False)
    assert str(refused.value) == (f"{tmp_path / FILE_NAME}: another run goes on\nWait for it, or end it with Ctrl-C.")


def test_a_disk_without_locks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As NFS without its lock daemon: no other run is made up, and Pulumi's own locks are left."""
    monkeypatch.setattr(fcntl, "flock", Mock(side_effect=OSError(errno.ENOLCK, "No locks available")))
    interrupted(tmp_path)
    assert Journal.begin(tmp_path, "up", "here", resume=True).done == {"acme": "x"}


@pytest.mark.skipif(not FULL.exists(), reason="there is no device that is always full")
def test_a_journal_that_cannot_be(tmp_path: Path) -> None:
    """A device is none, and a full disk names the file."""
    (tmp_path / FILE_NAME).symlink_to(FULL)
    with pytest.raises(TenantEmailError) as refused:
        Journal.begin(tmp_path, "up", "here", resume=False)
    assert str(refused.value) == f"{tmp_path / FILE_NAME}: is not a file\nRemove it: a run makes its own."
    handle = os.open(FULL, os.O_WRONLY)
    with pytest.raises(OSError, match="No space left on device") as full:
        Journal(tmp_path / "journal", _handle=handle).started("acme", "x")
    os.close(handle)
    assert full.value.filename == str(tmp_path / "journal")


def test_a_run_that_is_whole(tmp_path: Path) -> None:
    """It leaves nothing to go on with."""
    journal = Journal.begin(tmp_path, "up", "here", resume=False)
    journal.ended("acme", "x", "done")
    journal.finish(whole=True)
    with pytest.raises(TenantEmailError, match="there is no interrupted run"):
        Journal.begin(tmp_path, "up", "here", resume=True)


def test_a_line_that_is_torn(tmp_path: Path) -> None:
    """What was noted before it counts."""
    interrupted(tmp_path)
    with (tmp_path / FILE_NAME).open("a") as torn:
        torn.write('{"stack": "umb')
    assert Journal.begin(tmp_path, "up", "here", resume=True).done == {"acme": "x"}


def test_a_digest_is_of_what_a_value_holds() -> None:
    """Not of where it is in this process, nor of the order in a file."""
    assert digest([Value(1)]) == digest([Value(1)]) != digest([Value(2)])
    assert digest({"a": 1, "b": 2}) == digest({"b": 2, "a": 1})
    assert digest([Said({"a": 1})]) != digest([Said({"a": 2})])
    assert digest([object]) != digest([int])
