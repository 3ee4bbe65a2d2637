"""What a run did, so that one that was interrupted goes on with what is left.

A file of JSON lines in the project's folder. A line is written, and forced to the disk, before a stack is touched and
after it is done; the last line may be torn by a crash. It holds names and digests, and nothing secret.
"""

from __future__ import annotations

import hashlib
import json
import os
import stat
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, Self

from tenant_email.errors import TenantEmailError
from tenant_email.inputs.unusable_values import read_json
from tenant_email.json_types import Json, Props, is_object

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

FILE_NAME: Final = ".fleet-journal.jsonl"
VERSION: Final = 2
_ANEW: Final = "Run it without --resume."


def digest(content: Json) -> str:
    """Returns a digest of what a stack is made of."""
    text = json.dumps(content, sort_keys=True, default=lambda value: getattr(value, "__dict__", None) or repr(value))
    return hashlib.sha256(text.encode()).hexdigest()


@dataclass(slots=True)
class Journal:
    """The journal of one run, which holds it as long as it goes on: two runs at once would undo each other."""

    file: Path
    done: dict[str, str] = field(default_factory=dict[str, str])
    """The digest of each stack that an interrupted run of the same operation finished."""
    _handle: int = -1

    @classmethod
    def begin(cls, project: Path, operation: str, backend: str, *, resume: bool) -> Self:
        """Begins a run, or goes on with the last one; `backend` is a digest of where its states are.

        Raises:
            TenantEmailError: another run goes on here, or there is none to go on with: of this operation, with this
                backend, and of this version.
        """
        file = project / FILE_NAME
        if resume and not file.exists():
            raise _nothing_left(file)
        handle = os.open(file, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o600)
        try:
            _require_file(handle, file)
            _lock(handle, file)
            before = list(_records(file))
            journal = cls(file, _handle=handle)
            if resume:
                journal.done = _left_done(before, operation, backend, file)
            else:
                os.ftruncate(handle, 0)
            journal._write({"run": VERSION, "operation": operation, "backend": backend, "resumed": resume})
        except BaseException:
            os.close(handle)
            raise
        return journal

    def started(self, stack: str, content: str) -> None:
        """Notes that a stack is about to be touched."""
        self._write({"stack": stack, "digest": content, "status": "started"})

    def ended(self, stack: str, content: str, status: str) -> None:
        """Notes how a stack's operation ended."""
        self._write({"stack": stack, "digest": content, "status": status})

    def finish(self, *, whole: bool) -> None:
        """Ends the run; a `whole` one leaves nothing to go on with."""
        if whole:
            self._write({"finished": True})
        os.close(self._handle)

    def _write(self, record: Props) -> None:
        try:
            # one write: lines of several threads are not mixed
            os.write(self._handle, f"{json.dumps(record)}\n".encode())
            os.fsync(self._handle)
        except OSError as error:
            error.filename = str(self.file)
            raise


def _left_done(records: list[Props], operation: str, backend: str, file: Path) -> dict[str, str]:
    runs = [record for record in records if "operation" in record]
    if not runs or any(record.get("finished") for record in records):
        raise _nothing_left(file)
    last = runs[-1]
    if last.get("run") != VERSION:
        raise TenantEmailError(f"{file}: is of another version of this command", remedy=_ANEW)
    if (of := last["operation"]) != operation:
        raise TenantEmailError(f"{file}: the interrupted run is of {of}", remedy=f"Run fleet {of} --resume first.")
    if last.get("backend") != backend:
        what = f"{file}: the interrupted run is of another backend, whose stacks are not these"
        raise TenantEmailError(what, remedy="Log in to that one, or run it without --resume.")
    done: dict[str, str] = {}
    for record in records:
        if "stack" in record:
            done.pop(str(record["stack"]), None)
            if record.get("status") == "done":
                done[str(record["stack"])] = str(record.get("digest"))
    return done


def _nothing_left(file: Path) -> TenantEmailError:
    return TenantEmailError(f"{file}: there is no interrupted run", remedy=_ANEW)


def _records(file: Path) -> Iterator[Props]:
    for line in file.read_bytes().splitlines():
        with suppress(ValueError):  # the last one may be torn
            found: object = read_json(line.decode())
            if is_object(found):
                yield found


def _require_file(handle: int, file: Path) -> None:
    if not stat.S_ISREG(os.fstat(handle).st_mode):  # a device may have no end
        raise TenantEmailError(f"{file}: is not a file", remedy="Remove it: a run makes its own.")


def _lock(handle: int, file: Path) -> None:
    try:
        import fcntl  # noqa: PLC0415 - there is none on Windows
    except ImportError:
        return
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        raise TenantEmailError(f"{file}: another run goes on", remedy="Wait for it, or end it with Ctrl-C.") from None
    except OSError:  # a disk without locks, such as one of a network: Pulumi's own are left
        return
