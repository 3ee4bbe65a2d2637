"""What the engine's request says of a resource besides its properties, while a thread answers it.

Pulumi's SDK gives a lifecycle neither URN nor options (docs/architecture.md#fact-3), but the engine's request has them,
and the request is a variable of the host's method that calls us. Where it is not, nothing is said.
"""

from __future__ import annotations

import re
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Generator
    from types import FrameType

_PART: Final = re.compile(r"""[^.\[\]"']+""")


@dataclass(frozen=True, slots=True)
class EngineRequest:
    """urn: the resource, empty where nobody says. ignored: the paths of `ignore_changes`, as the program writes them.

    At an ignored path the engine has put what is recorded in place of what the program says.
    """

    urn: str = ""
    ignored: tuple[str, ...] = ()

    def ignores(self, *path: str) -> bool:
        """Returns whether the very path is ignored, in the spelling of whichever language; `*` stands for any name."""
        return any(len(parts) == len(path) and _leads_to(parts, path) for parts in self._paths())

    def ignores_part(self, *path: str) -> bool:
        """Returns whether something within the path is ignored, and not all of it."""
        return any(len(parts) > len(path) and _leads_to(parts, path) for parts in self._paths())

    def _paths(self) -> list[list[str]]:
        return [[_plain(part) for part in parts_of(path)] for path in self.ignored]


_UNSAID: Final = EngineRequest()
_current: Final[ContextVar[EngineRequest]] = ContextVar("request", default=_UNSAID)


def parts_of(path: str) -> list[str]:
    """Returns the names of a property path, `tags.owner` or `["tags"]["owner"]`, as they are written; `*` is one."""
    return _PART.findall(path)


def current() -> EngineRequest:
    """Returns the request that this thread answers."""
    return _current.get()


@contextmanager
def answering(request: object) -> Generator[None]:
    """Has this thread answer a request; it may be of any kind, and then says nothing."""
    urn, ignored = getattr(request, "urn", ""), getattr(request, "ignoreChanges", ())
    token = _current.set(EngineRequest(urn if isinstance(urn, str) else "", tuple(ignored)))
    try:
        yield
    finally:
        _current.reset(token)


@contextmanager
def answering_for(method: FrameType | None) -> Generator[None]:
    """Has this thread answer the request whose answering called this method."""
    # The SDK's host has it in a local variable, named `request`, of the frame that calls a provider's methods. Where an
    # SDK renames that, lines of the console fall back to the stack, and their tests fail.
    host = method.f_back if method else None
    with answering(host.f_locals.get("request") if host else None):
        yield


def _plain(part: str) -> str:
    """Returns a name as every language spells it: snake_case and camelCase are one."""
    return part.replace("_", "").lower()


def _leads_to(parts: list[str], path: tuple[str, ...]) -> bool:
    return all(part in ("*", _plain(name)) for part, name in zip(parts, path, strict=False))
