"""A stack of one resource on the real host, operated as an engine does: each operation in a host of its own."""

from __future__ import annotations

import json
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from support.host import Failed, Host, listening, running_host

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from pulumi.dynamic import ResourceProvider

    from tenant_email.local.emulators.auth0 import Auth0Emulator

SECRET = "canary-smtp-password"


class Single:
    """One resource: what is recorded of it, and what its hosts said."""

    def __init__(self, lifecycle: type[ResourceProvider], tenant: Auth0Emulator, **entry: Any) -> None:
        self._lifecycle, self.tenant = lifecycle, tenant
        login = {"clientId": tenant.client.client_id, "clientSecret": tenant.client.client_secret}
        self.tenants: dict[str, Any] = {"main": {"platform": "auth0", "url": tenant.url, **login, **entry}}
        self.environ: dict[str, str] = {}
        self.id = ""
        self.recorded: dict[str, Any] = {}
        self.said: list[str] = []

    def up(self, **inputs: Any) -> list[str]:
        """Creates, updates or replaces; returns the calls that the tenant received."""
        with self._host() as host:
            if failures := host.check(self._lifecycle, inputs, self.recorded):
                raise Failed("\n".join(failures))
            if not self.id:
                self.id, self.recorded = host.create(self._lifecycle, inputs)
            elif self._replaced(host, inputs):
                old = self.id, self.recorded
                self.id, self.recorded = host.create(self._lifecycle, inputs)
                host.delete(self._lifecycle, *old)
            elif host.diff(self._lifecycle, self.id, self.recorded, inputs)[0]:
                self.recorded = host.update(self._lifecycle, self.id, self.recorded, inputs)
        return self.calls()

    def replace_deleting_first(self, **inputs: Any) -> list[str]:
        """Replaces as `--replace` does with delete_before_replace: a check without olds, then delete, then create."""
        with self._host() as host:
            assert host.check(self._lifecycle, inputs) == []
            host.delete(self._lifecycle, self.id, self.recorded)
            self.id, self.recorded = host.create(self._lifecycle, inputs)
        return self.calls()

    def create_two(self, *each: Mapping[str, Any]) -> None:
        """Creates two resources in one run."""
        with self._host() as host:
            for inputs in each:
                assert host.check(self._lifecycle, inputs) == []
            for inputs in each:
                host.create(self._lifecycle, inputs)

    def refresh(self) -> list[str]:
        """Reads; returns the calls."""
        with self._host() as host:
            self.id, self.recorded = host.read(self._lifecycle, self.id, self.recorded)
        return self.calls()

    def destroy(self) -> list[str]:
        """Deletes; returns the calls."""
        with self._host() as host:
            host.delete(self._lifecycle, self.id, self.recorded)
        self.id, self.recorded = "", {}
        return self.calls()

    def calls(self) -> list[str]:
        """Returns what the tenant was asked since the last look, logins left out."""
        calls = [str(call) for call in self.tenant.calls if call.path != "/oauth/token"]
        self.tenant.reset_calls()
        return calls

    def _replaced(self, host: Host, inputs: Mapping[str, Any]) -> bool:
        return bool(host.diff(self._lifecycle, self.id, self.recorded, inputs)[1])

    @contextmanager
    def _host(self) -> Iterator[Host]:
        config = {"tenant-email:tenants": json.dumps(self.tenants)}
        with listening() as (listener, address), running_host(config, self.environ, address) as host:
            try:
                yield host
            finally:
                self.said = listener.lines
                assert SECRET not in "\n".join(listener.lines)
