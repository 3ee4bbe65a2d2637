"""Lets only what a failed check says be shown: the end of the program is not worth a traceback.

When a check fails, the Pulumi CLI ends the program by an interrupt, and Python prints where in the SDK it was
interrupted: dozens of lines above the useful ones (docs/errors.md#keyboard-interrupt).
"""

from __future__ import annotations

import sys
from functools import cache
from pathlib import PurePath
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from types import TracebackType

_LANGUAGE_HOST: Final = "pulumi-language-python-exec"


def quiet_interrupts() -> None:
    """Leaves out the traceback of an interrupt in a program that the CLI runs, and where nobody else decides of it."""
    if sys.excepthook is sys.__excepthook__ and _is_under_cli():
        sys.excepthook = _show_unless_interrupted


@cache
def _is_under_cli() -> bool:
    return any(PurePath(word).name == _LANGUAGE_HOST for word in sys.orig_argv)


def _show_unless_interrupted(kind: type[BaseException], error: BaseException, traceback: TracebackType | None) -> None:
    if not issubclass(kind, KeyboardInterrupt):
        sys.__excepthook__(kind, error, traceback)
