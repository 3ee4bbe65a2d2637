"""Who takes a key: tenants of the program, or someone whom only its stack outputs reach."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Final

import pulumi

from tenant_email.json_types import is_object, is_sequence
from tenant_email.waiting import NotYet, Pauses, TimedOutError, Wait

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from tenant_email.json_types import PropsView

_PAUSES: Final = Pauses(0.01, factor=1.0)
_LONGEST: Final = 2.0  # seconds, because a program that awaits outputs itself may await what waits for this


def key_destination(
    secrets: Callable[[], Iterable[pulumi.Output[str]]], is_held_here: Callable[[], bool]
) -> pulumi.Output[str]:
    """Returns how a key leaves the program, in words; empty when only tenants of the program hold it.

    Exports and tenants may follow the component in the program, so this is known at the program's end.

    Args:
        secrets: the outputs without which nobody can use the key.
        is_held_here: tells whether a tenant of the program holds it.
    """

    async def find_destination() -> str:
        stack = pulumi.runtime.get_root_resource()

        def ask() -> NotYet | None:
            # the SDK has no event for the end of a program
            return None if getattr(stack, "_outputs_registered", True) else NotYet("the program goes on")

        with suppress(TimedOutError):
            await Wait("the key", _LONGEST, _PAUSES).until_async(ask)
        exports: PropsView = getattr(stack, "outputs", {})
        names = sorted(name for name, value in exports.items() if any(_holds(value, each) for each in secrets()))
        if names:
            return f"it is also exported as {', '.join(names)}"
        return "" if is_held_here() else "no EmailProvider in this program uses it"

    return pulumi.Output.from_input(find_destination())


def _holds(value: object, output: object) -> bool:
    if is_object(value):
        return _holds(list(value.values()), output)
    if is_sequence(value):
        return any(_holds(each, output) for each in value)
    return value is output
