"""A resource's life goes alike whichever way its lifecycle is reached, so that tests may take the quickest."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from support.auth0 import config_entry
from support.engines import engine_params
from support.host import Failed
from support.inputs import SMTP, provider_inputs
from support.managed import Driven
from support.on_engine import OnEngine
from support.plugin import OnPlugin
from support.ways import InProcess, OnHost
from tenant_email.lifecycle.email_provider import EmailProviderLifecycle
from tenant_email_local.emulators.auth0 import Auth0Emulator

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from support.ways import Way

CALLS = ["POST", "PATCH", "GET", "PATCH", "GET", "DELETE"]
"""Of the whole life: a creation, a change, a refresh, a change, and the look before the end."""
FACES = ("dynamic", "plug-in")
MOVED = {**SMTP, "host": "smtp.two.example"}


@pytest.fixture
def tenant() -> Iterator[Auth0Emulator]:
    """Serves an empty tenant."""
    with Auth0Emulator() as emulator:
        yield emulator


ON_ENGINES = [
    pytest.param((each.values[0], face), marks=each.marks, id=f"{each.id}-{face}")
    for each in engine_params()
    for face in FACES
]


@pytest.fixture(params=["in process", "host", "plug-in", *ON_ENGINES])
def way(request: pytest.FixtureRequest, tenant: Auth0Emulator, tmp_path: Path) -> Way:
    """Each way to an EmailProvider of the tenant."""
    tenants = {"main": config_entry(tenant)}
    match request.param:
        case "in process":
            config = {"tenant-email:tenants": json.dumps(tenants)}
            return InProcess(EmailProviderLifecycle(), config=lambda: config)
        case "host":
            return OnHost(EmailProviderLifecycle, tenants)
        case "plug-in":
            return OnPlugin(EmailProviderLifecycle, tenants)
        case _:
            kind, face = request.param
            return OnEngine(EmailProviderLifecycle, tenants, tmp_path, kind=kind, plugin=face == "plug-in")


def test_a_life_goes_alike(way: Way, tenant: Auth0Emulator) -> None:
    """Creation, nothing to do, a change, a refusal, a drift that a refresh sees, and the end."""
    provider = Driven(way, **provider_inputs())
    assert [provider.up(), provider.up(), provider.up(settings=MOVED)] == ["create", "same", "update"]
    with pytest.raises(Failed, match=r"settings\.port"):
        provider.up(settings={**MOVED, "port": 0})
    (tenant.state.provider or {})["enabled"] = False
    assert provider.refresh()
    assert provider.state["enabled"] is False
    assert provider.up(settings=MOVED) == "update"
    provider.destroy()
    assert tenant.state.provider is None
    assert [call.method for call in tenant.calls if "token" not in call.path] == CALLS
