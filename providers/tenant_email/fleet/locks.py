"""A stack that is locked: by whom, and whether that process is still there."""

from __future__ import annotations

import os
import re
import socket
from dataclasses import dataclass
from typing import Final

_LOCKED: Final = "the stack is currently locked by"
_BY: Final = re.compile(r"created by .*@(?P<host>\S+) \(pid (?P<pid>\d+)\) at ")


@dataclass(frozen=True, slots=True)
class Holder:
    """A process that holds, or held, the lock of a stack."""

    host: str
    pid: int

    @property
    def is_here(self) -> bool:
        """Returns whether it is, or was, of this machine."""
        return self.host == socket.gethostname()

    @property
    def is_alive(self) -> bool:
        """Returns whether there is such a process; of another machine nobody here knows."""
        try:
            os.kill(self.pid, 0)
        except ProcessLookupError:
            return False
        except OSError:
            return True
        return True


def holders(said: str) -> tuple[Holder, ...]:
    """Returns who holds the lock that the CLI speaks of (pkg/backend/diy/lock.go); none where it speaks of none."""
    if _LOCKED not in said:
        return ()
    return tuple(Holder(found["host"], int(found["pid"])) for found in _BY.finditer(said))


def described(found: tuple[Holder, ...]) -> str:
    """Returns who holds a lock, as a message has it."""
    return "the lock of " + ", ".join(f"process {each.pid} of {each.host}" for each in found)


def are_gone(found: tuple[Holder, ...]) -> bool:
    """Returns whether processes of this machine left the lock that are no more: nobody works on the stack."""
    return bool(found) and all(each.is_here and not each.is_alive for each in found)


def may_be_awaited(found: tuple[Holder, ...]) -> bool:
    """Returns whether the processes that hold a lock can be watched from here."""
    return bool(found) and all(each.is_here for each in found)
