"""A tenant of each platform."""

from __future__ import annotations

import json
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from pulumi.dynamic import Config, ConfigureRequest

from support.conformance import Case
from tenant_email import platforms
from tenant_email.lifecycle.email_provider import EmailProviderLifecycle
from tenant_email.local.emulators.delivery import Delivery

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(params=platforms.names())
def case(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[Case]:
    """Runs a fresh tenant of each platform; a new platform needs an emulator and a file of samples, nothing else."""
    name = request.param
    local = import_module(f"tenant_email.local.emulators.{name}.local")
    samples = json.loads((Path(__file__).parent / f"{name}.json").read_text())
    with local.tenant(0, Delivery()) as tenant:
        for variable, value in local.environment(tenant).items():
            monkeypatch.setenv(variable, value)
        EmailProviderLifecycle().configure(ConfigureRequest(Config({}, "conformance")))
        yield Case(tenant, samples)
