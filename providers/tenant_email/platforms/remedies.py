"""What to do about a refusal, as data: each platform has a table of the refusals that it really sends."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable


@dataclass(frozen=True, slots=True)
class Remedy:
    """What to do, and the refusal that it is for: everything that is given must fit.

    status: of HTTP; 0 for any. code: the beginning of the platform's error code. says: a part of its text, in any
    case. request: a part of `METHOD /path`. speechless: the refusal has no text at all.
    """

    text: str
    status: int = 0
    code: str = ""
    says: str = ""
    request: str = ""
    speechless: bool = False

    def fits(self, request: str, status: int, code: str, text: str) -> bool:
        """Returns whether this is for a refusal."""
        return (
            self.status in (0, status)
            and code.startswith(self.code)
            and self.says.lower() in text.lower()
            and self.request in request
            and not (self.speechless and text)
        )


def remedy_for(table: Iterable[Remedy], request: str, status: int, code: str, text: str) -> str:
    """Returns what the first entry that fits says; empty where none does."""
    return next((remedy.text for remedy in table if remedy.fits(request, status, code, text)), "")


def after_rotation(secret: str, variable: str) -> str:
    """Returns what to do where a login fails because its secret was changed; `variable` is the platform's usual one."""
    return (
        f"Refresh and destroy use the {secret} of the last `up`: after a rotation, set {variable}, or the variable "
        "that the tenant's entry names, or pass --run-program."
    )
