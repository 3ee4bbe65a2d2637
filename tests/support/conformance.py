"""One platform under test: its tenant, sample inputs, and the lifecycles that manage it, in this process."""

from __future__ import annotations

import json
from contextlib import contextmanager
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pulumi.dynamic import Config, ConfigureRequest

from support.managed import Operated
from tenant_email.lifecycle.email_provider import EmailProviderLifecycle
from tenant_email.lifecycle.email_template import EmailTemplateLifecycle
from tenant_email.operations import operation
from tenant_email_local.emulators.delivery import Delivery

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pytest

    from tenant_email_local.emulators.server import Emulator

SAMPLES = Path(__file__).parents[1] / "conformance/platforms"


@dataclass
class Case:
    """One platform: its tenant, and inputs that every platform must be able to take."""

    tenant: Emulator
    samples: dict[str, Any]

    @property
    def provider(self) -> EmailProviderLifecycle:
        """Begins an operation and returns what manages the provider."""
        operation.begin()
        return EmailProviderLifecycle()

    @property
    def template(self) -> EmailTemplateLifecycle:
        """Begins an operation and returns what manages templates."""
        operation.begin()
        return EmailTemplateLifecycle()

    def inputs(self, **settings: Any) -> dict[str, Any]:
        """Returns the inputs of a provider, some settings changed; None leaves one out."""
        changed = {**self.samples["settings"], **settings}
        return self.around({key: value for key, value in changed.items() if value is not None})

    def around(self, settings: dict[str, Any]) -> dict[str, Any]:
        """Returns the inputs of a provider with these settings."""
        return {"tenant": "main", "settings": settings, "from_address": "no-reply@acme.example", "enabled": True}

    def template_inputs(self, **settings: Any) -> dict[str, Any]:
        """Returns the inputs of a template, some settings changed."""
        return {"tenant": "main", "settings": {**self.samples["template"], **settings}}

    def writes(self) -> int:
        """Returns how often the tenant was written to since the last look, logins apart."""
        calls = [call for call in self.tenant.calls if call.method != "GET" and "token" not in call.path]
        self.tenant.reset_calls()
        return len(calls)

    def stack(self, **inputs: Any) -> Operated:
        """Returns a provider of a stack of its own."""
        usual = {"tenant": "main", "from_address": "no-reply@acme.example", "enabled": True, "on_existing": "fail"}
        return Operated(EmailProviderLifecycle(), **{"settings": self.samples["settings"], **usual, **inputs})


@contextmanager
def open_case(name: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Case]:
    """Runs a fresh tenant of a platform, which this process's environment names."""
    local = import_module(f"tenant_email_local.emulators.{name}.local")
    samples = json.loads((SAMPLES / f"{name}.json").read_text())
    with local.tenant(0, Delivery()) as tenant:
        for variable, value in local.environment(tenant).items():
            monkeypatch.setenv(variable, value)
        EmailProviderLifecycle().configure(ConfigureRequest(Config({}, "conformance")))
        yield Case(tenant, samples)
