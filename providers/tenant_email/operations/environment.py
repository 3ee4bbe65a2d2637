"""Reads a variable of the environment; a wrong one is the user's to correct, and no bug of ours."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, TypeVar

from tenant_email.errors import InvalidSettings, Problem

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

T = TypeVar("T")


def read_environment(read: Callable[[Mapping[str, str]], T]) -> T:
    """Returns what `read` makes of the environment.

    Raises:
        InvalidSettings: a variable is not what it must be.
    """
    try:
        return read(os.environ)
    except ValueError as error:
        raise InvalidSettings("environment", (Problem("", str(error), "Correct the variable, or unset it."),)) from None
