"""One resource of an Auth0 tenant, with the calls that each operation costs: on the real host, or in this process."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from support.auth0 import config_entry
from support.managed import Driven
from support.ways import InThisHost, OnHost, Recorded, unrecorded

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pulumi.dynamic import ResourceProvider

    from support.ways import WithTenants
    from tenant_email_local.emulators.auth0 import Auth0Emulator

SECRET = "canary-smtp-password"


class Single:
    """One resource: what is recorded of it, what its hosts said, and what the tenant was asked."""

    def __init__(
        self,
        lifecycle: type[ResourceProvider],
        tenant: Auth0Emulator,
        console: list[str] | None = None,
        **entry: Any,
    ) -> None:
        """Runs in this process where `console` is given, which keeps what is said."""
        tenants = {"main": {**config_entry(tenant), **entry}}
        self.tenant = tenant
        self.host: WithTenants = (
            OnHost(lifecycle, tenants) if console is None else InThisHost(lifecycle(), tenants, console)
        )
        self.resource = Driven(self.host)

    def up(self, **inputs: Any) -> list[str]:
        """Creates, updates or replaces; returns the calls that the tenant received."""
        self.resource.up(**inputs)
        return self.calls()

    def replace_deleting_first(self, **inputs: Any) -> list[str]:
        """Replaces as `--replace` does with delete_before_replace: a check without olds, then delete, then create."""
        with self.host.operation() as steps:
            assert steps.check(inputs, {}) == []
            steps.delete(*self.resource.recorded)
            self.resource.recorded = Recorded(*steps.create(inputs))
        return self.calls()

    def create_two(self, *each: Mapping[str, Any]) -> None:
        """Creates two resources in one run."""
        with self.host.operation() as steps:
            for inputs in each:
                assert steps.check(dict(inputs), {}) == []
            for inputs in each:
                steps.create(dict(inputs))

    def refresh(self) -> list[str]:
        """Reads; returns the calls."""
        self.resource.refresh()
        return self.calls()

    def destroy(self) -> list[str]:
        """Deletes; returns the calls."""
        self.resource.destroy()
        self.resource.recorded = unrecorded()
        return self.calls()

    def calls(self) -> list[str]:
        """Returns what the tenant was asked since the last look, logins left out."""
        calls = [str(call) for call in self.tenant.calls if call.path != "/oauth/token"]
        self.tenant.reset_calls()
        return calls
