"""How every command ends: whatever it raises becomes a message with a remedy, never a traceback."""

from __future__ import annotations

import errno
import io
import os
import sys
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Final

import typer

from tenant_email.cli.terminal import tell

if TYPE_CHECKING:
    from collections.abc import Generator

INTERRUPTED: Final = 130
"""The exit code of a shell for what Ctrl-C ended."""


@contextmanager
def ends_in_a_message() -> Generator[None]:
    """Ends the command with exit code 1 and a message for what is raised within; Ctrl-C ends it with 130."""
    try:
        yield
        for stream in filter(None, (sys.stdout, sys.stderr)):  # `>&-` leaves none
            stream.flush()
    except KeyboardInterrupt:
        _end("interrupted", INTERRUPTED)
    except Exception as error:
        # What has an exit code, or is an Abort, is the command line's own way to end.
        if hasattr(error, "exit_code") or isinstance(error, typer.Abort) or getattr(error, "errno", 0) == errno.EPIPE:
            raise
        _end(_message(error), 1)


def writes_anything() -> None:
    """Has a terminal that knows fewer characters than a message has show the others as escapes."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def _end(message: str, code: int) -> None:
    tell(message)
    raise typer.Exit(code) from None


def _message(error: Exception) -> str:
    from tenant_email.errors import TenantEmailError, internal_error  # noqa: PLC0415 - `--help` needs neither

    if isinstance(error, OSError) and error.strerror:
        where = error.filename or "the output"
        if not error.filename:
            # What could not be written is still in the buffer, and Python would try once more when it exits.
            sys.stdout = Path(os.devnull).open("w", encoding="utf-8")  # noqa: SIM115 - it stays open until the end
        made = TenantEmailError(f"{where}: {error.strerror}", remedy="Make room or correct the path, and run it again.")
        return str(made)
    return str(error) if isinstance(error, TenantEmailError) else str(internal_error(error))
