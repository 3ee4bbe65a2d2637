"""Many emulated tenants in this process, which answer after a delay where one is asked for."""

from __future__ import annotations

from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING, Any, Final

from support.auth0 import config_entry
from tenant_email_local.emulators.auth0 import Auth0Emulator, SubscriptionPlan
from tenant_email_local.emulators.server import Fault

if TYPE_CHECKING:
    from collections.abc import Generator, Iterable

    from tenant_email_local.ca import CertificateAuthority

_EVERY: Final = 10**9
_REFUSED: Final = 429


class Tenants:
    """Open tenants, by name."""

    def __init__(self, emulators: dict[str, Auth0Emulator]) -> None:
        self.emulators = emulators

    def config(self) -> dict[str, Any]:
        """Returns what a stack's config says of them."""
        return {name: config_entry(emulator) for name, emulator in self.emulators.items()}

    def counted(self) -> tuple[int, int]:
        """Returns (calls, calls refused for their number) since the last look."""
        calls = [call for emulator in self.emulators.values() for call in emulator.calls]
        for emulator in self.emulators.values():
            emulator.reset_calls()
        return len(calls), sum(call.status == _REFUSED for call in calls)


@contextmanager
def opened(
    names: Iterable[str], latency: float = 0.0, authority: CertificateAuthority | None = None
) -> Generator[Tenants]:
    """Opens tenants without a limit, by https where there is an authority.

    Each answer comes `latency` seconds after its request, that of a login too.
    """
    with ExitStack() as stack:
        emulators = {name: Auth0Emulator(plan=SubscriptionPlan.OFF) for name in names}
        for emulator in emulators.values():
            emulator.authority = authority
            stack.enter_context(emulator)
            emulator.switches.legacy_templates = True
            if latency:
                emulator.inject(Fault(delay=latency, times=_EVERY))
        yield Tenants(emulators)
