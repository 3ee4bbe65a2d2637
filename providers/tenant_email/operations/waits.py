"""Waits as the process's timing has it, with lines of progress on the console."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tenant_email.operations import operation
from tenant_email.operations.console import info
from tenant_email.waiting import Wait

if TYPE_CHECKING:
    from tenant_email.waiting import Pauses


def wait_for(subject: str, seconds: float, pauses: Pauses) -> Wait:
    """Returns a wait that begins now; `subject` begins its lines."""
    return Wait(subject, seconds, pauses, announce=info, timing=operation.current().timing)
