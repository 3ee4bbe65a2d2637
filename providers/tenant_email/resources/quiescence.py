"""Has Pulumi's SDK wait for a program's registrations in turn, whatever else the program makes.

When a program ends the SDK waits for the registrations that have begun, one after the other. In a program that never
awaits none has, and it waits for all outputs at once, anew at each that comes: the square of their number, a fifth of
the processor's time of an `up` of 1,000 resources (docs/architecture.md#fact-18).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, cast

from pulumi.runtime.settings import _get_rpc_manager  # pyright: ignore[reportPrivateUsage] - the SDK has no other way

if TYPE_CHECKING:
    from collections.abc import Awaitable, Generator


class _Begun:
    """Something to wait for that has ended already; it belongs to no event loop."""

    def __await__(self) -> Generator[None]:
        yield from ()


_BEGUN: Final = _Begun()


def wait_in_turn() -> None:
    """Notes one registration as begun where none is; while the SDK waits for it, all others begin."""
    rpcs = cast("list[Awaitable[object]]", _get_rpc_manager().rpcs)
    if not rpcs:
        rpcs.append(_BEGUN)
